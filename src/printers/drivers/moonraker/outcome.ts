import type { AttemptOutcome, Clock, PrintAttempt } from '../../../app/ports.ts';
import { DriverError } from '../../../app/ports.ts';
import { timeOfSeconds } from '../shared/time-of.ts';
import { voidName } from '../shared/void-name.ts';
import type { MoonrakerClient } from './client.ts';
import type { HistoryJob, PrinterObjects, StoredFile } from './schemas.ts';
import { baseObjects, fileOf, firstLine, isHalted, isPrinting } from './snapshot.ts';

/** Moonraker hears of a print's end up to 250 ms after Klipper, and then writes its history. In ms. */
const SETTLE = 1_000;
/** Entries that are looked through when nothing else names the print's own. */
const LATEST_PRINTS = 50;
/** How far apart the clocks of the printer and this server may be, in s. */
const CLOCK_TOLERANCE = 60;

/** The proof: it was fenced by its void name, and was seen not to have been started until then. */
export const provenName = (file: string): string => file.replace(/(\.[^.]*)?$/, '.unstarted$1');

interface Evidence {
  readonly objects: PrinterObjects;
  /** The history's entry of this print. */
  readonly entry: HistoryJob | undefined;
  /** As uploaded, or fenced. */
  readonly file: StoredFile | undefined;
  readonly fenced: boolean;
  readonly proven: boolean;
}

/**
 * What became of an attempt that is not active.
 *
 * Klipper's own print_stats comes first: it tells of the latest file until that is replaced, reset, or Klipper is
 * restarted. Moonraker's history is a second witness: an entry says `interrupted` for good once Moonraker was
 * restarted, and a print may be missing in it.
 *
 * The upload has Klipper load the file (M23). As long as it is loaded and in standby, Klipper was not restarted since
 * and has never started it, for any start shows in print_stats until it is replaced or Klipper is restarted. To
 * conclude from this, the file is moved away: a start that comes late cannot open it. Moonraker refuses to move a file
 * that prints, but knows that 250 ms late, so Klipper is asked once more; only then is the proof laid down, which
 * stays until the job has ended.
 */
export const moonrakerOutcome = async (
  client: MoonrakerClient,
  clock: Clock,
  attempt: PrintAttempt,
  signal: AbortSignal,
): Promise<AttemptOutcome> => {
  const first = await evidenceOf(client, attempt, signal);
  const verdict = judge(first, attempt);
  if (verdict.kind !== 'neverStarted' && verdict.kind !== 'unknown') return verdict;
  if (first.proven && verdict.kind === 'neverStarted') return verdict;
  await clock.sleep(SETTLE, signal);
  const second = await evidenceOf(client, attempt, signal);
  const settled = judge(second, attempt);
  if (settled.kind !== 'neverStarted' || second.proven) return settled;
  if (!second.fenced) await client.move(attempt.file, voidName(attempt.file), signal);
  const third = judge(await evidenceOf(client, attempt, signal), attempt);
  if (third.kind !== 'neverStarted') return third;
  await client.move(voidName(attempt.file), provenName(attempt.file), signal);
  return third;
};

const evidenceOf = async (
  client: MoonrakerClient,
  attempt: PrintAttempt,
  signal: AbortSignal,
): Promise<Evidence> => {
  const file = await client.file(attempt.file, signal);
  const fenced = file === undefined ? await client.file(voidName(attempt.file), signal) : undefined;
  const there = file ?? fenced;
  const proven =
    attempt.native === null && there === undefined
      ? (await client.file(provenName(attempt.file), signal)) !== undefined
      : false;
  const entry = await entryOf(client, attempt, there, signal);
  const objects = await client.query(baseObjects, signal);
  if (objects === undefined) throw new DriverError('unreachable', 'Klipper is not connected to Moonraker.');
  if (fileOf(objects) === attempt.file && isPrinting(objects)) {
    throw new DriverError('refused', `${attempt.file} is active after all.`);
  }
  return { objects, entry, file: there, fenced: fenced !== undefined, proven };
};

