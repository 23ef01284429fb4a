import 'reflect-metadata';
import { type DependencyContainer, container as root } from 'tsyringe';
import { createLogInThrottle } from '../app/accounts/log-in-throttle.ts';
import { createPasswordHasher } from '../app/accounts/password-hasher.ts';
import type { Settings } from '../settings/definitions.ts';
import { registerApplication } from './application.ts';
import { registerCentral } from './central.ts';
import { systemClock } from './clock.ts';
import { registerFiles } from './files.ts';
import { registerHttp } from './http.ts';
import { createLog } from './log.ts';
import { registerOpcua } from './opcua.ts';
import { registerPrinters } from './printers.ts';
import { registerStore } from './store.ts';
import { tokens } from './tokens.ts';

/** Everything by its token, made when it is first asked for. */
export const createContainer = (settings: Settings): DependencyContainer => {
  const container = root.createChildContainer();
  container.registerInstance(tokens.settings, settings);
  container.registerInstance(tokens.log, createLog(settings.LOGGING_LEVEL));
  container.registerInstance(tokens.clock, systemClock);
  container.registerInstance(tokens.hasher, createPasswordHasher());
  container.registerInstance(tokens.throttle, createLogInThrottle());
  registerStore(container);
  registerFiles(container);
  registerApplication(container);
  registerPrinters(container);
  registerCentral(container);
  registerOpcua(container);
  registerHttp(container);
  return container;
};
