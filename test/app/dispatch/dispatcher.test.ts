import { setImmediate } from 'node:timers/promises';
import test from 'ava';
import { dispatchPass } from '../../../src/app/dispatch/dispatch-pass.ts';
import { createDispatcher } from '../../../src/app/dispatch/dispatcher.ts';
import { bedOf, createTestApp, type TestApp } from '../../support/app.ts';
import { snapshotOf } from '../../support/fakes.ts';
import { spyStore } from '../../support/spy-store.ts';

/** Runs the dispatcher beside the clock until the condition holds. */
const until = async (app: TestApp, condition: () => Promise<boolean>, step = 1): Promise<boolean> => {
  for (let turn = 0; turn < 2000; turn += 1) {
    if (await condition()) return true;
    app.clock.advance(step);
    await setImmediate();
  }
  return false;
};

test('a waiting job is reserved for the first ready printer', async t => {
  const app = await createTestApp();
  await app.addPrinter('Printer1');
  const id = await app.submit('plc');
  t.is(await dispatchPass(app.deps), 1);
  const job = await app.jobOf(id);
  t.like(job, { status: 'scheduled', printer: 'Printer1', attempt: 1, remoteName: '' });
  t.is(job.history.at(-1)?.actor, 'server');
  t.is(await dispatchPass(app.deps), 0);
});

test('a printer takes one job at a time', async t => {
  const app = await createTestApp();
  await app.addPrinter('Printer1');
  await app.addPrinter('Printer2');
  for (let count = 0; count < 5; count += 1) await app.submit('plc');
  t.is(await dispatchPass(app.deps), 2);
  t.is(await dispatchPass(app.deps), 0);
  const scheduled = await app.store.find('jobs', { where: { status: 'scheduled' } });
  t.deepEqual(scheduled.map(({ printer }) => printer).sort(), ['Printer1', 'Printer2']);
});

test('no more printers heat up at once than the lab allows, and who waits for that hears it', async t => {
  const app = await createTestApp({ rules: { maxHeating: 2 } });
  for (const name of ['Printer1', 'Printer2', 'Printer3']) await app.addPrinter(name);
  const heating = { nozzle: { actual: 30, target: 210 } };
  app.live.write('Printer1', snapshotOf('printing', heating));
  await app.submit('plc');
  const second = await app.submit('plc');
  t.is(await dispatchPass(app.deps), 1);
  t.regex((await app.application.getJob(app.actors.operator, second)).waitingReason, /Starts are staggered/);
  app.live.write('Printer1', snapshotOf('printing', { nozzle: { actual: 208, target: 210 } }));
  t.is(await dispatchPass(app.deps), 1);
});

test('whose prints took less of the last day goes first, also after a restart', async t => {
  const app = await createTestApp();
  await app.addPrinter('Printer1');
  const printed = await app.jobOf(await app.submit('plc'));
  const [startTime, endTime] = ['2026-01-05T01:00:00.000Z', '2026-01-05T05:00:00.000Z'];
  await app.put('jobs', { ...printed, status: 'picked', startTime, endTime });
  const heavy = await app.submit('plc');
  const light = await app.submit('plc2');
  const dispatcher = createDispatcher(app.deps);
  await dispatcher.start();
  t.teardown(() => dispatcher.stop());
  t.true(await until(app, async () => (await app.jobOf(light)).status === 'scheduled'));
  t.is((await app.jobOf(heavy)).status, 'approved');
});

test('nothing is dispatched to a printer that is not ready', async t => {
  const app = await createTestApp();
  await app.addPrinter('Printer1');
  await app.submit('plc');
  const { application, actors, deps, live, put, store } = app;
  const bed = await bedOf(store, 'Printer1');
  live.write('Printer1', snapshotOf('printing'));
  t.is(await dispatchPass(deps), 0);
  live.write('Printer1', snapshotOf('idle'));
  await put('beds', { ...bed, state: 'occupied' });
  t.is(await dispatchPass(deps), 0);
  await put('beds', { ...bed, state: 'beingCleared' });
  t.is(await dispatchPass(deps), 0);
  await put('beds', bed);
  await application.setMaintenance(actors.operator, 'Printer1', true, '');
  t.is(await dispatchPass(deps), 0);
  await application.setMaintenance(actors.operator, 'Printer1', false, '');
  await application.stopWorker(actors.operator, 'Printer1');
  t.is(await dispatchPass(deps), 0);
  await application.startWorker(actors.operator, 'Printer1');
  t.is(await dispatchPass(deps), 1);
});

test('what changes between the decision and the commit is seen', async t => {
  const changes: readonly ((app: TestApp, id: number) => Promise<unknown>)[] = [
    (app, id) => app.application.cancelJob(app.actors.operator, id, ''),
    (app, id) => app.setJob(id, { held: true }),
    (app, id) => app.setJob(id, { wantedPrinter: 'Elsewhere' }),
    app => app.application.setMaintenance(app.actors.operator, 'Printer1', true, ''),
    app => app.application.stopWorker(app.actors.operator, 'Printer1'),
    app => app.application.removePrinter(app.actors.admin, 'Printer1'),
    async app => app.put('beds', { ...(await bedOf(app.store, 'Printer1')), state: 'occupied' }),
    async (app, id) =>
      app.put('jobs', { ...(await app.jobOf(id)), id: 77, status: 'printing', printer: 'Printer1' }),
    async app => app.live.write('Printer1', snapshotOf('printing')),
  ];
  for (const change of changes) {
    const app = await createTestApp();
    await app.addPrinter('Printer1');
    const id = await app.submit('plc');
    const { commit } = app.deps;
    const late = Object.assign(
      async (...call: Parameters<typeof commit>) => {
        await change(app, id);
        return commit(...call);
      },
      { listen: commit.listen },
    ) as typeof commit;
    t.is(await dispatchPass({ ...app.deps, commit: late }), 0, change.toString());
    t.not((await app.jobOf(id)).status, 'scheduled');
  }
});

