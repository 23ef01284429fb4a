import test from 'ava';
import { dispatchPass } from '../../../src/app/dispatch/dispatch-pass.ts';
import { adoptForeign } from '../../../src/app/follow-print/adopt-foreign.ts';
import { endPrint } from '../../../src/app/follow-print/end-print.ts';
import { storeIntent } from '../../../src/app/follow-print/store-intent.ts';
import { type Bed, clearBed } from '../../../src/domain/bed.ts';
import type { Job } from '../../../src/domain/job.ts';
import type { Pickup } from '../../../src/domain/pickup.ts';
import { memoryDisk } from '../../../src/store/memory-disk.ts';
import { bedOf, createTestApp, type TestApp } from '../../support/app.ts';
import { snapshotOf } from '../../support/fakes.ts';
import { refused } from '../../support/refused.ts';

/** Lays the plate of a new job on the printer's bed. */
const layPlate = async (
  app: TestApp,
  printer: string,
  job: Partial<Job> = {},
  bed: Partial<Bed> = {},
): Promise<number> => {
  const id = await app.submit('student');
  await app.setJob(id, { status: 'printed', printer, ...job });
  app.clock.advance(1000);
  const since = app.clock.now().toISOString();
  const occupied = { state: 'occupied', jobId: id, content: 'good', since, ...bed } as const;
  await app.put('beds', { ...(await bedOf(app.store, printer)), ...occupied });
  return id;
};

const pickupOf = (printer: string): Pickup => ({
  id: 1,
  state: 'inProgress',
  printer,
  jobId: 0,
  content: 'unknown',
  robot: 'R1',
  account: '',
  storageLocation: '',
  reason: '',
  beginTime: '2026-01-05T08:00:00.000Z',
  endTime: null,
});

const withPlates = async (options: Parameters<typeof createTestApp>[0] = {}) => {
  const app = await createTestApp(options);
  await app.addPrinter('Printer1');
  await app.addPrinter('Printer2');
  const second = await layPlate(app, 'Printer2');
  const first = await layPlate(app, 'Printer1');
  return { ...app, first, second };
};

test('a robot takes a plate to storage: hold, confirmation, clear bed, picked job', async t => {
  const { application, actors, store, jobOf, first } = await withPlates();
  const begun = await application.beginPickup(actors.plc, 'printer1', 'R1');
  t.deepEqual(begun, { pickupId: 1, printer: 'Printer1', jobId: first, content: 'good' });
  t.is((await jobOf(first)).status, 'pickupIssued');
  t.like(await bedOf(store, 'Printer1'), { state: 'beingCleared', pickupId: 1 });
  t.like((await application.getPrinter('Printer1')).pickup, { robot: 'R1', state: 'inProgress' });
  t.deepEqual(await application.confirmPickup(actors.plc, 1, 'Shelf 4'), { jobId: first });
  t.like(await jobOf(first), { status: 'picked', storageLocation: 'Shelf 4' });
  t.like(await bedOf(store, 'Printer1'), { state: 'clear', jobId: 0, content: 'none' });
  t.is((await application.getPrinter('Printer1')).notReadyReason, '');
});

test('without a printer the longest waiting plate is taken', async t => {
  const { application, actors, second, first } = await withPlates();
  t.like(await application.beginPickup(actors.plc, '', 'R1'), { printer: 'Printer2', jobId: second });
  t.like(await application.beginPickup(actors.plc, '', 'R2'), { printer: 'Printer1', jobId: first });
  await refused(t, 'NotFound', () => application.beginPickup(actors.plc, '', 'R3'));
});

test('a repeated call of the same account and robot gets the same hold', async t => {
  const { application, actors, published } = await withPlates();
  const begun = await application.beginPickup(actors.plc, 'Printer1', 'R1');
  const commits = published.length;
  t.deepEqual(await application.beginPickup(actors.plc, 'PRINTER1', 'R1'), begun);
  t.deepEqual(await application.beginPickup(actors.plc, '', 'R1'), begun);
  t.is(published.length, commits);
});

test('a hold survives a restart', async t => {
  const disk = memoryDisk();
  const before = await withPlates({ disk });
  const begun = await before.application.beginPickup(before.actors.plc, '', 'R1');
  await before.close();
  const after = await createTestApp({ disk, accounts: false });
  t.deepEqual(await after.application.beginPickup(before.actors.plc, '', 'R1'), begun);
  await after.application.confirmPickup(before.actors.plc, begun.pickupId, '');
  t.is((await bedOf(after.store, 'Printer2')).state, 'clear');
});

