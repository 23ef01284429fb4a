import test from 'ava';
import { runningSimulationSchema } from '../../src/contract/simulation.ts';
import type { MockPrinter } from '../../src/simulation/mock-printer.ts';
import { fakeClock } from '../support/fakes.ts';
import { mockPrinter } from '../support/mock-printer.ts';
import { isProblem, startHttp } from './http-fixture.ts';

const setUp = async (t: Parameters<typeof startHttp>[0]) => {
  const clock = fakeClock();
  const machine: MockPrinter = mockPrinter({ clock });
  const fixture = await startHttp(t, { simulations: () => machine });
  await fixture.app.addPrinter('Printer1');
  return { ...fixture, clock, machine };
};

test('staff provoke a state at once and steps after it, and see what is left of them', async t => {
  const { call, machine, clock } = await setUp(t);
  const script = {
    now: { state: 'attention', message: 'Door open', for: 20 },
    steps: [
      { at_progress: 30, fault: 'filament_out', for: 20 },
      { after: 5, fault: 'slow', delay: 2, for: 60 },
    ],
  };
  const answer = await call('operator', 'PUT', '/printers/1/simulation', script);
  t.is(answer.status, 200, await answer.clone().text());
  const running = runningSimulationSchema.parse(await answer.json());
  t.like(running.now, { state: 'attention', message: 'Door open', ends: '2026-01-05T08:00:20.000Z' });
  t.like(running.steps[0], { at_progress: 30, fault: 'filament_out', for: 20 });
  t.like(running.steps[1], { after: 5, fault: 'slow', delay: 2, for: 60 });
  t.like(await machine.read(), { state: 'attention', message: 'Door open' });
  clock.advance(20_000);
  const later = await call('admin', 'GET', '/printers/opcua/Printer1/simulation');
  t.is(runningSimulationSchema.parse(await later.json()).now, null);
  t.is((await call('operator', 'PUT', '/printers/1/simulation', {})).status, 200);
  t.deepEqual(await machine.simulation(), { now: null, steps: [] });
});

test('nonsense is refused with the place and what to do', async t => {
  const { call } = await setUp(t);
  const put = (body: object) => call('operator', 'PUT', '/printers/1/simulation', body);
  const both = await isProblem(
    t,
    await put({ now: { state: 'error', fault: 'slow' } }),
    422,
    'InvalidArgument',
  );
  t.is(both, 'now: give either a state or a fault.');
  const neither = await isProblem(t, await put({ steps: [{ for: 3 }] }), 422, 'InvalidArgument');
  t.is(neither, 'steps.0: give either a state or a fault.');
  const unknown = await isProblem(
    t,
    await put({ now: { state: 'error', text: '' } }),
    422,
    'InvalidArgument',
  );
  t.regex(unknown, /text: is unknown: known are state, fault, message, for/);
  const endless = { steps: [{ state: 'offline' }, { state: 'idle' }] };
  const detail = await isProblem(t, await put(endless), 400, 'InvalidArgument');
  t.is(detail, 'steps.0.for: offline does not end by itself, and a step comes after it: give s.');
  const impossible = await isProblem(t, await put({ now: { state: 'paused' } }), 409, 'InvalidState');
  t.is(impossible, 'paused is not possible now. The printer is idle.');
});

test('a real printer is not simulated, and only staff provoke', async t => {
  const { app, call } = await setUp(t);
  await app.addPrinter('Octo', { api: 'OctoPrint', url: 'http://octo.lab' });
  for (const method of ['GET', 'PUT']) {
    const refused = await call('admin', method, '/printers/opcua/Octo/simulation');
    const detail = await isProblem(t, refused, 400, 'InvalidArgument');
    t.is(detail, 'Octo is OctoPrint: only Mock printers are simulated, add one with "api": "Mock".');
    for (const person of ['student', 'plc'] as const) {
      await isProblem(t, await call(person, method, '/printers/1/simulation'), 403, 'NotPermitted');
    }
  }
});
