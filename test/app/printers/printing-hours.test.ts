import test from 'ava';
import { dispatchPass } from '../../../src/app/dispatch/dispatch-pass.ts';
import type { PrintingHours } from '../../../src/domain/printing-hours.ts';
import { createTestApp } from '../../support/app.ts';
import { refused } from '../../support/refused.ts';

/** The clock of the tests stands at Monday, 08:00 UTC. */
const evenings: PrintingHours = {
  limits: 'start',
  weekly: [{ days: ['mon', 'tue'], from: '18:00', to: '23:00' }],
  closedDays: [],
  longestPrint: null,
};

test('a job that waits for the hours of a printer says until when, and goes when they begin', async t => {
  const app = await createTestApp();
  const { application, actors } = app;
  await app.addPrinter('Printer1');
  const id = await app.submit('plc');
  await dispatchPass(app.deps);
  t.is((await app.jobOf(id)).status, 'scheduled');
  await application.setHours(actors.operator, 'Printer1', evenings);
  t.is((await app.jobOf(id)).status, 'approved', 'what was reserved waits again');
  t.is(await dispatchPass(app.deps), 0);
  t.is(
    (await application.getJob(actors.operator, id)).waitingReason,
    'No printer can take it now: Printer1: its hours begin, for this print, 2026-01-05 18:00.',
  );
  app.clock.advance(10 * 3_600_000);
  t.is(await dispatchPass(app.deps), 1);
});

test('hours are for staff to set', async t => {
  const { application, actors, addPrinter } = await createTestApp();
  await addPrinter('Printer1');
  for (const actor of [actors.student, actors.plc]) {
    await refused(t, 'NotPermitted', () => application.setHours(actor, 'Printer1', evenings));
  }
});
