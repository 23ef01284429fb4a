import { join } from 'node:path';
import type { Log } from '../app/ports.ts';
import { AcknowledgedMark, readAcknowledged, writeAcknowledged } from './acknowledged-mark.ts';
import type { Disk } from './disk.ts';
import { firstSeqOf, Journal, segmentName } from './journal.ts';
import { decodeLine, type JournalLine } from './journal-line.ts';
import { cutShort, damaged } from './store-error.ts';

const NEWLINE = 0x0a;

interface ReadLine {
  /** Undefined when it is torn or damaged. */
  readonly line: JournalLine | undefined;
  /** Offset of the byte behind it. */
  readonly end: number;
}

/** The lines of a segment; a last one without its line feed is torn. */
export function* linesOf(bytes: Buffer): Generator<ReadLine, void> {
  for (let begin = 0; begin < bytes.length; ) {
    const feed = bytes.indexOf(NEWLINE, begin);
    const end = feed < 0 ? bytes.length : feed + 1;
    yield { line: feed < 0 ? undefined : decodeLine(bytes.subarray(begin, feed)), end };
    begin = end;
  }
}

/** The segments in a folder, in the order of their first seq. */
export const segmentsOf = (names: readonly string[]): number[] =>
  names
    .map(firstSeqOf)
    .filter(seq => seq !== undefined)
    .sort((left, right) => left - right);

/**
 * Applies every whole commit after `checkpointSeq` and returns the journal, ready to append.
 * A torn end that was never acknowledged is cut off. Every line tells which commit was on disk when it was
 * written, so a gap before a line that knows of later commits is damage; so is an end before the mark's commit.
 * @throws StoreError when acknowledged commits are damaged or missing
 */
export const recoverJournal = async (
  disk: Disk,
  folder: string,
  checkpointSeq: number,
  apply: (line: JournalLine) => Promise<void> | void,
  log: Log,
): Promise<Journal> => {
  const acknowledged = await readAcknowledged(disk, folder);
  let seq = checkpointSeq;
  let last: { firstSeq: number; size: number } | undefined;
  let torn: { path: string; offset: number } | undefined;
  const behindTear: string[] = [];
  const segments = segmentsOf(await disk.list(folder));
  for (const [index, firstSeq] of segments.entries()) {
    // A segment that the checkpoint holds, left behind by a crash.
    if ((segments[index + 1] ?? Number.POSITIVE_INFINITY) <= checkpointSeq + 1) continue;
    const path = join(folder, segmentName(firstSeq));
    if (firstSeq > seq + 1) {
      throw damaged(torn?.path ?? path, `lacks the commits ${seq + 1} to ${firstSeq - 1}`);
    }
    const bytes = (await disk.read(path)) ?? Buffer.alloc(0);
    if (torn === undefined) last = { firstSeq, size: 0 };
    else behindTear.push(path);
    for (const { line, end } of linesOf(bytes)) {
      if (torn !== undefined) {
        if (line !== undefined && line.synced > seq) {
          throw damaged(torn.path, `is damaged at byte ${torn.offset}: commit ${seq + 1} was stored there`);
        }
        continue;
      }
      if (line === undefined) {
        torn = { path, offset: last?.size ?? 0 };
        continue;
      }
      if (line.seq > seq + 1) throw damaged(path, `lacks commit ${seq + 1} before byte ${last?.size}`);
      if (line.seq === seq + 1) {
        await apply(line);
        seq = line.seq;
      }
      if (last !== undefined) last.size = end;
    }
  }
  if (last === undefined) {
    throw damaged(join(folder, segmentName(checkpointSeq + 1)), 'is missing');
  }
  if (acknowledged !== undefined && seq < acknowledged) {
    throw cutShort(torn?.path ?? join(folder, segmentName(last.firstSeq)), seq, acknowledged);
  }
  for (const path of behindTear) await disk.remove(path);
  const file = await disk.open(join(folder, segmentName(last.firstSeq)));
  if (torn !== undefined) {
    log.warn(
      { file: torn.path, offset: torn.offset },
      'Cut off an unfinished write at the end of the journal',
    );
    await file.truncate(last.size);
  }
  // What was read may never have been synced: it must be before anyone hears of it.
  await file.sync();
  await disk.syncFolder(folder);
  if (acknowledged === undefined) await writeAcknowledged(disk, folder, seq);
  const marked = acknowledged === undefined ? seq : Math.max(acknowledged, checkpointSeq);
  const mark = new AcknowledgedMark(disk, folder, marked, log);
  await mark.raise(seq);
  return new Journal(disk, folder, mark, { firstSeq: last.firstSeq, file, size: last.size }, seq);
};
