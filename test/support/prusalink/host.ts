/** The HTTP side that both kinds of PrusaLink's stand-ins share: one port, mishaps, and a host that may go away. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createMishapPlan, reset, serve } from '../mishaps.ts';
import type { Reply } from './reply.ts';

export interface HostOptions {
  /** Before each request is looked at. */
  readonly before: () => void;
  /**
   * @param path decoded, without query
   * @param breakAfter bytes of the body after which its connection breaks
   * @returns undefined when it broke
   */
  readonly carryOut: (
    request: IncomingMessage,
    path: string,
    breakAfter: number,
  ) => Promise<Reply | undefined>;
  /** Connections at once; more are reset. */
  readonly maxActive?: number;
}

export type Host = Awaited<ReturnType<typeof startHost>>;

export const startHost = async ({ before, carryOut, maxActive = Infinity }: HostOptions) => {
  const requests: string[] = [];
  const plan = createMishapPlan();
  let active = 0;
  let mostActive = 0;

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    before();
    const path = decodeURIComponent((request.url ?? '').replace(/\?.*/, ''));
    const line = `${request.method} ${path}`;
    requests.push(line);
    const length = Number(request.headers['content-length'] ?? 0);
    await serve(plan.take(line), {
      request,
      response,
      async act(part) {
        const reply = await carryOut(request, path, part === 1 ? Infinity : length * part);
        return reply && (() => send(request, response, reply));
      },
    });
  };

  const server = createServer((request, response) => {
    request.on('error', () => undefined);
    active += 1;
    mostActive = Math.max(mostActive, active);
    response.on('close', () => {
      active -= 1;
    });
    if (active > maxActive) return reset(request);
    handle(request, response).catch(() => reset(request));
  });
  const listen = (port: number): Promise<void> =>
    new Promise(resolve => server.listen(port, '127.0.0.1', () => resolve()));
  await listen(0);
  const { port } = server.address() as AddressInfo;
  const close = (): Promise<void> => {
    const closed = new Promise<void>(resolve => server.close(() => resolve()));
    server.closeAllConnections();
    return closed;
  };

  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    mishap: plan.add,
    /** The largest number of requests at once. */
    mostActive: (): number => mostActive,
    hangUp: (): void => server.closeAllConnections(),
    /** Connections are refused from now on; the print goes on. */
    disconnect: close,
    connect: (): Promise<void> => listen(port),
  };
};

const send = (request: IncomingMessage, response: ServerResponse, reply: Reply): void => {
  const { status, body, type = 'application/json', challenge } = reply;
  // A body that nobody wants is not read: the connection is closed, as with every start.
  const closes = (request.method === 'PUT' && status >= 300) || request.method === 'POST';
  if (closes) response.setHeader('Connection', 'close');
  response.writeHead(status, {
    ...(body === undefined ? {} : { 'Content-Type': type }),
    ...(challenge === undefined ? {} : { 'WWW-Authenticate': challenge }),
  });
  response.end(body);
};
