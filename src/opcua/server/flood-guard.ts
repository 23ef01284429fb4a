import type { Socket } from 'node:net';
import { PublishRequest, RepublishRequest, type ServerSecureChannelLayer } from 'node-opcua';
import type { OPCUAServer } from 'node-opcua-server';
import type { Log } from '../../app/ports.ts';
import type { Sockets } from './sockets.ts';

/**
 * Publish and Republish of one channel in a second. A client keeps a few waiting for each subscription and gets at
 * most ten answers a second for each; more than this starves all the others.
 */
const MAX_PUBLISHES = 300;
/** Requests of one channel in a second: several times what one client gets answered. */
const MAX_REQUESTS = 20_000;
const WINDOW = 1000;

interface Count {
  since: number;
  requests: number;
  publishes: number;
}

/** What one channel has asked for in the running second. */
export const createRequestCounter = (now: () => number) => {
  const counts = new WeakMap<object, Count>();
  return {
    /** Why the channel must go; '' while it is well-behaved. */
    add(channel: object, isPublish: boolean): string {
      const time = now();
      let count = counts.get(channel);
      if (count === undefined || time - count.since >= WINDOW) {
        count = { since: time, requests: 0, publishes: 0 };
        counts.set(channel, count);
      }
      count.requests += 1;
      if (isPublish) count.publishes += 1;
      if (count.publishes > MAX_PUBLISHES) return 'too many Publish requests in a second';
      return count.requests > MAX_REQUESTS ? 'too many requests in a second' : '';
    },
  };
};

/**
 * Closes channels that would slow down or fill up the server for all others.
 * @param maxUnread KB of answers that a client has not read yet
 * @returns a function that ends it
 */
export const guardAgainstFloods = (
  server: OPCUAServer,
  sockets: Sockets,
  maxUnread: number,
  log: Log,
): (() => void) => {
  const counter = createRequestCounter(() => performance.now());

  const cutOffDeaf = (socket: Socket): void => {
    if (socket.writableLength <= maxUnread * 1024) return;
    log.warn(
      { address: socket.remoteAddress, bytes: socket.writableLength },
      'A client that does not read its answers was cut off',
    );
    socket.destroy();
  };

  const onRequest = (request: object, channel: ServerSecureChannelLayer): void => {
    const socket = sockets.of(channel);
    // Large answers fill the memory between two looks of the timer.
    if (socket !== undefined) cutOffDeaf(socket);
    const isPublish = request instanceof PublishRequest || request instanceof RepublishRequest;
    const reason = counter.add(channel, isPublish);
    if (reason === '') return;
    log.warn({ address: channel.remoteAddress, reason }, 'A client was cut off');
    channel.abruptlyInterrupt();
  };
  server.on('request', onRequest);

  const timer = setInterval(() => {
    for (const socket of sockets.all()) cutOffDeaf(socket);
  }, WINDOW);
  timer.unref();

  return () => {
    clearInterval(timer);
    server.off('request', onRequest);
  };
};