/** By its own number, as adopted or as noted at the file; else by name and time. */
const entryOf = async (
  client: MoonrakerClient,
  attempt: PrintAttempt,
  file: StoredFile | undefined,
  signal: AbortSignal,
): Promise<HistoryJob | undefined> => {
  const id = attempt.native?.job_id ?? file?.job_id;
  const isOurs = ({ filename }: HistoryJob): boolean => filename === attempt.file;
  if (id != null) {
    const entry = await client.historyJob(String(id), signal);
    if (entry !== undefined && isOurs(entry)) return entry;
  }
  // The file is as it was sent, so the history's entries under its name are of another one.
  if (file !== undefined && attempt.unique) return undefined;
  const since = Date.parse(attempt.intentTime) / 1000 - CLOCK_TOLERANCE;
  const prints = await client.history(LATEST_PRINTS, signal);
  return prints.find(entry => isOurs(entry) && (entry.start_time ?? 0) >= since);
};

const judge = (evidence: Evidence, attempt: PrintAttempt): AttemptOutcome => {
  const shown = byKlipper(evidence, attempt);
  const recorded = byHistory(evidence);
  // A name that is used again: what Klipper shows may be of a later print.
  const [first, second] = attempt.unique ? [shown, recorded] : [recorded, shown];
  const known = first ?? second;
  if (known !== undefined) return { ...known, endTime: endTimeOf(evidence) };
  return unstarted(evidence, attempt) ?? { kind: 'unknown', reason: doubtOf(evidence) };
};

/** An entry that was interrupted ends when Moonraker was restarted: Klipper may have printed on. */
const endTimeOf = (evidence: Evidence): string | undefined =>
  byHistory(evidence) === undefined ? undefined : timeOfSeconds(evidence.entry?.end_time);

const byKlipper = ({ objects }: Evidence, { file }: PrintAttempt): AttemptOutcome | undefined => {
  if (fileOf(objects) !== file) return undefined;
  const { state, message } = objects.print_stats ?? { state: '', message: '' };
  if (state === 'complete') return { kind: 'finished', reason: 'Klipper shows it as complete.' };
  if (state === 'cancelled') return { kind: 'cancelled', reason: 'It was cancelled at Klipper.' };
  if (state === 'error') return failed(message);
  const broken = isHalted(objects) && (state === 'printing' || state === 'paused');
  return broken ? failed(objects.webhooks.state_message) : undefined;
};

const failed = (words: string): AttemptOutcome => ({
  kind: 'failed',
  reason: `The printer failed: ${firstLine(words) || 'no details given'}`,
});

const byHistory = ({ entry }: Evidence): AttemptOutcome | undefined => {
  switch (entry?.status) {
    case 'completed':
      return { kind: 'finished', reason: "Moonraker's history says that it was completed." };
    case 'cancelled':
      return { kind: 'cancelled', reason: "Moonraker's history says that it was cancelled." };
    case 'error':
      return failed("Moonraker's history says that it ended with an error.");
    case 'klippy_shutdown':
      return failed('Klipper was shut down in the middle of it.');
    case 'klippy_disconnect':
      return failed('Klipper ended or was restarted in the middle of it.');
    default:
      return undefined;
  }
};

const unstarted = (evidence: Evidence, attempt: PrintAttempt): AttemptOutcome | undefined => {
  const { objects, entry, file, proven } = evidence;
  if (attempt.native !== null || entry !== undefined || !attempt.unique) return undefined;
  const waits =
    fileOf(objects) === attempt.file &&
    objects.print_stats?.state === 'standby' &&
    objects.virtual_sdcard?.is_active === false &&
    objects.virtual_sdcard.file_path != null;
  const untouched = file !== undefined && file.job_id == null && file.print_start_time == null;
  if (!proven && !(waits && untouched)) return undefined;
  return { kind: 'neverStarted', reason: 'Klipper still had it loaded and has never printed it.' };
};

const doubtOf = ({ objects, entry }: Evidence): string => {
  if (entry !== undefined) {
    return `Moonraker's history says ${entry.status}, and Klipper does not show it any more.`;
  }
  return fileOf(objects) === ''
    ? 'Klipper was restarted or reset, and Moonraker has no record of the end.'
    : 'Another file is loaded, and Moonraker has no record of the end.';
};
