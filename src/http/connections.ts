import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

export interface Connections {
  /** Closes connections without a request under way now, and every other one after its answer. */
  closeIdle(): void;
}

/** Node's own closeIdleConnections leaves those alone that have not sent anything yet. */
export const trackConnections = (server: Server): Connections => {
  const requestsOn = new Map<Socket, number>();
  let closing = false;

  const count = (socket: Socket, change: number): void => {
    const requests = requestsOn.get(socket);
    if (requests === undefined) return;
    requestsOn.set(socket, requests + change);
    if (closing && requests + change === 0) socket.destroySoon();
  };

  server.on('connection', socket => {
    requestsOn.set(socket, 0);
    socket.once('close', () => requestsOn.delete(socket));
  });
  const follow = ({ socket }: IncomingMessage, response: ServerResponse): void => {
    count(socket, 1);
    response.once('close', () => count(socket, -1));
  };
  server.on('request', follow);
  server.on('checkContinue', follow);

  return {
    closeIdle() {
      closing = true;
      for (const [socket, requests] of requestsOn) if (requests === 0) socket.destroy();
    },
  };
};
