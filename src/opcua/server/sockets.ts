import type { Socket } from 'node:net';
import type { ServerSecureChannelLayer } from 'node-opcua';
import type { OPCUAServer } from 'node-opcua-server';
import { keyOf, listenersOf } from './listeners.ts';

/** Every open connection, also without a channel as yet. */
export interface Sockets {
  all(): Iterable<Socket>;
  /** node-opcua does not show the socket of a channel: the listener does, and both have the same other end. */
  of(channel: ServerSecureChannelLayer): Socket | undefined;
  end(): void;
}

export const watchSockets = (server: OPCUAServer): Sockets => {
  const sockets = new Map<string, Socket>();
  const onConnection = (socket: Socket): void => {
    const key = keyOf(socket.remoteAddress, socket.remotePort);
    sockets.set(key, socket);
    socket.once('close', () => {
      if (sockets.get(key) === socket) sockets.delete(key);
    });
  };
  const listeners = listenersOf(server);
  for (const listener of listeners) listener.on('connection', onConnection);
  return {
    all: () => sockets.values(),
    of: channel => sockets.get(keyOf(channel.remoteAddress, channel.remotePort)),
    end() {
      for (const listener of listeners) listener.off('connection', onConnection);
    },
  };
};
