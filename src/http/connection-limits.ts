import type { Server } from 'node:http';
import { clientNetwork } from '../app/client-network.ts';
import type { Log } from '../app/ports.ts';
import { createRefusalLog } from './refusal-log.ts';

export interface ConnectionLimits {
  /** Open connections in all. */
  readonly inAll: number;
  /** Of one client's address; Infinity behind a proxy, whose address all clients have. */
  readonly perAddress: number;
}

/**
 * Closes connections beyond the limits at once: one client cannot keep all others out.
 * @param now in ms
 */
export const limitConnections = (
  server: Server,
  { inAll, perAddress }: ConnectionLimits,
  log: Log,
  now: () => number = () => performance.now(),
): void => {
  const open = new Map<string, number>();
  const tellFull = createRefusalLog(log, 'HTTP refused connections: too many are open in all', now);
  const tellTooMany = createRefusalLog(
    log,
    'HTTP refused connections: too many are open from one address. Raise HTTP_MAX_CONNECTIONS_PER_ADDRESS if many clients share it, set HTTP_TRUST_PROXY if it is a proxy',
    now,
  );

  server.maxConnections = inAll;
  server.on('drop', data => tellFull(data?.remoteAddress, inAll));
  server.on('connection', socket => {
    const key = clientNetwork(socket.remoteAddress ?? '');
    const count = open.get(key) ?? 0;
    if (count >= perAddress) {
      socket.destroy();
      tellTooMany(socket.remoteAddress ?? key, perAddress);
      return;
    }
    open.set(key, count + 1);
    socket.once('close', () => {
      const left = (open.get(key) ?? 0) - 1;
      if (left > 0) open.set(key, left);
      else open.delete(key);
    });
  });
};
