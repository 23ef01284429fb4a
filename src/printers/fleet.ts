import type { Publication } from '../app/commit.ts';
import { giveBack } from '../app/follow-print/give-back.ts';
import { keepProgress, markReached } from '../app/follow-print/unreachable.ts';
import { markTold } from '../app/follow-print/untold.ts';
import type { DriverFactories, PrinterCapabilities, PrinterDriver } from '../app/ports.ts';
import { isSameConnection } from '../domain/connection.ts';
import type { Job } from '../domain/job.ts';
import { onPrinterStatuses } from '../domain/job-status.ts';
import { lostSnapshot, type Printer } from '../domain/printer.ts';
import { lastProgressOf } from './last-progress.ts';
import { createLoop, type Loop } from './loop.ts';
import { createUploadTurns } from './upload-turns.ts';
import { createWorker, type PrinterWorker, type WorkerDeps, type WorkerSettings } from './worker.ts';

export interface FleetSettings extends WorkerSettings {
  /** Printers that get files at once (MAX_PARALLEL_UPLOADS). */
  readonly parallelUploads: number;
}

export interface FleetDeps extends Omit<WorkerDeps, 'driver' | 'printer' | 'uploads' | 'settings'> {
  readonly settings: FleetSettings;
  readonly drivers: DriverFactories;
  /** Spreads the looks; tests make it even. */
  readonly random?: () => number;
}

interface Running {
  readonly printer: Printer;
  readonly worker: PrinterWorker;
  readonly loop: Loop;
  readonly driver: PrinterDriver;
  stop(): Promise<void>;
}

export interface Fleet {
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Does not wait for the time of the printer's next look. */
  lookNow(printerId: number): void;
  /** As they are known by now; undefined while nobody follows the printer. */
  capabilitiesOf(printerId: number): PrinterCapabilities | undefined;
}

/** One worker for each printer that wants one; starts and stops them as the printers change. */
export const createFleet = (deps: FleetDeps): Fleet => {
  const { store, commit, live, clock, log, drivers, random = Math.random } = deps;
  const uploads = createUploadTurns(deps.settings.parallelUploads, clock);
  const running = new Map<number, Running>();
  const changing = new Map<number, Promise<void>>();
  let unlisten: (() => void) | undefined;
  let stopped = true;

  const startWorker = (printer: Printer): void => {
    const workerLog = log.child({ printer: printer.name });
    const driver = drivers[printer.api](printer);
    const worker = createWorker({ ...deps, log: workerLog, uploads, driver, printer });
    const afterFault = deps.settings.workerInterval * 1000;
    const loop = createLoop({ look: worker.look, clock, log: workerLog, random, afterFault });
    driver.watch(loop.nudge);
    const abort = new AbortController();
    const done = loop.run(abort.signal);
    running.set(printer.id, {
      printer,
      worker,
      loop,
      driver,
      async stop() {
        abort.abort(new Error('The worker is stopped.'));
        await done;
        await driver.close().catch(error => workerLog.warn({ err: error }, 'The driver did not close'));
      },
    });
  };

  const stopWorker = async (id: number): Promise<void> => {
    const one = running.get(id);
    running.delete(id);
    await one?.stop();
  };

  /** Nobody follows the printer: nothing is reserved on it, and PRINTER_LOST_AFTER stands still. */
  const leave = async (printer: Printer): Promise<void> => {
    const context = { commit, clock, printer };
    const where = { printer: printer.name, status: onPrinterStatuses };
    for (const job of await store.find('jobs', { where })) {
      if (job.status === 'scheduled') await giveBack(context, job.id, "The printer's worker is stopped.");
      if (job.unreachableSince !== null) await markReached(context, job.id);
      if (job.untold !== undefined) await markTold(context, job.id);
      const progress = lastProgressOf(job, live.read(printer.name));
      if (progress !== null) await keepProgress(context, job.id, progress);
    }
    if (printer.removed) return;
    const message = 'Its worker is stopped: nobody reads it.';
    live.write(printer.name, lostSnapshot('unreachable', message, clock.now().toISOString()));
  };

  const settle = async (id: number): Promise<void> => {
    const printer = await store.get('printers', id);
    const wanted = !stopped && printer !== undefined && printer.worker && !printer.removed;
    const current = running.get(id);
    // Over another connection the worker is made anew.
    const stays = wanted && current !== undefined && isSameConnection(current.printer, printer);
    if (stays) return current.loop.nudge();
    await stopWorker(id);
    if (stopped || printer === undefined) return;
    if (!wanted) return leave(printer);
    try {
      startWorker(printer);
    } catch (error) {
      log.error({ err: error, printer: printer.name }, 'The worker of a printer could not be started');
      const message = 'Its worker could not be started: check its URL and key.';
      live.write(printer.name, lostSnapshot('unreachable', message, clock.now().toISOString()));
    }
  };

  /** Changes of one printer are carried out one after the other; each looks at the newest row. */
  const change = (id: number): Promise<void> => {
    const before = changing.get(id) ?? Promise.resolve();
    const after = before
      .then(() => settle(id))
      .catch(error => log.error({ err: error, printerId: id }, 'A worker could not be changed'));
    changing.set(id, after);
    return after.finally(() => {
      if (changing.get(id) === after) changing.delete(id);
    });
  };

  const tellJob = (before: Job | undefined, after: Job | undefined): void => {
    for (const { printer, worker, loop } of running.values()) {
      if (printer.name !== before?.printer && printer.name !== after?.printer) continue;
      if (worker.jobChanged(before, after)) loop.nudge();
    }
  };

  const hear = ({ changes }: Publication): void => {
    for (const one of changes) {
      if (one.collection === 'jobs') tellJob(one.before, one.after);
      const id = one.collection === 'printers' ? (one.after ?? one.before)?.id : undefined;
      if (id !== undefined) change(id);
    }
  };

  return {
    async start(): Promise<void> {
      stopped = false;
      unlisten = commit.listen('printers', hear);
      const printers = await store.find('printers', { where: { removed: false } });
      await Promise.all(printers.map(printer => change(printer.id)));
    },
    lookNow(printerId) {
      running.get(printerId)?.loop.nudge();
    },
    capabilitiesOf: printerId => running.get(printerId)?.driver.capabilities,
    async stop(): Promise<void> {
      stopped = true;
      unlisten?.();
      await Promise.all([...changing.values()]);
      await Promise.all([...running.keys()].map(stopWorker));
    },
  };
};
