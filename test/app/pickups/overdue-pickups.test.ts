import { setImmediate } from 'node:timers/promises';
import test, { type ExecutionContext } from 'ava';
import { createOverdueWatch } from '../../../src/app/pickups/watch-overdue.ts';
import { bedOf, createTestApp, type TestApp } from '../../support/app.ts';

const MINUTE = 60_000;

const heldBy = async (app: TestApp, printer: string, robot: string): Promise<number> => {
  await app.addPrinter(printer);
  await app.put('beds', { ...(await bedOf(app.store, printer)), state: 'occupied', content: 'good' });
  return (await app.application.beginPickup(app.actors.plc, printer, robot)).pickupId;
};

/** Lets time pass beside the watch, which looks every few seconds. */
const pass = async ({ clock }: TestApp, milliseconds: number): Promise<void> => {
  for (let passed = 0; passed < milliseconds; passed += 5000) {
    clock.advance(5000);
    for (let turn = 0; turn < 5; turn += 1) await setImmediate();
  }
};

const watch = async (t: ExecutionContext, app: TestApp, deps: Partial<TestApp['deps']> = {}) => {
  const one = createOverdueWatch({ ...app.deps, ...deps, timeout: 10 * MINUTE });
  await one.start();
  t.teardown(() => one.stop());
  return one;
};

const warnings = ({ log }: TestApp) => log.lines.filter(({ level }) => level === 'warn');

test('a plate that is held for too long is reported once, also over a restart', async t => {
  const app = await createTestApp();
  const id = await heldBy(app, 'Printer1', 'R1');
  const since = app.clock.now().toISOString();
  const first = await watch(t, app);
  await pass(app, 10 * MINUTE - 5000);
  t.deepEqual(warnings(app), []);
  t.is((await app.application.getPrinter('Printer1')).notReadyReason, 'Its plate is being picked up.');
  await pass(app, 2 * MINUTE + 5000);
  t.deepEqual(
    warnings(app).map(({ fields }) => fields),
    [{ pickup: id, printer: 'Printer1', robot: 'R1', since }],
  );
  await first.stop();
  await watch(t, app);
  await pass(app, MINUTE);
  t.is(warnings(app).length, 1);
  const view = await app.application.getPrinter('Printer1');
  t.regex(view.notReadyReason, /^Robot R1 has held the plate for 13 minutes: .* release pick-up 1\.$/);
  t.is(view.bed.state, 'beingCleared');
});

test('a hold that ends in time is not reported, and a report is over with its hold', async t => {
  const app = await createTestApp();
  const { application, actors } = app;
  const late = await heldBy(app, 'Printer1', 'R1');
  const punctual = await heldBy(app, 'Printer2', 'R2');
  await watch(t, app);
  await pass(app, 9 * MINUTE);
  await application.confirmPickup(actors.plc, punctual, '');
  await pass(app, 2 * MINUTE);
  t.is(warnings(app).length, 1);
  await application.releasePickup(actors.operator, late, 'the arm was stuck');
  t.is((await application.getPrinter('Printer1')).notReadyReason, 'Its bed is not clear.');
  await application.beginPickup(actors.plc, 'Printer1', 'R1');
  await pass(app, 11 * MINUTE);
  t.is(warnings(app).length, 2);
});

test('a store that fails for a while delays the report and does not end the watch', async t => {
  const app = await createTestApp();
  await heldBy(app, 'Printer1', 'R1');
  let broken = true;
  const { store } = app;
  const find = (async (...query: Parameters<typeof store.find>) => {
    if (broken) throw new Error('a broken query');
    return store.find(...query);
  }) as typeof store.find;
  await watch(t, app, { store: { ...store, find } });
  await pass(app, 11 * MINUTE);
  t.deepEqual(warnings(app), []);
  t.true(app.log.lines.some(({ level }) => level === 'error'));
  broken = false;
  await pass(app, 5000);
  t.is(warnings(app).length, 1);
});
