import type { Server } from 'node:net';
import type { OPCUAServer } from 'node-opcua-server';

/** node-opcua shows neither what a client leaves unread nor a socket before its channel: its listener does. */
export const listenersOf = (server: OPCUAServer): readonly Server[] =>
  server.endpoints.map(endpoint => {
    const listener = (endpoint as unknown as { _server?: Server })._server;
    if (listener === undefined) throw new Error('node-opcua no longer shows its listener.');
    return listener;
  });

/** The other end, by which a socket and its channel are known to be the same connection. */
export const keyOf = (address: string | undefined, port: number | undefined): string => `${address} ${port}`;