test('nobody else gets a plate that is held: another robot, account, or staff', async t => {
  const { application, actors } = await withPlates();
  await application.beginPickup(actors.plc, 'Printer1', 'R1');
  for (const [actor, robot] of [
    [actors.plc, 'R2'],
    [actors.plc2, 'R1'],
    [actors.operator, 'R1'],
  ] as const) {
    const error = await refused(t, 'HeldByOther', () => application.beginPickup(actor, 'Printer1', robot));
    t.regex(error.message, /Pick-up 1/);
  }
});

test('two robots that ask at once never hold the same plate', async t => {
  const { application, actors } = await withPlates();
  const asked = await Promise.allSettled([
    application.beginPickup(actors.plc, 'Printer1', 'R1'),
    application.beginPickup(actors.plc2, 'Printer1', 'R2'),
    application.beginPickup(actors.plc, '', 'R3'),
    application.beginPickup(actors.plc2, '', 'R4'),
  ]);
  const got = asked.flatMap(one => (one.status === 'fulfilled' ? [one.value.printer] : []));
  t.deepEqual(got.sort(), ['Printer1', 'Printer2']);
});

test('a robot has one hold at a time: asking for another printer names it', async t => {
  const { application, actors } = await withPlates();
  await application.beginPickup(actors.plc, 'Printer1', 'R1');
  const error = await refused(t, 'InvalidState', () => application.beginPickup(actors.plc, 'Printer2', 'R1'));
  t.regex(error.message, /pick-up 1 of Printer1/);
});

test('what cannot be picked up is refused', async t => {
  const { application, actors, addPrinter, put, store } = await withPlates();
  await addPrinter('Printer3');
  await refused(t, 'InvalidState', () => application.beginPickup(actors.plc, 'Printer3', 'R1'));
  await put('beds', { ...(await bedOf(store, 'Printer3')), state: 'inUse', jobId: 7 });
  await refused(t, 'InvalidState', () => application.beginPickup(actors.plc, 'Printer3', 'R1'));
  await refused(t, 'NotFound', () => application.beginPickup(actors.plc, 'Nowhere', 'R1'));
  for (const robot of ['', ' ', 'x'.repeat(65), 'R\u0000']) {
    await refused(t, 'InvalidArgument', () => application.beginPickup(actors.plc, 'Printer1', robot));
  }
  await refused(t, 'NotPermitted', () => application.beginPickup(actors.student, 'Printer1', 'R1'));
});

test('plates of cancelled, failed and foreign prints are picked up, and their jobs keep their state', async t => {
  const app = await createTestApp();
  await app.addPrinter('Printer1');
  for (const job of [
    { status: 'cancelled' },
    { status: 'failed' },
    { status: 'printed', fromServer: false },
  ] as const) {
    const id = await layPlate(app, 'Printer1', job, { content: 'scrap' });
    const begun = await app.application.beginPickup(app.actors.plc, 'Printer1', 'R1');
    t.like(begun, { jobId: id, content: 'scrap' });
    t.is((await app.jobOf(id)).status, job.status);
    await app.application.confirmPickup(app.actors.plc, begun.pickupId, 'bin');
    t.like(await app.jobOf(id), { status: job.status, storageLocation: '' });
    t.is((await bedOf(app.store, 'Printer1')).state, 'clear');
  }
});

test('no robot is sent to a new printer until a person has looked; a plate of nobody knows what has job 0', async t => {
  const app = await createTestApp();
  await app.application.addPrinter(app.actors.admin, {
    name: 'Octo',
    api: 'OctoPrint',
    url: 'http://octo',
    apiKey: 'key',
    group: '',
    model: '',
    nozzleDiameter: null,
    material: '',
    cameraUrl: '',
    worker: true,
  });
  const begin = (printer: string) => app.application.beginPickup(app.actors.plc, printer, 'R1');
  await refused(t, 'NotFound', () => begin(''));
  await refused(t, 'InvalidState', () => begin('Octo'));
  await app.put('beds', { ...(await bedOf(app.store, 'Octo')), needsPerson: false });
  t.like(await begin(''), { jobId: 0, content: 'unknown' });
});

