import type { DependencyContainer } from 'tsyringe';
import { createBackground } from '../app/background.ts';
import { centralOutboxRule } from '../app/central-outbox.ts';
import { createCommit } from '../app/commit.ts';
import { createApplication } from '../app/create-application.ts';
import type { ApplicationDeps, Rules } from '../app/deps.ts';
import { createDispatcher } from '../app/dispatch/dispatcher.ts';
import { countOperation } from '../app/follow-print/count-operation.ts';
import { createJobLog } from '../app/jobs/job-log.ts';
import { tallyOrders } from '../app/orders/tally-orders.ts';
import { createOverdueWatch } from '../app/pickups/watch-overdue.ts';
import { createIdentityWatch } from '../app/printers/watch-identities.ts';
import { createPruning } from '../app/prune.ts';
import { MIN_PASSWORD } from '../domain/password.ts';
import type { Settings } from '../settings/definitions.ts';
import { registerOnce } from './register.ts';
import { tokens } from './tokens.ts';

const SECOND = 1000;
const HOUR = 3600 * SECOND;

export const rulesOf = (settings: Settings): Rules => ({
  autoApprove: settings.AUTO_APPROVE,
  autoSchedule: settings.AUTO_SCHEDULE,
  maxHeating: settings.MAX_HEATING_PRINTERS,
  ageing: settings.PRIORITY_AGEING_HOURS * HOUR,
  timeZone: settings.TIME_ZONE,
  maxOpenJobs: settings.MAX_OPEN_JOBS,
  maxOpenJobsPerUser: settings.MAX_OPEN_JOBS_PER_USER,
  tokenLifetime: settings.TOKEN_LIFETIME * HOUR,
  minPasswordLength: MIN_PASSWORD,
});

const depsOf = (scope: DependencyContainer): ApplicationDeps => ({
  store: scope.resolve(tokens.store),
  commit: scope.resolve(tokens.commit),
  live: scope.resolve(tokens.live),
  files: scope.resolve(tokens.files),
  clock: scope.resolve(tokens.clock),
  background: scope.resolve(tokens.background),
  hasher: scope.resolve(tokens.hasher),
  log: scope.resolve(tokens.log),
  rules: scope.resolve(tokens.rules),
  keys: scope.resolve(tokens.keys),
  cameras: scope.resolve(tokens.cameras),
  probe: scope.resolve(tokens.probe),
  lookNow: printerId => scope.resolve(tokens.fleet).lookNow(printerId),
  capabilitiesOf: printerId => scope.resolve(tokens.fleet).capabilitiesOf(printerId),
  simulations: scope.resolve(tokens.mockPrinters),
  setUpToken: scope.resolve(tokens.setUpToken),
});

export const registerApplication = (container: DependencyContainer): void => {
  registerOnce(container, tokens.rules, scope => rulesOf(scope.resolve(tokens.settings)));
  registerOnce(container, tokens.commit, scope => {
    const hasCentral = scope.resolve(tokens.settings).OPCUA_SERVER_URL !== '';
    const rules = [countOperation, tallyOrders, ...(hasCentral ? [centralOutboxRule] : [])];
    return createCommit(scope.resolve(tokens.store), scope.resolve(tokens.log), rules);
  });
  registerOnce(container, tokens.jobLog, scope =>
    createJobLog({
      store: scope.resolve(tokens.store),
      commit: scope.resolve(tokens.commit),
      log: scope.resolve(tokens.log),
    }),
  );
  registerOnce(container, tokens.background, scope => createBackground({ log: scope.resolve(tokens.log) }));
  registerOnce(container, tokens.application, scope => createApplication(depsOf(scope)));
  registerOnce(container, tokens.dispatcher, scope => createDispatcher(depsOf(scope)));
  registerOnce(container, tokens.pickupWatch, scope => {
    const timeout = scope.resolve(tokens.settings).PICKUP_TIMEOUT * SECOND;
    return createOverdueWatch({ ...depsOf(scope), timeout });
  });
  registerOnce(container, tokens.identityWatch, scope => createIdentityWatch(depsOf(scope)));
  registerOnce(container, tokens.pruning, scope => createPruning(depsOf(scope)));
};
