import type { AttemptOutcome, Clock, PrintAttempt } from '../../../app/ports.ts';
import { DriverError } from '../../../app/ports.ts';
import { isActive } from '../../../domain/printer.ts';
import type { PrusaLinkClient } from './client.ts';
import { nameOf, type Reading, stateOf } from './snapshot.ts';
import { idAfter, idOf, type Track } from './track.ts';

/** How long a start that was taken needs to count the job id up. In ms. */
const SETTLE = 4_000;
/** How long a removed file may be listed. In ms. */
const REMOVE_INTERVAL = 500;
const REMOVE_TRIES = 10;

export interface OutcomeDeps {
  readonly client: PrusaLinkClient;
  readonly track: Track;
  readonly clock: Clock;
  /** A fresh one, which the track has followed. */
  readonly read: (signal: AbortSignal) => Promise<Reading>;
  /** The file's path with its storage. */
  readonly pathOf: (file: string, signal: AbortSignal) => Promise<string>;
}

/**
 * What became of an attempt that is not active.
 *
 * Every print gets the next job id, which is counted up before anything moves and kept over restarts. So an attempt
 * that was seen has ended as the end screen shows, if that screen is of its id; and one that was not seen never
 * started if the id is still that of before the intent, or if the only print since has another name. Before the
 * latter is concluded its file is removed: a start that comes late finds nothing, and one that is being prepared
 * counts the id up meanwhile or fails. Idle alone proves nothing.
 */
export const prusaLinkOutcome = async (
  deps: OutcomeDeps,
  attempt: PrintAttempt,
  signal: AbortSignal,
): Promise<AttemptOutcome> => {
  const reading = await look(deps, attempt, signal);
  const id = idOf(attempt.native);
  if (id !== undefined) return endOf(deps, id, reading, signal);
  const before = idOf(attempt.baseline);
  if (before === undefined) {
    return unknown('PrusaLink has no record of it, and its job id before the start is not known.');
  }
  if (!(await isUnused(deps, before, reading, signal))) {
    return unknown('The printer has printed since the start, and PrusaLink has no record of which file.');
  }
  if (!(await isRemoved(deps, attempt.file, signal))) {
    return unknown('PrusaLink shows no print of it, but keeps its file from being removed.');
  }
  await deps.clock.sleep(SETTLE, signal);
  const later = await look(deps, attempt, signal);
  if (!(await isUnused(deps, before, later, signal))) {
    return unknown('The printer began a print while the evidence was gathered.');
  }
  return { kind: 'neverStarted', reason: 'PrusaLink has counted no print of it, and its file is removed.' };
};

/** The Raspberry Pi lists a file for a moment after it has removed it. */
const isRemoved = async (
  { client, clock, pathOf }: OutcomeDeps,
  file: string,
  signal: AbortSignal,
): Promise<boolean> => {
  const path = await pathOf(file, signal);
  if (!(await client.remove(path, signal))) return false;
  for (let tries = 0; tries < REMOVE_TRIES; tries++) {
    if ((await client.file(path, signal)) === undefined) return true;
    await clock.sleep(REMOVE_INTERVAL, signal);
  }
  return false;
};

const unknown = (reason: string): AttemptOutcome => ({ kind: 'unknown', reason });

/** @throws DriverError refused while it is, or may be, under way */
const look = async (deps: OutcomeDeps, attempt: PrintAttempt, signal: AbortSignal): Promise<Reading> => {
  const reading = await deps.read(signal);
  const state = stateOf(reading);
  const name = nameOf(reading.job);
  if (isActive(state) && (name === attempt.file || name === undefined)) {
    throw new DriverError('refused', `${attempt.file} may be active after all.`);
  }
  // Recovery after a crash or power loss, and loading filament: it shows no job then, and goes on.
  if (state === 'busy') throw new DriverError('refused', 'The printer is busy: that is no end.');
  return reading;
};

const endOf = async (
  { client, track }: OutcomeDeps,
  id: number,
  reading: Reading,
  signal: AbortSignal,
): Promise<AttemptOutcome> => {
  const state = stateOf(reading);
  const shown = state === 'finished' || state === 'stopped' || state === 'error';
  const words = reading.status.printer.status_printer?.message ?? '';
  const seen =
    track.endOf(id) ?? (shown && (await client.isCurrentJob(id, signal)) ? { state, words } : undefined);
  switch (seen?.state) {
    case 'finished':
      return { kind: 'finished', reason: 'PrusaLink shows it as finished.' };
    case 'stopped':
      return { kind: 'cancelled', reason: 'PrusaLink shows it as stopped.' };
    case 'error':
      return { kind: 'failed', reason: `The printer failed: ${seen.words || 'no details given'}` };
    default:
      return unknown(
        shown
          ? 'By its number PrusaLink shows the end of another print, and it keeps no record of how this one ended.'
          : 'PrusaLink no longer shows it, and keeps no record of how it ended.',
      );
  }
};

/** Whether no print has begun since, but for one that is shown under another name. */
const isUnused = async (
  { client }: OutcomeDeps,
  before: number,
  { kind, job }: Reading,
  signal: AbortSignal,
): Promise<boolean> => {
  const next = idAfter(before, kind);
  if (job !== undefined) return job.id === next && nameOf(job) !== undefined;
  // The second question shows that the printer tells ids apart.
  return (await client.isCurrentJob(before, signal)) && !(await client.isCurrentJob(next, signal));
};
