import type { Commit } from '../app/commit.ts';
import { createAges } from '../app/elapsed.ts';
import { adoptForeign } from '../app/follow-print/adopt-foreign.ts';
import type { FollowContext } from '../app/follow-print/context.ts';
import { dropRequest } from '../app/follow-print/drop-request.ts';
import { endPrint } from '../app/follow-print/end-print.ts';
import { giveBack } from '../app/follow-print/give-back.ts';
import { noteAttention } from '../app/follow-print/note-attention.ts';
import { recordPrint } from '../app/follow-print/record-print.ts';
import { keepProgress, markReached } from '../app/follow-print/unreachable.ts';
import type { Clock, FileStorage, LiveValues, Log, PrinterDriver, Store } from '../app/ports.ts';
import { DriverError } from '../app/ports.ts';
import { unlessUnreadable } from '../app/unless-unreadable.ts';
import { type Job, remoteFileName } from '../domain/job.ts';
import { onPrinterStatuses, printOverStatuses } from '../domain/job-status.ts';
import { isActive, isIdentified, type Printer, type PrinterSnapshot } from '../domain/printer.ts';
import { type Decision, intentTimeOf, isBlind, jobToFollow, reconcile } from '../domain/reconcile.ts';
import { createAccess } from './access.ts';
import { createCleaning } from './cleaning.ts';
import { createCommander } from './command.ts';
import { createConnection } from './connection.ts';
import { createEvidence } from './evidence.ts';
import { createForeignFlood } from './foreign-flood.ts';
import { createIdentification } from './identification.ts';
import { createLostPrinter } from './lost-printer.ts';
import { createSeenProgress } from './seen-progress.ts';
import { soundDriver } from './sound-driver.ts';
import { createUnseenPrints } from './unseen-prints.ts';
import { createUploadAttempt } from './upload-attempt.ts';
import type { UploadTurns } from './upload-turns.ts';

export interface WorkerSettings {
  /** s between two looks at a printer (PRINTER_WORKER_INTERVAL). */
  readonly workerInterval: number;
  /** s until a print on an unreachable printer counts as unknown (PRINTER_LOST_AFTER). */
  readonly printerLostAfter: number;
}

export interface WorkerDeps {
  readonly store: Store;
  readonly commit: Commit;
  readonly live: LiveValues;
  readonly files: FileStorage;
  readonly clock: Clock;
  readonly log: Log;
  readonly settings: WorkerSettings;
  /** Shared by all workers. */
  readonly uploads: UploadTurns;
  readonly driver: PrinterDriver;
  readonly printer: Pick<Printer, 'id' | 'name'>;
}

/** Follows one printer. It keeps no facts: each look compares the stored job with what the printer shows. */
export interface PrinterWorker {
  /**
   * One look, and at most what it asks for. @returns ms until the next one
   * @throws Refusal StorageFailed, OutcomeUnknown when a step could not be stored: the next look tries again
   */
  look(stop: AbortSignal): Promise<number>;
  /** A job on this printer was changed by somebody. @returns whether to look at once */
  jobChanged(before: Job | undefined, after: Job | undefined): boolean;
}

const notIdentified: Decision = { step: 'giveBack', reason: 'The printer is not yet identified.' };

/** ms until a command of ours is looked after. */
const SOON = 1_000;

