import type { Server } from 'node:http';
import type { Socket } from 'node:net';

/** Bytes that are parsed in one go: not many more requests than a connection may have pending. */
const SLICE = 4096;

const feedOf = (socket: Socket): ((data: Buffer) => void) | undefined => {
  const [listener] = socket.listeners('data');
  return typeof listener === 'function' ? data => Reflect.apply(listener, socket, [data]) : undefined;
};

/**
 * Node parses all that it has read of a connection, 64 kB, before it looks whether the connection was closed: a request
 * of 30 bytes each, 240 connections at once, and nobody else is answered for seconds. So its listener gets the bytes in
 * slices, and none of a connection that was closed meanwhile.
 */
export const readInSlices = (server: Server): void => {
  server.on('connection', socket => {
    const feed = feedOf(socket);
    if (feed === undefined) return;
    socket.removeAllListeners('data');
    socket.on('data', (data: Buffer) => {
      for (let start = 0; start < data.length && !socket.destroyed; start += SLICE) {
        feed(data.subarray(start, start + SLICE));
      }
    });
  });
};
