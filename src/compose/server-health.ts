import type { DependencyContainer } from 'tsyringe';
import { healthOf } from '../app/health.ts';
import type { CentralStatus } from '../app/ports.ts';
import { tokens } from './tokens.ts';

const noCentral: CentralStatus = { enabled: false, connected: false, lastPush: null };

export const centralStatusOf = (scope: DependencyContainer): CentralStatus =>
  scope.resolve(tokens.central)?.status() ?? noCentral;

/** Of the running server, for the heartbeat and the health page. */
export const serverHealth = (scope: DependencyContainer) =>
  healthOf(
    scope.resolve(tokens.storeHealth),
    scope.resolve(tokens.dispatcher),
    centralStatusOf(scope),
    scope.resolve(tokens.opcua).certificateFault?.(),
  );
