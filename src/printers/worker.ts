import type { Commit } from '../app/commit.ts';
import { adoptForeign } from '../app/follow-print/adopt-foreign.ts';
import type { FollowContext } from '../app/follow-print/context.ts';
import { dropRequest } from '../app/follow-print/drop-request.ts';
import { endPrint } from '../app/follow-print/end-print.ts';
import { failScheduled } from '../app/follow-print/fail-scheduled.ts';
import { giveBack } from '../app/follow-print/give-back.ts';
import { recordPrint } from '../app/follow-print/record-print.ts';
import { losePrint, markReached, markUnreachable } from '../app/follow-print/unreachable.ts';
import type { Clock, FileStorage, LiveValues, Log, PrinterDriver, Store } from '../app/ports.ts';
import { DriverError } from '../app/ports.ts';
import { unlessUnreadable } from '../app/unless-unreadable.ts';
import { type Job, remoteFileName } from '../domain/job.ts';
import { onPrinterStatuses, printOverStatuses } from '../domain/job-status.ts';
import { isActive, lostSnapshot, type Printer, type PrinterSnapshot } from '../domain/printer.ts';
import {
  type Decision,
  intentTimeOf,
  isBlind,
  jobToFollow,
  reconcile,
  reconcileLoss,
} from '../domain/reconcile.ts';
import { createAccess } from './access.ts';
import { createCleaning } from './cleaning.ts';
import { createCommander } from './command.ts';
import { createConnection, type Loss } from './connection.ts';
import { lastProgressOf } from './last-progress.ts';
import { LONGEST_WAIT } from './loop.ts';
import { sendFile, startPrint } from './start-print.ts';
import { createUnseenPrints } from './unseen-prints.ts';
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

/** Upload failures of one job until it is failed. */
const MAX_UPLOADS = 5;
/** ms until a command of ours is looked after. */
const SOON = 1_000;