test('confirm, fail and release answer again what holds, and refuse what contradicts it', async t => {
  const acts = {
    confirm: (app: TestApp, place = 'S1') => app.application.confirmPickup(app.actors.plc, 1, place),
    fail: (app: TestApp) => app.application.reportPickupFailed(app.actors.plc, 1, 'slipped'),
    release: (app: TestApp) => app.application.releasePickup(app.actors.plc, 1, 'no power'),
  };
  for (const [name, act] of Object.entries(acts)) {
    const app = await withPlates();
    await app.application.beginPickup(app.actors.plc, 'Printer1', 'R1');
    const answer = await act(app);
    const commits = app.published.length;
    t.deepEqual(await act(app), answer);
    t.is(app.published.length, commits);
    for (const [otherName, other] of Object.entries(acts)) {
      if (otherName === name) continue;
      const code = name === 'fail' && otherName === 'release' ? 'NotPermitted' : 'InvalidState';
      await refused(t, code, () => other(app));
    }
    if (name === 'confirm') await refused(t, 'InvalidState', () => acts.confirm(app, 'elsewhere'));
  }
});

test('a failed pick-up keeps its plate from robots until staff offer it again', async t => {
  const { application, actors, store, jobOf, first } = await withPlates();
  await application.beginPickup(actors.plc, 'Printer1', 'R1');
  await application.reportPickupFailed(actors.plc, 1, 'slipped');
  const job = await jobOf(first);
  t.is(job.status, 'printed');
  t.regex(job.history.at(-1)?.reason ?? '', /slipped/);
  t.like(await bedOf(store, 'Printer1'), { state: 'occupied', needsPerson: true, pickupId: 1 });
  t.is((await application.getPrinter('Printer1')).pickup?.state, 'failed');
  t.regex((await application.getJob(actors.plc, first)).waitingReason, /needs a person/);
  await refused(t, 'InvalidState', () => application.beginPickup(actors.plc, 'Printer1', 'R1'));
  await refused(t, 'NotPermitted', () => application.releasePickup(actors.plc, 1, ''));
  await application.releasePickup(actors.operator, 1, '');
  t.like(await application.beginPickup(actors.plc, 'Printer1', 'R1'), { pickupId: 2, jobId: first });
});

test('after a failed pick-up a person may clear the bed by hand', async t => {
  const { application, actors, store, jobOf, first } = await withPlates();
  await application.beginPickup(actors.plc, 'Printer1', 'R1');
  await application.reportPickupFailed(actors.plc, 1, '');
  await application.confirmBedClear(actors.operator, 'Printer1');
  t.is((await bedOf(store, 'Printer1')).state, 'clear');
  t.is((await jobOf(first)).status, 'picked');
  await refused(t, 'InvalidState', () => application.releasePickup(actors.operator, 1, ''));
});

test('a released plate is offered again', async t => {
  const { application, actors, jobOf, first } = await withPlates();
  await application.beginPickup(actors.plc, 'Printer1', 'R1');
  await application.releasePickup(actors.plc, 1, 'no power');
  t.is((await jobOf(first)).status, 'printed');
  t.is((await application.beginPickup(actors.plc2, 'Printer1', 'R9')).pickupId, 2);
});

test('a pick-up belongs to the account that began it, and to staff', async t => {
  const { application, actors, store } = await withPlates();
  await application.beginPickup(actors.plc, 'Printer1', 'R1');
  await refused(t, 'NotPermitted', () => application.confirmPickup(actors.plc2, 1, ''));
  await refused(t, 'NotPermitted', () => application.reportPickupFailed(actors.plc2, 1, ''));
  await refused(t, 'NotPermitted', () => application.releasePickup(actors.plc2, 1, ''));
  await refused(t, 'NotPermitted', () => application.confirmPickup(actors.student, 1, ''));
  await refused(t, 'NotFound', () => application.confirmPickup(actors.plc, 99, ''));
  await application.confirmPickup(actors.operator, 1, '');
  t.is((await bedOf(store, 'Printer1')).state, 'clear');
});

test('a plate that a foreign print has displaced leaves the bed to that print', async t => {
  const { application, actors, store, put, jobOf, first } = await withPlates();
  await application.beginPickup(actors.plc, 'Printer1', 'R1');
  await put('beds', { ...(await bedOf(store, 'Printer1')), state: 'inUse', jobId: 99, pickupId: 0 });
  await application.confirmPickup(actors.plc, 1, 'S1');
  t.like(await bedOf(store, 'Printer1'), { state: 'inUse', jobId: 99 });
  t.is((await jobOf(first)).status, 'picked');
});

