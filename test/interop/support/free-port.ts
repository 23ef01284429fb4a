import { createServer } from 'node:net';

/** A port of 127.0.0.1 that nobody listens on now. Kept over restarts, so 0 would not do. */
export const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      if (address === null || typeof address === 'string') reject(new Error('No port was given'));
      else server.close(() => resolve(address.port));
    });
  });
