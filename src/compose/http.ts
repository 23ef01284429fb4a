import type { DependencyContainer } from 'tsyringe';
import { createHttpServer } from '../http/http-server.ts';
import type { HttpSettings } from '../http/http-settings.ts';
import { maxUploadBytes, type Settings } from '../settings.ts';
import { registerOnce } from './register.ts';
import { serverHealth } from './server-health.ts';
import { tokens } from './tokens.ts';
import { version } from './version.ts';

/** ms; no setting: a network that is silent for longer has lost the client. */
const UPLOAD_IDLE = 30_000;

export const httpSettingsOf = (settings: Settings): HttpSettings => ({
  host: settings.HTTP_HOST,
  port: settings.HTTP_PORT,
  maxUploadBytes: maxUploadBytes(settings),
  cookieSecure: settings.HTTP_COOKIE_SECURE,
  trustProxy: settings.HTTP_TRUST_PROXY,
  uploadIdleMs: UPLOAD_IDLE,
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
