import type { AttemptOutcome, Clock, PrintAttempt } from '../../../app/ports.ts';
import { DriverError } from '../../../app/ports.ts';
import { isActive } from '../../../domain/printer.ts';
import { timeOfSeconds } from '../shared/time-of.ts';
import { voidName } from '../shared/void-name.ts';
import type { OctoPrintClient } from './client.ts';
import type { Endings } from './endings.ts';
import type { OctoPrintFile, OctoPrintJob } from './schemas.ts';
import { isFaulty, pathOf, stateOf } from './snapshot.ts';

/** OctoPrint notes a print's end a moment after it shows it. In ms. */
const SETTLE = 700;
/** How far apart the clocks of OctoPrint and this server may be where names are printed again, in s. */
const CLOCK_TOLERANCE = 60;

interface RecordedPrint {
  readonly success: boolean;
  /** When it ended, in s since 1970 by OctoPrint's clock. */
  readonly date: number | null | undefined;
}

interface Evidence {
  readonly attempt: PrintAttempt;
  readonly job: OctoPrintJob;
  readonly faulty: boolean;
  /** Undefined when the file is gone. */
  readonly file: OctoPrintFile | undefined;
}

/**
 * What became of an attempt that is not active.
 *
 * A recorded success counts first. Of a print without one OctoPrint's record does not say why it ended: what the
 * socket said of it does, as long as the file's name belongs to this attempt alone.
 *
 * OctoPrint forgets its selection when it is restarted, and a file has no `prints` until a print of it has ended.
 * So, when the file that was selected before the intent is still selected, at rest and without `prints`, it was
 * never started. Before that is concluded the file is moved away: a start that comes late finds nothing, and
 * OctoPrint refuses to move a file that prints. The moved file stays as proof until the job has ended.
 */
export const octoPrintOutcome = async (
  client: OctoPrintClient,
  { clock, endings }: { readonly clock: Clock; readonly endings: Endings },
  attempt: PrintAttempt,
  signal: AbortSignal,
): Promise<AttemptOutcome> => {
  const told = (): AttemptOutcome | undefined => (attempt.unique ? endings.of(attempt.file) : undefined);
  const first = await evidenceOf(client, attempt, signal);
  const verdict = judge(first);
  if (verdict.kind === 'finished') return verdict;
  if (verdict.kind === 'failed') return told() ?? verdict;
  await clock.sleep(SETTLE, signal);
  const second = await evidenceOf(client, attempt, signal);
  const settled = judge(second);
  if (settled.kind === 'finished') return settled;
  const heard = told();
  if (heard !== undefined) return heard;
  if (settled.kind === 'neverStarted') return voided(client, attempt, signal);
  if (settled.kind === 'unknown' && attempt.native === null && second.file === undefined) {
    const trace = await client.file(voidName(attempt.file), signal);
    if (trace !== undefined) return neverStarted;
  }
  return settled;
};

const neverStarted: AttemptOutcome = {
  kind: 'neverStarted',
  reason: 'OctoPrint still has it selected and has never printed it.',
};

const evidenceOf = async (
  client: OctoPrintClient,
  attempt: PrintAttempt,
  signal: AbortSignal,
): Promise<Evidence> => {
  const file = await client.file(attempt.file, signal);
  const printer = await client.printer(signal);
  const job = await client.job(signal);
  const connection = printer === undefined ? await client.connectionState(signal) : '';
  const reading = { printer, job, connection };
  if (pathOf(job) === attempt.file && isActive(stateOf(reading))) {
    throw new DriverError('refused', `${attempt.file} is active after all.`);
  }
  return { attempt, job, file, faulty: printer === undefined && isFaulty(reading) };
};

const judge = (evidence: Evidence): AttemptOutcome => {
  const { attempt, job, file, faulty } = evidence;
  const path = pathOf(job);
  const last = lastPrint(file, attempt);
  const success = last?.success;
  const endTime = timeOfSeconds(last?.date);
  if (success === true) return { kind: 'finished', reason: 'OctoPrint has recorded its success.', endTime };
  if (path === attempt.file) {
    if (success === false) return { kind: 'cancelled', reason: 'It was cancelled at OctoPrint.', endTime };
    if (job.progress?.completion === 100) return { kind: 'finished', reason: 'OctoPrint shows it as done.' };
    if (attempt.native !== null || file === undefined || file.prints) {
      return { kind: 'unknown', reason: 'OctoPrint has it selected and has no record of its end.' };
    }
    return neverStarted;
  }
  if (path === undefined && faulty) {
    const reason = `The printer failed: ${job.error || job.state || 'no details given'}`;
    return { kind: 'failed', reason, endTime };
  }
  if (success === false) {
    return { kind: 'failed', reason: 'OctoPrint has recorded that it did not succeed.', endTime };
  }
  return {
    kind: 'unknown',
    reason:
      path === undefined
        ? 'OctoPrint was restarted or lost the printer, and has no record of the end.'
        : 'Another file is loaded, and OctoPrint has no record of the end.',
  };
};

/** Undefined when no end of this attempt is on record; names that are used once need no look at the clocks. */
const lastPrint = (file: OctoPrintFile | undefined, attempt: PrintAttempt): RecordedPrint | undefined => {
  const last = file?.prints?.last;
  if (!last || typeof last.success !== 'boolean') return undefined;
  const recorded = { success: last.success, date: last.date };
  if (attempt.unique) return recorded;
  const since = Date.parse(attempt.intentTime) / 1000 - CLOCK_TOLERANCE;
  return last.date != null && last.date >= since ? recorded : undefined;
};

const voided = async (
  client: OctoPrintClient,
  attempt: PrintAttempt,
  signal: AbortSignal,
): Promise<AttemptOutcome> => {
  await client.move(attempt.file, voidName(attempt.file), signal);
  const trace = await client.file(voidName(attempt.file), signal);
  if (trace === undefined) {
    return { kind: 'unknown', reason: 'Its file went away from OctoPrint while it was being looked at.' };
  }
  return neverStarted;
};
