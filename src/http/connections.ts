import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

export interface Connections {
  /** Whether part of an answer has gone out. */
  isAnswering(socket: Socket): boolean;
  /** Closes connections without a request under way now, and every other one after its answer. */
  closeIdle(): void;
}

/** Node's own closeIdleConnections leaves those alone that have not sent anything yet. */
export const trackConnections = (server: Server): Connections => {
  const responsesOn = new Map<Socket, Set<ServerResponse>>();
  let closing = false;

  server.on('connection', socket => {
    responsesOn.set(socket, new Set());
    socket.once('close', () => responsesOn.delete(socket));
  });
  const follow = ({ socket }: IncomingMessage, response: ServerResponse): void => {
    const responses = responsesOn.get(socket);
    responses?.add(response);
    response.once('close', () => {
      responses?.delete(response);
      if (closing && responses?.size === 0) socket.destroySoon();
    });
  };
  server.on('request', follow);
  server.on('checkContinue', follow);
  server.on('checkExpectation', follow);

  return {
    isAnswering: socket => [...(responsesOn.get(socket) ?? [])].some(({ headersSent }) => headersSent),
    closeIdle() {
      closing = true;
      for (const [socket, responses] of responsesOn) if (responses.size === 0) socket.destroy();
    },
  };
};