/** A print that somebody starts at the printer itself, and ends. */
const printForeign = async (app: TestApp, name: string, ends = true): Promise<void> => {
  const [printer] = await app.store.find('printers', { where: { name } });
  if (printer === undefined) throw new Error(`There is no ${name}.`);
  const context = { commit: app.commit, clock: app.clock, printer };
  const job = { file: 'theirs.gcode', progress: 0, timeUsed: 0, timeLeft: 0, timeLeftApprox: 0, native: {} };
  await adoptForeign(context, 'printing', job);
  const [foreign] = await app.store.find('jobs', { where: { printer: name, status: 'printing' } });
  const outcome = { kind: 'finished', reason: 'Done.' } as const;
  if (ends) await endPrint(context, foreign?.id ?? 0, { outcome, progress: 100 });
};

test('a hold keeps its printer when a foreign print takes the bed: no second arm, no start', async t => {
  const app = await withPlates();
  const { application, actors, store, put } = app;
  await application.beginPickup(actors.plc, 'Printer1', 'R1');
  await printForeign(app, 'Printer1');
  t.like(await bedOf(store, 'Printer1'), { state: 'occupied', pickupId: 0 });
  await refused(t, 'HeldByOther', () => application.beginPickup(actors.plc2, 'Printer1', 'R2'));
  t.is((await application.beginPickup(actors.plc2, '', 'R2')).printer, 'Printer2');
  await refused(t, 'NotFound', () => application.beginPickup(actors.plc2, '', 'R3'));
  t.is((await application.figures()).pickupsWaiting, 0);
  await refused(t, 'HeldByOther', () => application.confirmBedClear(actors.operator, 'Printer1'));
  await refused(t, 'InvalidState', () => application.confirmBedClear(actors.plc, 'Printer1'));
  const view = await application.getPrinter('Printer1');
  t.like(view.pickup, { id: 1, state: 'inProgress' });
  t.regex(view.notReadyReason, /Robot R1 still holds pick-up 1/);
  t.deepEqual(await application.beginPickup(actors.plc, 'Printer1', 'R1'), {
    pickupId: 1,
    printer: 'Printer1',
    jobId: view.pickup?.jobId ?? 0,
    content: 'good',
  });
  // However the bed became clear: the arm is still there.
  await put('beds', clearBed(await bedOf(store, 'Printer1'), app.clock.now().toISOString()));
  const waiting = await app.submit('plc', { printer: 'Printer1' });
  t.is(await dispatchPass(app.deps), 0);
  await application.releasePickup(actors.operator, 1, 'the arm is out');
  t.is(await dispatchPass(app.deps), 1);
  t.is((await app.jobOf(waiting)).status, 'scheduled');
});

test('a printer on which a robot holds a plate is not removed', async t => {
  const app = await createTestApp();
  await app.addPrinter('Printer1');
  await app.put('pickups', pickupOf('Printer1'));
  const remove = () => app.application.removePrinter(app.actors.admin, 'Printer1');
  t.regex((await refused(t, 'InvalidState', remove)).message, /Pick-up 1 holds/);
  await app.application.releasePickup(app.actors.operator, 1, '');
  await t.notThrowsAsync(remove);
});

test('nothing is started under an arm, also when the printer was reserved before', async t => {
  const app = await createTestApp();
  const printer = await app.addPrinter('Printer1');
  const id = await app.submit('plc');
  const held = { ...pickupOf(printer.name), account: app.actors.plc.accountId };
  await app.setJob(id, { status: 'scheduled', printer: 'Printer1', attempt: 1 });
  await app.put('pickups', held);
  const context = { commit: app.commit, clock: app.clock, printer };
  t.is(await storeIntent(context, id, 'mes-1-1.gcode'), undefined);
  t.is((await app.jobOf(id)).status, 'approved');
  t.regex((await app.jobOf(id)).history.at(-1)?.reason ?? '', /pick-up is under way/);
  t.is((await bedOf(app.store, 'Printer1')).state, 'clear');
  await app.setJob(id, { status: 'scheduled', printer: 'Printer1', attempt: 1 });
  await app.application.confirmPickup(app.actors.plc, held.id, '');
  t.is((await storeIntent(context, id, 'mes-1-1.gcode'))?.status, 'starting');
});

