import test from 'ava';
import { settleRestore } from '../../src/app/restore/settle-restore.ts';
import { clearBed, loseBed } from '../../src/domain/bed.ts';
import { schedule } from '../../src/domain/job.ts';
import type { JobStatus } from '../../src/domain/job-status.ts';
import { createMockDriver } from '../../src/printers/drivers/mock.ts';
import { mockPrinter } from '../support/mock-printer.ts';
import { createOnePrinter, never, type OnePrinter, step, steppingClock } from '../support/one-printer.ts';

/** A printer in the middle of job 1, backed up there; its print takes a minute. */
const setUp = async () => {
  const clock = steppingClock();
  const machine = mockPrinter({ clock });
  const lab = await createOnePrinter({ clock });
  const worker = lab.worker(createMockDriver({ physics: machine, clock }));
  const look = async (seconds = 5) => {
    clock.advance(seconds * 1000);
    return worker.look(never);
  };
  await lab.schedule();
  await look();
  await look();
  return {
    clock,
    machine,
    lab,
    look,
    restore: () => settleRestore({ commit: lab.commit, clock, log: lab.log }),
  };
};

const awaitsPerson = { state: 'occupied', content: 'unknown', needsPerson: true, jobId: 1 } as const;

const statusBefore: readonly [
  JobStatus,
  (lab: OnePrinter, machine: ReturnType<typeof mockPrinter>) => Promise<void>,
][] = [
  ['printing', async () => {}],
  ['paused', (_lab, machine) => machine.pause()],
  ['cancelIssued', lab => lab.cancel()],
];

for (const [status, bring] of statusBefore) {
  test(`a job that was ${status} at the backup is ended by evidence, and its bed still waits for a person`, async t => {
    const { machine, lab, look, restore } = await setUp();
    await bring(lab, machine);
    if (status === 'paused') await look();
    t.is((await lab.job()).status, status);
    await restore();
    t.like(await lab.job(), { status: 'unknown', requested: null });
    t.like(await lab.bed(), awaitsPerson);
    await machine.cancel();
    await look();
    t.is((await lab.job()).status, 'cancelled');
    t.like(await lab.bed(), awaitsPerson);
  });
}

test('a print that ended since the backup is printed, while only a person says what lies there', async t => {
  const { lab, look, restore } = await setUp();
  await restore();
  await look(300);
  t.is((await lab.job()).status, 'printed');
  t.like(await lab.bed(), awaitsPerson);
});

test('a start that never happened leaves a bed that nobody has seen since the backup', async t => {
  const { machine, lab, look, restore } = await setUp();
  await machine.cancel();
  await look();
  await lab.clearBed();
  // Job 2: its intent was stored, and it was never sent.
  await lab.schedule(2);
  await lab.commit({ actor: 'tester' }, async tx => {
    const [job, bed] = [await lab.job(2), await lab.bed()];
    tx.put('jobs', { ...job, status: 'starting', remoteName: 'mes-2-1.gcode' });
    tx.put('beds', { ...bed, state: 'inUse', jobId: 2 });
  });
  await restore();
  await look();
  t.is((await lab.job(2)).status, 'failed');
  t.like(await lab.bed(), { ...awaitsPerson, jobId: 2 });
});

test('a bed that was lost before the backup is not offered by late evidence either', async t => {
  const { clock, lab, look, restore } = await setUp();
  await lab.commit({ actor: 'tester' }, async tx => {
    tx.put('jobs', { ...(await lab.job()), status: 'unknown' });
    tx.put('beds', loseBed(await lab.bed(), clock.now().toISOString()));
  });
  await restore();
  await look(300);
  t.is((await lab.job()).status, 'printed');
  t.like(await lab.bed(), awaitsPerson);
});

test('a print that is still running after the restore is followed to its end, and its plate is known', async t => {
  const { lab, look, restore } = await setUp();
  await restore();
  await look();
  t.is((await lab.job()).status, 'printing');
  t.like(await lab.bed(), { state: 'inUse', jobId: 1, needsPerson: false });
  await look(300);
  t.is((await lab.job()).status, 'printed');
  t.like(await lab.bed(), { state: 'occupied', content: 'good', needsPerson: false, jobId: 1 });
});

test('a job that starts after somebody has confirmed the bed settles it as ever', async t => {
  const { clock, lab, look, restore } = await setUp();
  await restore();
  await look(300);
  const time = clock.now().toISOString();
  await lab.commit({ actor: 'tester' }, async tx => {
    tx.put('beds', clearBed(await lab.bed(), time));
  });
  t.is((await lab.bed()).restored, undefined);
  await lab.schedule(2);
  await look();
  await look(300);
  t.is((await lab.job(2)).status, 'printed');
  t.like(await lab.bed(), { state: 'occupied', content: 'good', needsPerson: false, jobId: 2 });
});

test('a job that was reserved at the backup does not start before the bed is confirmed', async t => {
  const { clock, machine, lab, look, restore } = await setUp();
  await machine.cancel();
  await look();
  await lab.clearBed();
  await lab.schedule(2);
  await restore();
  t.like(await lab.job(2), { status: 'approved', printer: '' });
  // Even if it were reserved again: the stored intent asks for a clear bed.
  await lab.commit({ actor: 'tester' }, async tx => {
    tx.put('jobs', schedule(await lab.job(2), 'Printer1', step(clock.now().toISOString())));
  });
  await look();
  t.is((await lab.job(2)).status, 'approved');
  t.is((await machine.read()).state, 'stopped');
});
