/** Where relative paths begin: a path of its own behind a reverse proxy is kept. */
export const baseOf = (url: string): string => (url.endsWith('/') ? url : `${url}/`);

export const isLoopback = (host: string): boolean => /^(localhost|127(\.\d+){3}|\[::1\])$/.test(host);

/** A path below the base of a printer's web server, for its socket. */
export const socketUrl = (url: string, path: string): URL => {
  const socket = new URL(path, baseOf(url));
  socket.protocol = socket.protocol === 'https:' ? 'wss:' : 'ws:';
  return socket;
};