test('a job whose file is lost fails and says so', async t => {
  const app = await createTestApp();
  await app.addPrinter('Printer1');
  const id = await app.submit('plc');
  await app.setJob(id, { fileId: 'f-lost' });
  t.is(await dispatchPass(app.deps), 0);
  const job = await app.jobOf(id);
  t.is(job.status, 'failed');
  t.regex(job.history.at(-1)?.reason ?? '', /file is lost/);
});

test('without a ready printer nothing of a long queue is read', async t => {
  const app = await createTestApp();
  await app.addPrinter('Printer1');
  const job = await app.jobOf(await app.submit('plc'));
  await app.put('jobs', ...Array.from({ length: 10_000 }, (_, index) => ({ ...job, id: 10 + index })));
  app.live.write('Printer1', snapshotOf('printing'));
  const asked: string[] = [];
  const store = spyStore(app.store, (collection, query) => asked.push(JSON.stringify([collection, query])));
  const waiting = JSON.stringify(['jobs', { where: { status: 'approved' } }]);
  t.is(await dispatchPass({ ...app.deps, store }), 0);
  t.true(asked.length > 0);
  t.false(asked.includes(waiting));
  app.live.write('Printer1', snapshotOf('idle'));
  t.is(await dispatchPass({ ...app.deps, store }), 1);
  t.true(asked.includes(waiting));
});

test('the dispatcher acts on submissions, on beds and on printers that become ready', async t => {
  const app = await createTestApp();
  const { application, actors, live, store, deps } = app;
  const dispatcher = createDispatcher(deps);
  await dispatcher.start();
  t.teardown(() => dispatcher.stop());
  await app.addPrinter('Printer1');
  const first = await app.submit('plc');
  const scheduled = (id: number) => async () => (await app.jobOf(id)).status === 'scheduled';
  t.true(await until(app, scheduled(first)));

  const second = await app.submit('plc');
  await app.setJob(first, { status: 'failed' });
  await app.put('beds', { ...(await bedOf(store, 'Printer1')), state: 'occupied' });
  await application.confirmBedClear(actors.operator, 'Printer1');
  t.true(await until(app, scheduled(second)));

  await app.addPrinter('Printer2');
  live.write('Printer2', snapshotOf('printing'));
  const third = await app.submit('plc');
  for (let turn = 0; turn < 50; turn += 1) {
    app.clock.advance(1);
    await setImmediate();
  }
  t.false(await scheduled(third)());
  live.write('Printer2', snapshotOf('finished'));
  t.true(await until(app, scheduled(third)));
});

test('the dispatcher looks again by itself, survives a failed pass and stops', async t => {
  const app = await createTestApp();
  await app.addPrinter('Printer1');
  let failures = 1;
  const store = spyStore(app.store, () => {
    failures -= 1;
    if (failures >= 0) throw new Error('a broken query');
  });
  const id = await app.submit('plc');
  const dispatcher = createDispatcher({ ...app.deps, store });
  await dispatcher.start();
  t.true(await until(app, async () => (await app.jobOf(id)).status === 'scheduled', 1000));
  t.true(app.log.lines.some(({ level, message }) => level === 'error' && /Dispatch failed/.test(message)));
  await dispatcher.stop();
  await app.addPrinter('Printer2');
  const later = await app.submit('plc');
  for (let turn = 0; turn < 20; turn += 1) {
    app.clock.advance(1000);
    await setImmediate();
  }
  t.is((await app.jobOf(later)).status, 'approved');
});

test('the dispatcher works while its passes go well, and not once they fail for half a minute', async t => {
  const app = await createTestApp();
  const { store, deps, clock } = app;
  let broken = false;
  const breakable = spyStore(store, () => {
    if (broken) throw new Error('a broken query');
  });
  const dispatcher = createDispatcher({ ...deps, store: breakable }, () => clock.now().getTime());
  t.false(dispatcher.working());
  await dispatcher.start();
  const pass = async (milliseconds: number): Promise<boolean> => {
    for (let passed = 0; passed < milliseconds; passed += 500) {
      clock.advance(500);
      await setImmediate();
      await setImmediate();
    }
    return dispatcher.working();
  };
  t.true(await pass(120_000));
  broken = true;
  t.true(await pass(20_000));
  t.false(await pass(20_000));
  broken = false;
  t.true(await pass(10_000));
  await dispatcher.stop();
  t.false(dispatcher.working());
});

test('a clock that is set a day forward is no standstill', async t => {
  const { deps, clock } = await createTestApp();
  const dispatcher = createDispatcher(deps);
  t.teardown(() => dispatcher.stop());
  await dispatcher.start();
  t.true(dispatcher.working());
  // No pass has come since: the next one would hide it.
  clock.advance(24 * 60 * 60 * 1000);
  t.true(dispatcher.working());
});

test('a pass that hangs is no work', async t => {
  const { deps, store, clock } = await createTestApp();
  const hanging = spyStore(store, () => new Promise(() => {}));
  const dispatcher = createDispatcher({ ...deps, store: hanging }, () => clock.now().getTime());
  await dispatcher.start();
  t.true(dispatcher.working());
  clock.advance(29_999);
  t.true(dispatcher.working());
  clock.advance(1);
  t.false(dispatcher.working());
});