export const createWorker = (deps: WorkerDeps): PrinterWorker => {
  const { store, live, clock, printer, log } = deps;
  const driver = soundDriver(deps.driver, log);
  const interval = deps.settings.workerInterval * 1000;
  const lostAfter = deps.settings.printerLostAfter * 1000;
  const context: FollowContext = { commit: deps.commit, clock, printer };
  const ageOf = createAges(clock);
  const connection = createConnection({ clock, log });
  const cleaning = createCleaning({ driver, log });
  const commander = createCommander({ context, driver });
  const access = createAccess({ clock, log, live, printer });
  const identification = createIdentification({ context, driver, log });
  const flood = createForeignFlood({ log });
  const unseen = createUnseenPrints({ context, flood });
  const progress = createSeenProgress();
  const evidence = createEvidence({ context, driver, log, ageOf, lostAfter });
  const attempt = createUploadAttempt({
    context,
    store,
    files: deps.files,
    driver,
    discard: cleaning.add,
    access,
    unseen,
    uploads: deps.uploads,
  });
  let trouble = '';
  let first = true;

  const look = async (stop: AbortSignal): Promise<number> => {
    let snapshot: PrinterSnapshot;
    try {
      if (first) await findLeftovers();
      snapshot = await driver.read(stop);
      connection.up();
    } catch (error) {
      if (stop.aborted || !(error instanceof DriverError)) throw error;
      const loss = connection.down(error);
      const wait = connection.backOff() ?? interval;
      if (loss !== undefined) {
        identification.lost();
        await lost.notReached(loss, wait);
      }
      return wait;
    }
    if (isBlind(snapshot.state)) {
      await lost.lose({ since: snapshot.time, message: snapshot.message }, snapshot.state);
      live.write(printer.name, snapshot);
      return interval;
    }
    const wait = await compare(snapshot, stop).catch(error => {
      if (stop.aborted || !(error instanceof DriverError)) throw error;
      // What it did not take is looked at again; a printer that is away shows in the next reading.
      if (trouble !== error.message) log.warn({ reason: error.message }, 'The printer did not obey');
      trouble = error.message;
      return interval;
    });
    if (!isActive(snapshot.state)) await cleaning.removeNext(stop);
    return wait;
  };

  const jobsHere = (): Promise<readonly Job[]> =>
    store.find('jobs', { where: { printer: printer.name, status: onPrinterStatuses } });

  const lost = createLostPrinter({
    context,
    live,
    jobsHere,
    ageOf,
    lostAfter,
  });

  const compare = async (reading: PrinterSnapshot, stop: AbortSignal): Promise<number> => {
    const row = await known(reading, stop);
    const job = jobToFollow(await jobsHere(), reading);
    const snapshot = progress.note(job, reading);
    if (row === undefined) return interval;
    if (job !== undefined && job.unreachableSince !== null) await markReached(context, job.id);
    const got = job === undefined ? null : progress.toStore(job, clock.now());
    if (job !== undefined && got !== null) await keepProgress(context, job.id, got);
    await noteAttention(context, job, snapshot);
    if (await unseen.note(snapshot)) {
      live.write(printer.name, access.seen(snapshot));
      return Math.min(SOON, interval);
    }
    // Only a job that has still to be sent has to do with whether the printer takes one.
    const shown = job?.status === 'scheduled' ? access.seen(snapshot) : snapshot;
    const situation = { job, maintenance: row.maintenance, snapshot: shown, ageOf };
    await evidence.saw(situation);
    let decision = reconcile(situation);
    if (decision.step === 'begin' && !isIdentified(row)) decision = notIdentified;
    if (decision.step === 'begin') live.write(printer.name, snapshot);
    if (decision.step === 'ask' && job !== undefined) decision = await evidence.ask(situation, job, stop);
    const latest = await perform(decision, job, snapshot, stop);
    live.write(printer.name, access.seen(latest.snapshot));
    return latest.soon ? Math.min(SOON, interval) : interval;
  };

  /** The row, once the printer was asked what it is. A print under way is not disturbed: it gets no job meanwhile. */
  const known = async (reading: PrinterSnapshot, stop: AbortSignal): Promise<Printer | undefined> => {
    const row = await store.get('printers', printer.id);
    if (row === undefined || isActive(reading.state)) return row;
    return (await identification.ask(row, stop)) ? store.get('printers', printer.id) : row;
  };

  const perform = async (
    decision: Decision,
    job: Job | undefined,
    snapshot: PrinterSnapshot,
    stop: AbortSignal,
  ): Promise<{ readonly snapshot: PrinterSnapshot; readonly soon: boolean }> => {
    const seen = { snapshot, soon: true };
    if (decision.step === 'adopt') {
      if (snapshot.job === null) return seen;
      const isTooMany = (await adoptForeign(context, decision.status, snapshot.job)) === 'tooMany';
      flood.note(isTooMany);
      return { snapshot: flood.seen(snapshot), soon: !isTooMany };
    }
    if (job === undefined) return { snapshot, soon: false };
    switch (decision.step) {
      case 'nothing':
        return { snapshot, soon: false };
      case 'begin':
        return { snapshot: (await attempt.begin(job, stop)) ?? snapshot, soon: attempt.failures() === 0 };
      case 'giveBack':
        await giveBack(context, job.id, decision.reason);
        return seen;
      case 'record':
        await recordPrint(context, job.id, decision.to, snapshot.job);
        return seen;
      case 'dropRequest':
        await dropRequest(context, job.id, decision.reason);
        return seen;
      case 'command':
        await commander.send(decision.command, job, snapshot, stop);
        return seen;
      case 'end':
        await endPrint(context, job.id, {
          outcome: decision.outcome,
          progress: progress.of(job),
          lastSeen: progress.seenAt(job),
        });
        return seen;
      case 'ask':
        return { snapshot, soon: false };
    }
  };

  /** What an earlier process had no time to remove: the file of the print whose plate still lies here. */
  const findLeftovers = async (): Promise<void> => {
    const bed = await store.get('beds', printer.id);
    const job =
      bed === undefined || bed.jobId === 0 ? undefined : await unlessUnreadable(store.get('jobs', bed.jobId));
    if (job?.fromServer && job.printer === printer.name && isOver(job)) cleaning.add(job.remoteName);
    first = false;
  };

  /** The upload of an attempt that is given up: whether it got there nobody may have heard. */
  const discardUpload = async (job: Job): Promise<void> => {
    const file = await store.get('files', job.fileId);
    if (file !== undefined) cleaning.add(remoteFileName(job.id, job.attempt, file.kind));
  };

  return {
    look,
    jobChanged(before, after) {
      const mine = after?.printer === printer.name;
      const id = (after ?? before)?.id;
      if (id !== undefined && (after?.status !== 'scheduled' || !mine)) attempt.abandon(id);
      const wasStarted = before?.printer === printer.name && before.remoteName !== '' && before.fromServer;
      if (wasStarted && (!mine || (isOver(after) && !isOver(before)))) cleaning.add(before.remoteName);
      if (before?.printer === printer.name && before.status === 'scheduled') {
        const goesOn = mine && (after.status === 'scheduled' || after.status === 'starting');
        if (!goesOn) {
          discardUpload(before).catch(error => log.warn({ err: error }, 'An upload may stay on the printer'));
        }
      }
      if (!mine) return false;
      // From now on their time counts, however the clock is set.
      if (after.status === 'starting') ageOf(intentTimeOf(after));
      if (after.requested !== null) ageOf(after.requested.time);
      const asksNow = after.requested !== null && after.requested !== before?.requested;
      const moved = after.status !== before?.status;
      return asksNow || (moved && (after.status === 'scheduled' || after.status === 'cancelIssued'));
    },
  };
};

const isOver = (job: Job): boolean => printOverStatuses.includes(job.status);
