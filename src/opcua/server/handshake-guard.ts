import type { Socket } from 'node:net';
import type { OPCUAServer } from 'node-opcua-server';
import { keyOf, listenersOf } from './listeners.ts';

/** ms from the connection to an open secure channel: half-open connections would fill the server. */
const HANDSHAKE_LIMIT = 3000;
/** ms of silence after which TCP asks whether the other side is still there. */
const KEEP_ALIVE_AFTER = 30_000;

/**
 * node-opcua's own `timeout` bounds the handshake, but closes every connection that is silent for as long as well:
 * a PLC that reads each minute would lose its session. So that one is long, and this bounds the handshake.
 * @returns a function that ends it
 */
export const limitHandshakes = (server: OPCUAServer): (() => void) => {
  const timers = new Map<string, NodeJS.Timeout>();

  const settle = (key: string): void => {
    clearTimeout(timers.get(key));
    timers.delete(key);
  };
  const onConnection = (socket: Socket): void => {
    const key = keyOf(socket.remoteAddress, socket.remotePort);
    socket.setKeepAlive(true, KEEP_ALIVE_AFTER);
    timers.set(
      key,
      setTimeout(() => {
        timers.delete(key);
        socket.destroy();
      }, HANDSHAKE_LIMIT),
    );
    socket.once('close', () => settle(key));
  };
  const onSecured = (channel: { readonly remoteAddress: string; readonly remotePort: number }): void =>
    settle(keyOf(channel.remoteAddress, channel.remotePort));

  const listeners = listenersOf(server);
  for (const listener of listeners) listener.on('connection', onConnection);
  server.on('channelSecured', onSecured);
  return () => {
    for (const listener of listeners) listener.off('connection', onConnection);
    server.off('channelSecured', onSecured);
    for (const timer of timers.values()) clearTimeout(timer);
    timers.clear();
  };
};
