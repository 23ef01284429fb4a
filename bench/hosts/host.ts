/** What every stand-in for a printer's host shares: it notes when it is looked at and takes files in. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Server } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

export type HostKind = 'OctoPrint' | 'PrusaLink';

export const KEY = 'bench-key';
export const USERNAME = 'maker';

export interface Taken {
  /** ms since 1970; of the first and the last byte. */
  readonly begin: number;
  readonly end: number;
  readonly bytes: number;
}

export interface Host {
  readonly port: number;
  readonly server: Server;
  /** When it was looked at, in ms since 1970. */
  readonly looks: number[];
  readonly uploads: Taken[];
}

export const now = (): number => performance.timeOrigin + performance.now();

export const json = (response: ServerResponse, status: number, body?: unknown): void => {
  response.writeHead(status, { 'Content-Type': 'application/json' });
  response.end(body === undefined ? undefined : JSON.stringify(body));
};

/** Shorter waits than this are saved up, in ms. */
const SHORTEST_WAIT = 20;

/**
 * Takes a body and forgets it.
 * @param pace bytes per ms that the host's line takes; 0 for as fast as they come
 */
export const drain = async (request: IncomingMessage, pace: number): Promise<Taken> => {
  const begin = now();
  let bytes = 0;
  for await (const chunk of request) {
    bytes += (chunk as Buffer).length;
    const ahead = pace === 0 ? 0 : bytes / pace - (now() - begin);
    if (ahead > SHORTEST_WAIT) await sleep(ahead);
  }
  return { begin, end: now(), bytes };
};

export const listen = async (server: Server, backlog?: number): Promise<number> => {
  server.listen({ port: 0, host: '127.0.0.1', ...(backlog === undefined ? {} : { backlog }) });
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
};

/** A host that answers; whatever goes wrong with one request ends its connection. */
export const answering = (
  answer: (request: IncomingMessage, response: ServerResponse) => Promise<void> | void,
): ReturnType<typeof createServer> =>
  // An upload of 500 MB over a slow line takes longer than Node waits for a request.
  createServer({ requestTimeout: 0 }, (request, response) => {
    Promise.resolve(answer(request, response)).catch(() => request.socket.destroy());
  });

/** A small body, as text. */
export const textOf = async (request: IncomingMessage): Promise<string> =>
  Buffer.concat(await request.toArray()).toString('utf8');
