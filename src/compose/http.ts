import type { DependencyContainer } from 'tsyringe';
import { createHttpServer } from '../http/http-server.ts';
import type { HttpSettings } from '../http/http-settings.ts';
import type { Settings } from '../settings/definitions.ts';
import { maxUploadBytes } from './max-upload-bytes.ts';
import { registerOnce } from './register.ts';
import { serverHealth } from './server-health.ts';
import { tokens } from './tokens.ts';
import { version } from './version.ts';

const SECOND = 1000;

/** No settings: they fit any lab, and differ in tests alone. */
const limits = {
  maxConnections: 1000,
  headersTimeout: 10 * SECOND,
  silenceTimeout: 120 * SECOND,
  uploads: { atOnce: 32, perAccount: 4, waiting: 64, waitingPerAccount: 16, longestWait: 20 * SECOND },
  uploadPace: { window: 30 * SECOND, minBytesPerSecond: 4096 },
};

export const httpSettingsOf = (settings: Settings): HttpSettings => ({
  host: settings.HTTP_HOST,
  port: settings.HTTP_PORT,
  maxUploadBytes: maxUploadBytes(settings),
  cookieSecure: settings.HTTP_COOKIE_SECURE,
  trustProxy: settings.HTTP_TRUST_PROXY,
  maxConnectionsPerAddress: settings.HTTP_MAX_CONNECTIONS_PER_ADDRESS,
  ...limits,
});

export const registerHttp = (container: DependencyContainer): void =>
  registerOnce(container, tokens.http, scope =>
    createHttpServer({
      application: scope.resolve(tokens.application),
      throttle: scope.resolve(tokens.throttle),
      log: scope.resolve(tokens.log),
      settings: httpSettingsOf(scope.resolve(tokens.settings)),
      health: async () => serverHealth(scope),
      version,
    }),
  );
