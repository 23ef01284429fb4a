/** A proxy before a stand-in that speaks HTTP: it does to requests what networks and hosts do to them. */
import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { DriverCall } from '../lab/connection.ts';
import type { UnderWay } from '../lab/virtual-time.ts';
import { reset, serve } from '../mishaps.ts';
import type { Connection, Meet } from './connection.ts';

/** Below the ports that systems give away: a port that is let go is still there when it is wanted back. */
const FIRST_PORT = 18_000;
const PORTS = 12_000;

interface Current {
  readonly meet: Meet;
  readonly call: DriverCall;
  readonly underWay: UnderWay;
}

interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

export const createHttpConnection = async (target: string): Promise<Connection> => {
  let current: Current | undefined;

  /** @param part of the body that arrives before the connection breaks, 1 for all */
  const forward = (request: IncomingMessage, body: Buffer, part: number): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const { method, headers } = request;
      const onward = httpRequest(new URL(request.url ?? '', target), { method, headers, agent: false });
      onward.on('error', reject);
      onward.on('response', answer => {
        answer.toArray().then(
          chunks =>
            resolve({
              status: answer.statusCode ?? 0,
              headers: answer.headers,
              body: Buffer.concat(chunks),
            }),
          reject,
        );
      });
      if (part === 1) return void onward.end(body);
      onward.write(body.subarray(0, Math.ceil(body.length * part)), () => onward.destroy());
    });

  const pass = (response: ServerResponse, { status, headers, body }: Answer): void => {
    const { connection, 'transfer-encoding': _, ...rest } = headers;
    response.writeHead(status, { ...rest, ...(connection === 'close' ? { connection } : {}) });
    response.end(body);
  };

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (current === undefined) return reset(request);
    const { meet, call, underWay } = current;
    const { mishap, before, after } = meet(call, request.method !== 'GET');
    before?.();
    await serve(mishap, {
      request,
      response,
      held: () => underWay.hold(),
      async act(part) {
        const body = Buffer.concat(await request.toArray());
        if (part < 1) {
          await forward(request, body, part).catch(() => undefined);
          return undefined;
        }
        const answer = await forward(request, body, part);
        after?.();
        return () => pass(response, answer);
      },
    });
  };

  const server = createServer((request, response) => {
    request.on('error', () => undefined);
    handle(request, response).catch(() => request.socket.destroy());
  });
  const listen = (port: number): Promise<void> =>
    new Promise((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, '127.0.0.1', () => {
        server.off('error', reject);
        resolve();
      });
    });
  const listenAnew = async (port: () => number, tries = 20): Promise<void> => {
    try {
      await listen(port());
    } catch (error) {
      if (tries === 0) throw error;
      await delay(20);
      await listenAnew(port, tries - 1);
    }
  };
  const close = (): Promise<void> =>
    new Promise(resolve => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  await listenAnew(() => FIRST_PORT + Math.floor(Math.random() * PORTS));
  const { port } = server.address() as AddressInfo;

  return {
    url: `http://127.0.0.1:${port}`,
    refuse: refused => (refused ? close() : listenAnew(() => port)),
    async around(meet, call, carryOut, underWay) {
      current = { meet, call, underWay };
      try {
        return await carryOut();
      } finally {
        current = undefined;
      }
    },
    stop: close,
  };
};
