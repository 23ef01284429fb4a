import test from 'ava';
import { createCommit } from '../../../src/app/commit.ts';
import { adoptForeign } from '../../../src/app/follow-print/adopt-foreign.ts';
import { countOperation } from '../../../src/app/follow-print/count-operation.ts';
import { endPrint } from '../../../src/app/follow-print/end-print.ts';
import { noteUnseen } from '../../../src/app/follow-print/note-unseen.ts';
import { recordPrint } from '../../../src/app/follow-print/record-print.ts';
import { storeIntent } from '../../../src/app/follow-print/store-intent.ts';
import { losePrint, markUnreachable } from '../../../src/app/follow-print/unreachable.ts';
import { memoryDisk } from '../../../src/store/memory-disk.ts';
import { openStore } from '../../../src/store/open-store.ts';
import { someJob } from '../../support/domain.ts';
import { fakeClock, memoryLog } from '../../support/fakes.ts';

const MINUTE = 60_000;
const seen = { file: 'a.gcode', progress: 5, timeUsed: 1, timeLeft: 2, timeLeftApprox: 2, native: { id: 1 } };
const ended = (kind: 'finished' | 'failed' | 'cancelled') => ({
  outcome: { kind, reason: 'Seen.' },
  progress: 50,
});

/** One printer whose first job is about to be started. */
const setUp = async () => {
  const clock = fakeClock();
  const disk = memoryDisk();
  const log = memoryLog();
  const store = await openStore({ folder: '/data', disk, log });
  const commit = createCommit(store, log, [countOperation]);
  const context = { commit, clock, printer: { id: 1, name: 'P1' } };
  await commit({ actor: 'test' }, async tx =>
    tx.put('jobs', someJob({ id: 1, status: 'starting', printer: 'P1', remoteName: 'a.gcode' })),
  );
  const pass = (minutes: number): void => clock.advance(minutes * MINUTE);
  return {
    context,
    disk,
    store,
    pass,
    print: () => recordPrint(context, 1, 'printing', seen),
    pause: () => recordPrint(context, 1, 'paused', seen),
    /** Minutes and prints. */
    counted: async () => {
      const row = await store.get('operation', 'P1');
      return [(row?.duration ?? 0) / MINUTE, row?.cycles ?? 0];
    },
  };
};

test('a print counts when it is begun, its time when it ends, without its pauses', async t => {
  const { context, pass, print, pause, counted } = await setUp();
  t.deepEqual(await counted(), [0, 0]);
  await print();
  t.deepEqual(await counted(), [0, 1]);
  pass(10);
  await pause();
  pass(30);
  await print();
  pass(5);
  await endPrint(context, 1, ended('finished'));
  t.deepEqual(await counted(), [15, 1]);
});

test('a failed print counts as well, and so does one that nobody saw to run', async t => {
  const { context, pass, print, counted } = await setUp();
  await print();
  pass(10);
  await endPrint(context, 1, ended('failed'));
  t.deepEqual(await counted(), [10, 1]);
  await context.commit({ actor: 'test' }, async tx =>
    tx.put('jobs', someJob({ id: 2, status: 'starting', printer: 'P1', remoteName: 'b.gcode' })),
  );
  pass(60);
  await endPrint(context, 2, ended('finished'));
  t.deepEqual(await counted(), [10, 2], 'how long it ran nobody knows');
});

test('a start that came to nothing does not count', async t => {
  const { context, pass, counted } = await setUp();
  pass(10);
  await endPrint(context, 1, { outcome: { kind: 'neverStarted', reason: 'No.' }, progress: null });
  t.deepEqual(await counted(), [0, 0]);
});

test('of a print that is lost the time counts until the printer was last reached', async t => {
  const { context, pass, print, counted } = await setUp();
  await print();
  pass(10);
  await markUnreachable(context, 1, context.clock.now().toISOString(), 'No answer.', 20);
  pass(15);
  await losePrint(context, 1, 'Gone for too long.');
  t.deepEqual(await counted(), [10, 1]);
  pass(100);
  await endPrint(context, 1, ended('finished'));
  t.deepEqual(await counted(), [10, 1]);
});

test('prints that were started at the printer count too', async t => {
  const { context, pass, counted } = await setUp();
  await context.commit({ actor: 'test' }, async tx => tx.delete('jobs', 1));
  await adoptForeign(context, 'printing', { ...seen, file: 'own.gcode' });
  pass(20);
  const [job] = await context.commit({ actor: 'test' }, tx => tx.find('jobs'));
  await endPrint(context, job?.id ?? 0, ended('cancelled'));
  t.deepEqual(await counted(), [20, 1]);
  await noteUnseen(context, 'printed', { ...seen, file: 'other.gcode', native: { id: 2 } });
  t.deepEqual(await counted(), [20, 2]);
});

test('a clock that was set back takes nothing away', async t => {
  const { context, pass, print, counted } = await setUp();
  await print();
  pass(-10);
  await endPrint(context, 1, ended('finished'));
  t.deepEqual(await counted(), [0, 1]);
});

test('what is counted is on disk with the end of the print, and goes on after a restart', async t => {
  const { context, disk, store, pass, print } = await setUp();
  await print();
  pass(10);
  await endPrint(context, 1, ended('finished'));
  await store.close();
  const again = await openStore({ folder: '/data', disk, log: memoryLog() });
  t.deepEqual(await again.get('operation', 'P1'), { id: 'P1', duration: 10 * MINUTE, cycles: 1 });
  t.is((await again.get('jobs', 1))?.status, 'printed');
  await again.close();
});

test('the intent to start and the upload count for nothing', async t => {
  const { context, pass, counted } = await setUp();
  await context.commit({ actor: 'test' }, async tx =>
    tx.put('jobs', someJob({ id: 1, status: 'scheduled', printer: 'P1' })),
  );
  await storeIntent(context, 1, 'a.gcode');
  pass(10);
  t.deepEqual(await counted(), [0, 0]);
});
