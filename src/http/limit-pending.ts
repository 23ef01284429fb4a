import type { RequestListener } from 'node:http';
import type { Socket } from 'node:net';
import type { Log } from '../app/ports.ts';
import { createRefusalLog } from './refusal-log.ts';

/**
 * Requests of one connection that have no answer yet. Clients wait for the answer before they send the next (RFC 9112,
 * 9.3.2 lets them do otherwise, which nobody uses); 64 kB of requests in one go would each cost their memory at once.
 */
const MAX_PENDING = 4;
/** Bytes of answers that a client has not read when it sends the next request. */
const MAX_UNREAD = 1024 * 1024;

/** Closes connections that send more and more without waiting for the answers. */
export const limitPending = (handle: RequestListener, log: Log): RequestListener => {
  const pending = new WeakMap<Socket, number>();
  const tell = createRefusalLog(
    log,
    'HTTP closed connections: they send requests without reading the answers',
  );

  return (request, response) => {
    const { socket } = request;
    // What came in the same go as the request for which it was closed.
    if (socket.destroyed) return;
    const count = (pending.get(socket) ?? 0) + 1;
    if (count > MAX_PENDING || socket.writableLength > MAX_UNREAD) {
      tell(socket.remoteAddress, MAX_PENDING);
      socket.destroy();
      return;
    }
    pending.set(socket, count);
    response.once('close', () => pending.set(socket, (pending.get(socket) ?? 1) - 1));
    handle(request, response);
  };
};
