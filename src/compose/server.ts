import type { DependencyContainer } from 'tsyringe';
import type { Application } from '../app/application.ts';
import { within } from '../app/deadline.ts';
import { watchStore } from '../app/health.ts';
import type { Log } from '../app/ports.ts';
import { settleRestore } from '../app/restore/settle-restore.ts';
import type { Settings } from '../settings/definitions.ts';
import { hasRestoredMark, removeRestoredMark } from '../store/restore-marks.ts';
import { checkPorts } from './check-ports.ts';
import type { Component } from './component.ts';
import { createContainer } from './container.ts';
import { createSetUpFile, prepareFirstStart } from './first-start.ts';
import { removeForgottenMachines } from './mock-machines.ts';
import { openConfiguredStore, privateFolder } from './store.ts';
import { tokens } from './tokens.ts';

/** The running server, as its entry points see it. */
export interface Server {
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Once started. */
  application(): Application;
  readonly httpUrl: string;
  readonly opcuaUrl: string;
  /** For what people read. */
  readonly timeZone: string;
  readonly log: Log;
}

/** Each part takes this long at most to start, in ms: the first start makes certificates, on slow machines too. */
const START_TIMEOUT = 120_000;
/** And so long to stop. */
const STOP_TIMEOUT = 10_000;

/** Starting goes down this list, stopping up: nobody works on what is already closed. */
const parts = [
  'jobLog',
  'files',
  'simulatedCentral',
  'opcua',
  'central',
  // Before the printers are read: no first reading is missed.
  'identityWatch',
  'fleet',
  'dispatcher',
  'pickupWatch',
  'pruning',
  'background',
  'http',
  // Before HTTP, which would wait for the streams.
  'cameras',
] as const;

/**
 * The whole server. `adjust` may register others in the place of any part before it is made.
 */
export const createServer = (
  settings: Settings,
  adjust: (container: DependencyContainer) => void = () => {},
): Server => {
  const container = createContainer(settings);
  adjust(container);
  const log = container.resolve(tokens.log);
  const host = settings.HTTP_HOST === '0.0.0.0' ? '127.0.0.1' : settings.HTTP_HOST;
  const httpUrl = `http://${host}:${settings.HTTP_PORT}`;
  const opcuaUrl = `opc.tcp://${settings.OPCUA_HOSTNAMES[0]}:${settings.OPCUA_PORT}`;
  const running: { readonly name: string; readonly stop: () => Promise<void> }[] = [];

  const stop = async (): Promise<void> => {
    for (let part = running.pop(); part !== undefined; part = running.pop()) {
      try {
        await within(STOP_TIMEOUT, `Stopping ${part.name}`, part.stop());
      } catch (error) {
        log.error({ err: error, part: part.name }, 'A part did not stop cleanly');
      }
    }
  };

  const start = async (): Promise<void> => {
    try {
      await checkPorts(settings);
      const opened = await openConfiguredStore(container);
      const { store, health } = watchStore(opened);
      running.push({ name: 'store', stop: () => store.close() });
      container.registerInstance(tokens.store, store);
      container.registerInstance(tokens.storeHealth, health);
      const { DATABASE_URL } = settings;
      if (DATABASE_URL.kind !== 'memory' && (await hasRestoredMark(DATABASE_URL.path))) {
        await settleRestore({
          commit: container.resolve(tokens.commit),
          clock: container.resolve(tokens.clock),
          log,
        });
        await removeRestoredMark(DATABASE_URL.path);
      }
      await removeForgottenMachines(settings, store);
      const setUp = createSetUpFile(privateFolder(settings));
      container.registerInstance(tokens.setUpToken, setUp.token);
      await prepareFirstStart(
        container.resolve(tokens.application),
        container.resolve(tokens.commit),
        settings,
        setUp,
        httpUrl,
        log,
      );
      for (const name of parts) {
        const part = container.resolve<Component | undefined>(tokens[name]);
        if (part?.start) await within(START_TIMEOUT, `Starting ${name}`, part.start());
        const end = part?.stop?.bind(part);
        if (end) running.push({ name, stop: end });
      }
    } catch (error) {
      await stop();
      throw error;
    }
  };

  return {
    start,
    stop,
    httpUrl,
    opcuaUrl,
    timeZone: settings.TIME_ZONE,
    log,
    application: () => container.resolve(tokens.application),
  };
};