export const createWorker = (deps: WorkerDeps): PrinterWorker => {
  const { store, live, clock, driver, printer, log } = deps;
  const interval = deps.settings.workerInterval * 1000;
  const context: FollowContext = { commit: deps.commit, clock, printer };
  const connection = createConnection({ clock, log });
  const cleaning = createCleaning({ driver, log });
  const commander = createCommander({ context, driver });
  const access = createAccess({ clock, log, live, printer });
  const unseen = createUnseenPrints(context);
  const startDeps = {
    context,
    store,
    files: deps.files,
    driver,
    discard: cleaning.add,
    access,
    unseen,
    uploads: deps.uploads,
  };
  let upload: { readonly jobId: number; readonly abort: AbortController; failures: number } | undefined;
  let asked = '';
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
      await notReached(loss, wait);
      return wait;
    }
    if (isBlind(snapshot.state)) {
      await lose({ since: snapshot.time, message: snapshot.message }, snapshot.state);
      live.write(printer.name, snapshot);
      return interval;
    }
    const wait = await compare(access.seen(snapshot), stop).catch(error => {
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

  const compare = async (snapshot: PrinterSnapshot, stop: AbortSignal): Promise<number> => {
    const row = await store.get('printers', printer.id);
    const job = jobToFollow(await jobsHere(), snapshot);
    if (row === undefined) return interval;
    if (job !== undefined && job.unreachableSince !== null) await markReached(context, job.id);
    if (await unseen.note(snapshot)) {
      live.write(printer.name, access.seen(snapshot));
      return Math.min(SOON, interval);
    }
    const situation = { job, maintenance: row.maintenance, snapshot, now: clock.now() };
    let decision = reconcile(situation);
    if (decision.step === 'begin') live.write(printer.name, snapshot);
    if (decision.step === 'ask' && job !== undefined) decision = await ask(situation, job, stop);
    const latest = await perform(decision, job, snapshot, stop);
    live.write(printer.name, access.seen(latest.snapshot));
    return latest.soon ? Math.min(SOON, interval) : interval;
  };

  const ask = async (
    situation: Parameters<typeof reconcile>[0],
    job: Job,
    stop: AbortSignal,
  ): Promise<Decision> => {
    // An unknown job is asked about when something has changed, not all day long.
    const question = `${job.id} ${situation.snapshot.state} ${situation.snapshot.job?.file ?? ''}`;
    if (job.status === 'unknown' && asked === question) return { step: 'nothing' };
    const attempt = {
      file: job.remoteName,
      native: job.native,
      baseline: job.baseline ?? null,
      intentTime: intentTimeOf(job),
      unique: job.fromServer,
    };
    try {
      const outcome = await driver.outcomeOf(attempt, stop);
      asked = question;
      return reconcile({ ...situation, outcome });
    } catch (error) {
      // It may be active after all: the next look shows it.
      if (error instanceof DriverError) return { step: 'nothing' };
      throw error;
    }
  };

  const perform = async (
    decision: Decision,
    job: Job | undefined,
    snapshot: PrinterSnapshot,
    stop: AbortSignal,
  ): Promise<{ readonly snapshot: PrinterSnapshot; readonly soon: boolean }> => {
    const seen = { snapshot, soon: true };
    if (decision.step === 'adopt') {
      if (snapshot.job !== null) await adoptForeign(context, decision.status, snapshot.job);
      return seen;
    }
    if (job === undefined) return { snapshot, soon: false };
    switch (decision.step) {
      case 'nothing':
        return { snapshot, soon: false };
      case 'begin':
        return { snapshot: (await begin(job, stop)) ?? snapshot, soon: upload?.failures === 0 };
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
        await endPrint(context, job.id, { outcome: decision.outcome, progress: lastProgress(job) });
        return seen;
      case 'ask':
        return { snapshot, soon: false };
    }
  };

  const lastProgress = (job: Job): number | null => lastProgressOf(job, live.read(printer.name));

  const begin = async (job: Job, stop: AbortSignal): Promise<PrinterSnapshot | undefined> => {
    const abort = new AbortController();
    const failures = upload?.jobId === job.id ? upload.failures : 0;
    upload = { jobId: job.id, abort, failures };
    let remoteName: string | undefined;
    try {
      remoteName = await sendFile(startDeps, job, AbortSignal.any([stop, abort.signal]));
    } catch (error) {
      if (stop.aborted) throw error;
      if (abort.signal.aborted) return undefined;
      if (!(error instanceof DriverError)) throw error;
      await uploadFailed(job, error);
      return undefined;
    }
    return remoteName === undefined ? undefined : startPrint(startDeps, job.id, remoteName, stop);
  };

  const uploadFailed = async (job: Job, error: DriverError): Promise<void> => {
    if (error.kind === 'unauthorized') {
      access.deny(error);
      return giveBack(context, job.id, error.message);
    }
    if (upload !== undefined) upload.failures += 1;
    if ((upload?.failures ?? 0) < MAX_UPLOADS) return;
    await failScheduled(context, job.id, `Its file did not get to the printer: ${error.message}`);
  };

  /** @param wait ms until it is tried again */
  const notReached = async (loss: Loss | undefined, wait: number): Promise<void> => {
    if (loss === undefined) return;
    await lose(loss, loss.state);
    const now = clock.now();
    const nextTry = new Date(now.getTime() + wait * LONGEST_WAIT).toISOString();
    const message = `since ${toSecond(loss.since)}, next try by ${toSecond(nextTry)}: ${loss.message}`;
    live.write(printer.name, lostSnapshot(loss.state, message, now.toISOString()));
  };

  const lose = async (loss: Pick<Loss, 'since' | 'message'>, state: string): Promise<void> => {
    const lostAfter = deps.settings.printerLostAfter * 1000;
    const reason = `The printer is ${state}${loss.message === '' ? '' : `: ${loss.message}`}`;
    for (const job of await jobsHere()) {
      const step = reconcileLoss({ job, now: clock.now(), lostAfter });
      if (step === 'giveBack') await giveBack(context, job.id, reason);
      if (step === 'mark') {
        await markUnreachable(context, job.id, loss.since, reason, lastProgress(job));
      }
      if (step === 'lose') await losePrint(context, job.id, `${reason}; away too long to know the outcome`);
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
      if (upload !== undefined && upload.jobId === (after ?? before)?.id) {
        if (after?.status !== 'scheduled' || !mine) upload.abort.abort(new Error('No longer wanted here.'));
      }
      const wasStarted = before?.printer === printer.name && before.remoteName !== '' && before.fromServer;
      if (wasStarted && (!mine || (isOver(after) && !isOver(before)))) cleaning.add(before.remoteName);
      if (before?.printer === printer.name && before.status === 'scheduled') {
        const goesOn = mine && (after.status === 'scheduled' || after.status === 'starting');
        if (!goesOn) {
          discardUpload(before).catch(error => log.warn({ err: error }, 'An upload may stay on the printer'));
        }
      }
      if (!mine) return false;
      const asksNow = after.requested !== null && after.requested !== before?.requested;
      const moved = after.status !== before?.status;
      return asksNow || (moved && (after.status === 'scheduled' || after.status === 'cancelIssued'));
    },
  };
};

const isOver = (job: Job): boolean => printOverStatuses.includes(job.status);

/** ISO 8601 without milliseconds, which nobody wants to read. */
const toSecond = (time: string): string => time.replace(/\.\d+Z$/, 'Z');
