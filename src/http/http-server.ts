import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import Koa from 'koa';
import helmet from 'koa-helmet';
import type { Log } from '../app/ports.ts';
import { answerClientErrors } from './client-errors.ts';
import { limitConnections } from './connection-limits.ts';
import { type Connections, trackConnections } from './connections.ts';
import type { State } from './context.ts';
import type { HttpSettings } from './http-settings.ts';
import { limitPending } from './limit-pending.ts';
import { problems } from './middleware/problems.ts';
import { requestLog } from './middleware/request-log.ts';
import { readInSlices } from './read-in-slices.ts';
import { createRouters, type RouterDeps } from './routes/routes.ts';

/** How often Node looks for requests that are late, in ms; its default is half a minute. */
const CHECK_INTERVAL_MS = 2000;
/** A whole upload over a line of this many bytes/s, but an hour at least; one that drips is ended much earlier. */
const SLOWEST_LINE = 100_000;
const SHORTEST_REQUEST_TIMEOUT_MS = 3_600_000;
const KEEP_ALIVE_MS = 10_000;
/** Longer than proxies keep idle connections (Caddy two minutes, nginx one): else they send into a closed one. */
const PROXY_KEEP_ALIVE_MS = 150_000;
const STOP_GRACE_MS = 5000;

export interface HttpServerDeps extends RouterDeps {
  readonly log: Log;
}

export interface HttpServer {
  /** @throws when the port is taken */
  start(): Promise<void>;
  /** Lets requests under way end for 5 s, then cuts them off. */
  stop(): Promise<void>;
  /** The port that it listens on; 0 before the start. */
  readonly port: number;
}

const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || host.startsWith('127.');

const createKoa = (deps: HttpServerDeps, settings: HttpSettings): Koa<State> => {
  // The last address is what the one proxy in front has seen; clients write those before it.
  const koa = new Koa<State>({ proxy: settings.trustProxy, maxIpsCount: 1 });
  koa.on('error', (error: unknown) => deps.log.debug({ err: error }, 'An HTTP answer could not be sent'));
  koa.use(requestLog(deps.log));
  koa.use(helmet({ strictTransportSecurity: settings.cookieSecure }));
  koa.use(problems(deps.log));
  koa.use((ctx, next) => {
    // Clients differ in whether they encode the colon of `jobs/1:approve`.
    ctx.path = ctx.path.replace(/%3a/gi, ':');
    ctx.set('Cache-Control', 'no-store');
    return next();
  });
  for (const router of createRouters(deps)) {
    koa.use(router.routes());
    koa.use(router.allowedMethods({ throw: true }));
  }
  return koa;
};

const createNodeServer = (koa: Koa<State>, settings: HttpSettings, log: Log): Server => {
  const handle = limitPending(koa.callback(), log);
  const server = createServer({
    headersTimeout: settings.headersTimeout,
    // Node would refuse with an empty answer what simple clients leave out.
    requireHostHeader: false,
    requestTimeout: Math.max(SHORTEST_REQUEST_TIMEOUT_MS, (settings.maxUploadBytes / SLOWEST_LINE) * 1000),
    connectionsCheckingInterval: Math.min(CHECK_INTERVAL_MS, settings.headersTimeout),
    keepAliveTimeout: settings.trustProxy ? PROXY_KEEP_ALIVE_MS : KEEP_ALIVE_MS,
  });
  // Ends those too that never read their answer.
  server.timeout = settings.silenceTimeout;
  server.on('request', handle);
  // Answered like any other; the body is asked for once the caller is known.
  server.on('checkContinue', handle);
  // An expectation that nobody knows is none that has to be met (RFC 9110, 10.1.1).
  server.on('checkExpectation', handle);
  return server;
};

const listen = (server: Server, { host, port }: HttpSettings): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });

/** The thin HTTP layer: authenticates, validates, calls one use case, maps its answer. */
export const createHttpServer = (deps: HttpServerDeps): HttpServer => {
  const { settings } = deps;
  let server: Server | undefined;
  let connections: Connections | undefined;

  return {
    async start() {
      server = createNodeServer(createKoa(deps, settings), settings, deps.log);
      readInSlices(server);
      const perAddress = settings.trustProxy ? Number.POSITIVE_INFINITY : settings.maxConnectionsPerAddress;
      limitConnections(server, { inAll: settings.maxConnections, perAddress }, deps.log);
      connections = trackConnections(server);
      answerClientErrors(server, connections);
      await listen(server, settings);
      server.on('error', error => deps.log.error({ err: error }, 'The HTTP server has an error'));
      if (!isLoopback(settings.host) && !settings.cookieSecure) {
        deps.log.warn(
          { host: settings.host },
          'HTTP is reachable from other machines without TLS: passwords and tokens travel in the clear. Put a TLS proxy in front and set HTTP_TRUST_PROXY and HTTP_COOKIE_SECURE',
        );
      }
    },

    async stop() {
      const stopping = server;
      server = undefined;
      if (!stopping) return;
      const closed = new Promise<void>(resolve => stopping.close(() => resolve()));
      connections?.closeIdle();
      const timer = setTimeout(() => stopping.closeAllConnections(), STOP_GRACE_MS);
      await closed;
      clearTimeout(timer);
    },

    get port() {
      const address = server?.address() as AddressInfo | null | undefined;
      return address?.port ?? 0;
    },
  };
};
