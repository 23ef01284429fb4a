import type { Socket } from 'node:net';
import type { OPCUAServer, ServerSecureChannelLayer } from 'node-opcua';
import { keyOf, listenersOf } from './handshake-guard.ts';

export type SocketOfChannel = (channel: ServerSecureChannelLayer) => Socket | undefined;

/** node-opcua does not show the socket of a channel: the listener does, and both have the same other end. */
export const findSockets = (
  server: OPCUAServer,
): { readonly socketOf: SocketOfChannel; readonly end: () => void } => {
  const sockets = new Map<string, Socket>();
  const onConnection = (socket: Socket): void => {
    const key = keyOf(socket.remoteAddress, socket.remotePort);
    sockets.set(key, socket);
    socket.once('close', () => sockets.delete(key));
  };
  const listeners = listenersOf(server);
  for (const listener of listeners) listener.on('connection', onConnection);
  return {
    socketOf: channel => sockets.get(keyOf(channel.remoteAddress, channel.remotePort)),
    end: () => {
      for (const listener of listeners) listener.off('connection', onConnection);
    },
  };
};
