import test from 'ava';
import type { Job } from '../../src/domain/job.ts';
import { createSeenProgress } from '../../src/printers/seen-progress.ts';
import { someJob } from '../support/domain.ts';
import { snapshotOf } from '../support/fakes.ts';

const START = Date.parse('2026-01-05T08:00:00.000Z');

/** Reads a print every 5 s, and stores what it is told to. @param hours that it takes @returns min and % of each write */
const follow = (hours: number, shown: (part: number) => number | null = part => part * 100) => {
  const seen = createSeenProgress();
  let job: Job = someJob({ status: 'printing', printer: 'P1', remoteName: 'mes-1-1.gcode' });
  const writes: { minute: number; progress: number }[] = [];
  const end = hours * 3600;
  for (let second = 0; second <= end; second += 5) {
    const now = new Date(START + second * 1000);
    const progress = shown(second / end);
    const print = { file: job.remoteName, progress, timeUsed: 0, timeLeft: 0, timeLeftApprox: 0, native: {} };
    seen.note(job, snapshotOf('printing', { job: print, time: now.toISOString() }));
    const got = seen.toStore(job, now);
    if (got === null) continue;
    job = { ...job, progress: got };
    writes.push({ minute: second / 60, progress: got });
  }
  return { writes, job };
};

test('the progress of a long print is stored every 5 minutes, of a quick one each 5 %, of any not more than once a minute', t => {
  const long = follow(10);
  t.is(long.writes.length, 120);
  t.true(long.writes.every(({ minute }, index) => minute === 5 * (index + 1)));
  const hour = follow(1);
  t.true(hour.writes.length >= 19 && hour.writes.length <= 20, `${hour.writes.length} writes`);
  t.true(hour.job.progress >= 94);
  t.is(follow(0.1).writes.length, 6, 'a print of 6 minutes');
});

test('nothing is stored of a print that does not get on, or tells nothing, or is another', t => {
  t.deepEqual(follow(2, () => 0).writes, []);
  t.deepEqual(follow(2, () => null).writes, []);
  const seen = createSeenProgress();
  const job = someJob({ status: 'printing', remoteName: 'mes-1-1.gcode' });
  t.is(seen.toStore(job, new Date(START)), null);
});