for (const end of ['confirmPickup', 'reportPickupFailed', 'releasePickup'] as const) {
  test(`${end} ends a pick-up whose bed was displaced, and leaves the bed to the other print`, async t => {
    for (const ends of [false, true]) {
      const app = await withPlates();
      const { application, actors, store } = app;
      await application.beginPickup(actors.plc, 'Printer1', 'R1');
      await printForeign(app, 'Printer1', ends);
      const before = await bedOf(store, 'Printer1');
      t.is(before.state, ends ? 'occupied' : 'inUse');
      await application[end](actors.plc, 1, '');
      t.deepEqual(await bedOf(store, 'Printer1'), before);
      t.not((await store.get('pickups', 1))?.state, 'inProgress');
      t.is((await app.jobOf(app.first)).status, end === 'confirmPickup' ? 'picked' : 'printed');
      t.is((await application.getPrinter('Printer1')).pickup, undefined);
      if (ends) t.is((await application.beginPickup(actors.plc2, 'Printer1', 'R2')).pickupId, 2);
    }
  });
}

test('confirming a clear bed takes the waiting job off it, with its place or none', async t => {
  const { application, actors, store, jobOf, first, second, published } = await withPlates();
  await application.confirmBedClear(actors.plc, 'Printer1');
  t.like(await jobOf(first), { status: 'picked', storageLocation: '' });
  t.is((await bedOf(store, 'Printer1')).state, 'clear');
  const commits = published.length;
  await application.confirmBedClear(actors.plc, 'Printer1');
  t.is(published.length, commits);
  await application.confirmBedClear(actors.operator, 'Printer2', { storageLocation: 'S2' });
  t.like(await jobOf(second), { status: 'picked', storageLocation: 'S2' });
});

test('a bad part that is taken by hand has failed', async t => {
  const { application, actors, store, jobOf, first } = await withPlates();
  await application.confirmBedClear(actors.operator, 'Printer1', { good: false });
  t.is((await jobOf(first)).status, 'failed');
  t.is((await bedOf(store, 'Printer1')).state, 'clear');
});

test('no bed is confirmed clear while it prints or is held', async t => {
  const { application, actors, store, put } = await withPlates();
  await application.beginPickup(actors.plc, 'Printer1', 'R1');
  await refused(t, 'HeldByOther', () => application.confirmBedClear(actors.operator, 'Printer1'));
  await refused(t, 'HeldByOther', () => application.confirmBedClear(actors.plc2, 'Printer1'));
  await refused(t, 'InvalidState', () => application.confirmBedClear(actors.plc, 'Printer1'));
  await put('beds', { ...(await bedOf(store, 'Printer2')), state: 'inUse' });
  await refused(t, 'InvalidState', () => application.confirmBedClear(actors.operator, 'Printer2'));
  await refused(t, 'NotPermitted', () => application.confirmBedClear(actors.student, 'Printer2'));
});

test('no arm is sent to a printer that moves, nor its bed called clear, whatever the bed row says', async t => {
  const app = await createTestApp();
  await app.addPrinter('Printer1');
  const bed = await bedOf(app.store, 'Printer1');
  await app.put('beds', { ...bed, state: 'occupied', content: 'unknown' });
  app.live.write('Printer1', snapshotOf('printing'));
  const { application, actors } = app;
  await refused(t, 'NotFound', () => application.beginPickup(actors.plc, '', 'R1'));
  await refused(t, 'InvalidState', () => application.beginPickup(actors.plc, 'Printer1', 'R1'));
  await refused(t, 'InvalidState', () => application.confirmBedClear(actors.operator, 'Printer1'));
  app.live.write('Printer1', snapshotOf('idle'));
  t.like(await application.beginPickup(actors.plc, '', 'R1'), { printer: 'Printer1' });
});

test('robots and staff see the plates, the longest waiting first, and others none', async t => {
  const app = await createTestApp();
  for (const name of ['Printer1', 'Printer2', 'Printer3']) await app.addPrinter(name);
  const second = await layPlate(app, 'Printer2');
  const first = await layPlate(app, 'Printer1', {}, { content: 'scrap' });
  const seen = async () => app.application.findPickups(app.actors.plc);
  t.deepEqual(
    (await seen()).map(({ printer, jobId, state, overdue }) => [printer, jobId, state, overdue]),
    [
      ['Printer2', second, 'requested', false],
      ['Printer1', first, 'requested', false],
    ],
  );
  await app.application.beginPickup(app.actors.plc, 'Printer2', 'R1');
  t.like(
    (await seen()).find(({ printer }) => printer === 'Printer2'),
    { state: 'inProgress', robot: 'R1' },
  );
  await t.notThrowsAsync(app.application.findPickups(app.actors.operator));
  await refused(t, 'NotPermitted', () => app.application.findPickups(app.actors.student));
});
