import type { FollowContext } from '../app/follow-print/context.ts';
import { doubtBed } from '../app/follow-print/doubt-bed.ts';
import { endPrint } from '../app/follow-print/end-print.ts';
import { failScheduled } from '../app/follow-print/fail-scheduled.ts';
import { recordPrint } from '../app/follow-print/record-print.ts';
import { storeIntent } from '../app/follow-print/store-intent.ts';
import type { FileStorage, PrinterDriver, Store } from '../app/ports.ts';
import { DriverError } from '../app/ports.ts';
import { type Job, remoteFileName } from '../domain/job.ts';
import { isActive, isResting, type PrinterSnapshot } from '../domain/printer.ts';
import { stateSentence } from '../domain/printer-state.ts';
import { isJobActive } from '../domain/reconcile.ts';
import { type Access, isPrintersFault } from './access.ts';
import { readBaseline } from './baseline.ts';
import type { UnseenPrints } from './unseen-prints.ts';
import type { UploadTurns } from './upload-turns.ts';

export interface StartDeps {
  readonly context: FollowContext;
  readonly store: Store;
  readonly files: FileStorage;
  readonly driver: PrinterDriver;
  /** A file on the printer that will not be printed. */
  readonly discard: (file: string) => void;
  readonly access: Access;
  readonly unseen: Pick<UnseenPrints, 'isNew'>;
  readonly uploads: UploadTurns;
}

/** In ms. */
const POLL_INTERVAL = 1_000;
const POLLS = 10;

/**
 * Sends the job's file. Undefined when the job was failed, because its file is lost.
 * @param signal the worker stops, or the job is not to be printed here any more
 */
export const sendFile = async (
  deps: StartDeps,
  job: Job,
  signal: AbortSignal,
): Promise<string | undefined> => {
  const { context, store, files, driver } = deps;
  const file = await store.get('files', job.fileId);
  if (file === undefined || !(await files.exists(file))) {
    await failScheduled(context, job.id, `The file ${job.fileName} is lost: upload it again and submit it.`);
    return undefined;
  }
  const name = remoteFileName(job.id, job.attempt, file.kind);
  const source = { path: files.pathOf(file), size: file.size, sha256: file.sha256, kind: file.kind };
  return deps.uploads.run(() => driver.upload(source, name, signal), signal);
};

/**
 * The start of a job whose file is on the printer: intent, a last look at printer and job, one start, and the sight
 * of it. The start is sent once; whatever stays open after it is decided later by the printer's evidence.
 * @returns the latest reading, if there was one
 */
export const startPrint = async (
  deps: StartDeps,
  jobId: number,
  remoteName: string,
  stop: AbortSignal,
): Promise<PrinterSnapshot | undefined> => {
  const { context, driver } = deps;
  const baseline = await readBaseline(deps, stop);
  if (baseline.isUnseen) await doubtBed(context, jobId, baseline.print);
  const job = await storeIntent(context, jobId, remoteName, baseline.print);
  if (job === undefined) {
    deps.discard(remoteName);
    return undefined;
  }
  const obstacle = await lastLook(deps, job, stop);
  if (obstacle !== undefined) {
    await neverSent(context, jobId, obstacle);
    return undefined;
  }
  try {
    await driver.start(remoteName, stop);
    deps.access.grant();
  } catch (error) {
    if (!(error instanceof DriverError)) throw error;
    // Refused for certain; anything else may have started it, which only the printer can tell.
    const denied = isPrintersFault(error);
    if (denied) deps.access.deny(error);
    if (denied || error.kind === 'refused') {
      const reason = `The printer did not start it: ${error.message}`;
      await neverSent(context, jobId, { reason, blameless: denied });
      return undefined;
    }
  }
  return waitForPrint(deps, job, stop);
};

/** Why nothing was started. */
interface Obstacle {
  readonly reason: string;
  /** Certainly no fault of the job. What its file may have done to the printer is none of that kind. */
  readonly blameless: boolean;
}

const stopped: Obstacle = { reason: 'The worker was stopped.', blameless: true };

/** Why the job must not be started after all, with nothing sent so far; undefined to go on. */
const lastLook = async (
  { context, driver, store, unseen }: StartDeps,
  job: Job,
  stop: AbortSignal,
): Promise<Obstacle | undefined> => {
  if (stop.aborted) return stopped;
  try {
    const snapshot = await driver.read(stop);
    if (isActive(snapshot.state)) {
      return { reason: 'Another print was started at the printer.', blameless: true };
    }
    if (!isResting(snapshot.state)) {
      return { reason: stateSentence(snapshot.state, snapshot.message), blameless: false };
    }
    if (unseen.isNew(snapshot)) {
      return { reason: 'Another print has ended at the printer meanwhile.', blameless: true };
    }
  } catch (error) {
    if (stop.aborted) return stopped;
    if (error instanceof DriverError) {
      return { reason: `The printer was lost before the start: ${error.message}`, blameless: false };
    }
    throw error;
  }
  if (stop.aborted) return stopped;
  const printer = await store.get('printers', context.printer.id);
  if (printer?.maintenance.on !== false) {
    return { reason: 'The printer is in maintenance.', blameless: true };
  }
  const status = (await store.get('jobs', job.id))?.status;
  return status === 'starting'
    ? undefined
    : { reason: 'It was cancelled before it was started.', blameless: true };
};

const neverSent = (context: FollowContext, jobId: number, { reason, blameless }: Obstacle): Promise<void> =>
  endPrint(context, jobId, { outcome: { kind: 'neverStarted', reason }, progress: null, blameless });

const hasEnded = ({ state }: PrinterSnapshot): boolean => state === 'finished' || state === 'stopped';

const waitForPrint = async (
  { context, driver }: StartDeps,
  job: Job,
  stop: AbortSignal,
): Promise<PrinterSnapshot | undefined> => {
  for (let poll = 0; poll < POLLS; poll++) {
    const snapshot = await driver.read(stop).catch(error => {
      if (error instanceof DriverError) return undefined;
      throw error;
    });
    if (snapshot !== undefined && isJobActive(job, snapshot)) {
      const to = snapshot.state === 'paused' ? 'paused' : 'printing';
      await recordPrint(context, job.id, to, snapshot.job);
      return snapshot;
    }
    // A short print may be over before it is seen: the next look asks what became of it.
    if (snapshot?.job?.file === job.remoteName && hasEnded(snapshot)) return snapshot;
    await context.clock.sleep(POLL_INTERVAL, stop);
  }
  return undefined;
};
