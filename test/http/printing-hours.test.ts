import test from 'ava';
import { printerSchema } from '../../src/contract/printer.ts';
import { isProblem, startHttp } from './http-fixture.ts';

const evenings = { weekly: [{ days: ['mon', 'tue'], from: '18:00', to: '23:00' }] };

test('staff set the hours of a printer, and everybody sees them', async t => {
  const { app, call } = await startHttp(t);
  await app.addPrinter('Printer1');
  t.is((await call('operator', 'PUT', '/printers/1/hours', evenings)).status, 204);
  const printer = printerSchema.parse(await (await call('student', 'GET', '/printers/1')).json());
  t.deepEqual(printer.hours, { limits: 'start', ...evenings, closed_days: [], longest_print: null });
});

test('empty hours mean around the clock', async t => {
  const { app, call } = await startHttp(t);
  await app.addPrinter('Printer1');
  await call('operator', 'PUT', '/printers/1/hours', evenings);
  t.is((await call('operator', 'PUT', '/printers/1/hours', {})).status, 204);
  t.false('hours' in ((await app.store.get('printers', 1)) ?? {}));
});

test('hours that make no sense are refused with the field', async t => {
  const { app, call } = await startHttp(t);
  await app.addPrinter('Printer1');
  const put = (body: object) => call('operator', 'PUT', '/printers/1/hours', body);
  const [span] = evenings.weekly;
  for (const [body, field] of [
    [{ weekly: [{ ...span, from: '25:00' }] }, 'weekly.0.from'],
    [{ weekly: [{ ...span, from: '24:00' }] }, 'weekly.0.from'],
    [{ weekly: [{ ...span, days: ['someday'] }] }, 'weekly.0.days.0'],
    [{ closed_days: ['2026-02-30'] }, 'closed_days.0'],
    [{ longest_print: 0 }, 'longest_print'],
    [{ limit: 'print' }, 'limit'],
  ] as const) {
    const detail = await isProblem(t, await put(body), 422, 'InvalidArgument');
    t.true(detail.startsWith(`${field}: `), detail);
  }
  await isProblem(t, await call('student', 'PUT', '/printers/1/hours', {}), 403, 'NotPermitted');
  await isProblem(t, await call('operator', 'PUT', '/printers/9/hours', {}), 404, 'NotFound');
});
