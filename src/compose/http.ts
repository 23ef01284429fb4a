import type { DependencyContainer } from 'tsyringe';
import { createHttpServer } from '../http/http-server.ts';
import { maxUploadBytes } from '../settings.ts';
import { registerOnce } from './register.ts';
import { serverHealth } from './server-health.ts';
import { tokens } from './tokens.ts';

export const registerHttp = (container: DependencyContainer): void =>
  registerOnce(container, tokens.http, scope => {
    const settings = scope.resolve(tokens.settings);
    return createHttpServer({
      application: scope.resolve(tokens.application),
      log: scope.resolve(tokens.log),
      settings: {
        host: settings.HTTP_HOST,
        port: settings.HTTP_PORT,
        maxUploadBytes: maxUploadBytes(settings),
      },
      health: async () => serverHealth(scope),
    });
  });
