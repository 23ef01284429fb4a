import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import fc from 'fast-check';
import type { PrinterDriver } from '../../src/app/ports.ts';
import { DriverError } from '../../src/app/ports.ts';
import { type PrinterState, printerStates } from '../../src/domain/printer.ts';
import {
  checkedSimulation,
  type Provoked,
  type Simulation,
  simulatedCalls,
  simulatedFaults,
} from '../../src/domain/simulation.ts';
import { createMockDriver } from '../../src/printers/drivers/mock.ts';
import { fakeClock } from '../support/fakes.ts';
import { mockPrinter } from '../support/mock-printer.ts';
import { never } from '../support/one-printer.ts';
import { atOnce, scriptOf, stepOf } from '../support/simulation.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

/** 30 steps of 2 s: a print takes a minute. */
const setUp = (memoryFile?: string) => {
  const clock = fakeClock();
  const machine = mockPrinter({ clock, ...(memoryFile === undefined ? {} : { memoryFile }) });
  const driver = createMockDriver({ physics: machine, clock });
  return {
    clock,
    machine,
    driver,
    read: () => driver.read(never),
    /** What everybody is shown. */
    async state(): Promise<PrinterState | 'garbled'> {
      try {
        return (await driver.read(never)).state;
      } catch (error) {
        if (!(error instanceof DriverError)) throw error;
        return error.kind === 'unauthorized' || error.kind === 'unreachable' ? error.kind : 'garbled';
      }
    },
    async print(file = 'a.gcode') {
      await machine.store(file);
      await machine.start(file);
    },
    after(seconds: number) {
      clock.advance(seconds * 1000);
    },
  };
};

const need: Readonly<Partial<Record<Provoked, 'print' | 'pause'>>> = {
  pausing: 'print',
  paused: 'print',
  resuming: 'pause',
  cancelling: 'print',
  finishing: 'print',
  finished: 'print',
  stopped: 'print',
};

for (const state of printerStates) {
  test(`${state} can be provoked, and is what the driver tells`, async t => {
    const lab = setUp();
    if (need[state] !== undefined) await lab.print();
    if (need[state] === 'pause') await lab.machine.pause();
    await lab.machine.simulate(atOnce(stepOf(state)));
    t.is(await lab.state(), state);
  });
}

test('the states between end in what they lead to', async t => {
  const ends: readonly [PrinterState, PrinterState][] = [
    ['pausing', 'paused'],
    ['resuming', 'printing'],
    ['cancelling', 'stopped'],
    ['finishing', 'finished'],
  ];
  for (const [between, then] of ends) {
    const lab = setUp();
    await lab.print();
    if (between === 'resuming') await lab.machine.pause();
    await lab.machine.simulate(atOnce(stepOf(between, { lasts: 7 })));
    lab.after(6);
    t.is(await lab.state(), between);
    lab.after(1);
    t.is(await lab.state(), then);
  }
});

test('a runout at 30 % stands still with its words and no filament, and goes on after its time', async t => {
  const lab = setUp();
  await lab.machine.simulate(
    checkedSimulation(scriptOf(stepOf('filament_out', { atProgress: 30, lasts: 20 }))),
  );
  await lab.print();
  lab.after(17);
  t.is(await lab.state(), 'printing');
  lab.after(1);
  t.like(await lab.read(), {
    state: 'attention',
    message: 'Filament runout',
    filament: { present: false },
    job: { file: 'a.gcode', progress: 30 },
  });
  lab.after(19);
  t.like(await lab.read(), { state: 'attention', job: { progress: 30 } });
  await t.throwsAsync(lab.driver.resume(never), { message: 'The printer needs a person: Filament runout.' });
  lab.after(1);
  t.like(await lab.read(), { state: 'printing', message: '', filament: { present: true } });
  lab.after(42);
  t.like(await lab.read(), { state: 'finished', job: { progress: 100 } });
});

test('an attention state with nothing under way shows no print and takes none', async t => {
  const lab = setUp();
  await lab.print();
  lab.after(60);
  await lab.machine.simulate(atOnce(stepOf('attention', { message: 'Door open' })));
  t.like(await lab.read(), { state: 'attention', message: 'Door open', job: null });
  await t.throwsAsync(lab.driver.start('a.gcode', never), {
    message: 'The printer needs a person: Door open.',
  });
  await lab.machine.simulate(scriptOf());
  t.is(await lab.state(), 'finished');
});

test('steps come one after the other, each by its own trigger', async t => {
  const lab = setUp();
  const script = scriptOf(
    stepOf('error', { atProgress: 50, message: 'MINTEMP', lasts: 10 }),
    stepOf('unreachable', { after: 5, lasts: 60 }),
    stepOf('printing', { file: 'foreign.gcode' }),
  );
  await lab.machine.simulate(checkedSimulation(script));
  await lab.print();
  lab.after(30);
  t.like(await lab.read(), { state: 'error', message: 'MINTEMP' });
  t.like(await lab.machine.lastPrintOf('a.gcode'), { outcome: 'failed', message: 'MINTEMP' });
  lab.after(10);
  t.is(await lab.state(), 'idle');
  lab.after(5);
  t.is(await lab.state(), 'unreachable');
  t.deepEqual(await lab.machine.simulation(), {
    now: { step: stepOf('unreachable', { after: 5, lasts: 60 }), ends: '2026-01-05T08:01:45.000Z' },
    steps: [stepOf('printing', { file: 'foreign.gcode' })],
  });
  lab.after(62);
  t.like(await lab.read(), { state: 'printing', job: { file: 'foreign.gcode', timeUsed: 2 } });
  t.deepEqual(await lab.machine.simulation(), { now: null, steps: [] });
});

const kinds = {
  refused: 'refused',
  denied: 'unauthorized',
  lost: 'unreachable',
  answer_lost: 'unreachable',
} as const;
const callsOf = (
  driver: PrinterDriver,
): Readonly<Record<(typeof simulatedCalls)[number], () => Promise<unknown>>> => ({
  upload: () => driver.upload({ path: '', size: 0, sha256: '', kind: 'gcode' }, 'b.gcode', never),
  start: () => driver.start('a.gcode', never),
  pause: () => driver.pause(never),
  resume: () => driver.resume(never),
  cancel: () => driver.cancel('a.gcode', never),
  remove: () => driver.remove('b.gcode', never),
});

for (const call of simulatedCalls) {
  test(`a fault of ${call} meets one ${call}, with the kind of failure that real drivers report`, async t => {
    for (const fate of ['refused', 'denied', 'lost', 'answer_lost'] as const) {
      const lab = setUp();
      await lab.machine.store('a.gcode');
      if (call !== 'upload') await lab.machine.store('b.gcode');
      if (['pause', 'resume', 'cancel'].includes(call)) await lab.machine.start('a.gcode');
      if (call === 'resume') await lab.machine.pause();
      const before = await lab.read();
      await lab.machine.simulate(atOnce(stepOf(`${call}_${fate}`, { message: 'as told' })));
      const error = await t.throwsAsync(callsOf(lab.driver)[call](), { instanceOf: DriverError });
      t.like(error, { kind: kinds[fate], message: 'as told' });
      if (['start', 'pause', 'resume', 'cancel'].includes(call)) {
        const done = (await lab.read()).state !== before.state;
        t.is(done, fate === 'answer_lost', `${fate}: it is carried out only when the answer alone is lost`);
      }
      t.deepEqual(await lab.machine.simulation(), { now: null, steps: [] }, 'spent');
    }
  });
}

test('with a duration a fault meets every such call until then', async t => {
  const lab = setUp();
  await lab.machine.store('a.gcode');
  await lab.machine.simulate(atOnce(stepOf('start_refused', { lasts: 10 })));
  for (let tries = 0; tries < 3; tries++) {
    await t.throwsAsync(lab.driver.start('a.gcode', never), { message: 'The printer said no.' });
  }
  lab.after(10);
  await lab.driver.start('a.gcode', never);
  t.is(await lab.state(), 'printing');
});

test('slow answers come late; later than drivers wait they do not come, and what was asked is done', async t => {
  const lab = setUp();
  await lab.machine.store('a.gcode');
  await lab.machine.simulate(atOnce(stepOf('slow', { delay: 4, lasts: 60 })));
  const reading = lab.read();
  await new Promise(setImmediate);
  lab.after(4);
  t.is((await reading).state, 'idle');
  await lab.machine.simulate(atOnce(stepOf('slow', { delay: 20, lasts: 60 })));
  const start = lab.driver.start('a.gcode', never);
  await new Promise(setImmediate);
  lab.after(15);
  await t.throwsAsync(start, { name: 'DriverError', message: 'No answer within 15 s.' });
  await lab.machine.simulate(scriptOf());
  t.is(await lab.state(), 'printing');
  await lab.machine.simulate(atOnce(stepOf('slow', { delay: 4 })));
  const stop = new AbortController();
  const given = lab.driver.read(stop.signal);
  await new Promise(setImmediate);
  stop.abort(new Error('The worker is stopped.'));
  await t.throwsAsync(given, { message: 'The worker is stopped.' });
});

test('after a restart it remembers its print and goes on, or forgets it and proves nothing', async t => {
  const remembers = setUp();
  await remembers.print();
  await remembers.machine.simulate(atOnce(stepOf('restart')));
  t.is(await remembers.state(), 'unreachable');
  remembers.after(10);
  t.like(await remembers.read(), { state: 'printing', job: { file: 'a.gcode', timeUsed: 10 } });

  const forgets = setUp();
  const attempt = {
    file: 'a.gcode',
    native: null,
    intentTime: forgets.clock.now().toISOString(),
    unique: true,
  };
  await forgets.print();
  await forgets.machine.simulate(atOnce(stepOf('restart_and_forget')));
  forgets.after(10);
  t.like(await forgets.read(), { state: 'idle', job: null });
  t.is((await forgets.driver.outcomeOf(attempt, never)).kind, 'unknown', 'it may have started');
  forgets.after(1);
  const later = { ...attempt, file: 'b.gcode', intentTime: forgets.clock.now().toISOString() };
  t.is((await forgets.driver.outcomeOf(later, never)).kind, 'neverStarted');
});

test('what is not possible now is refused, in a script it waits until it is', async t => {
  const lab = setUp();
  await t.throwsAsync(lab.machine.simulate(atOnce(stepOf('paused'))), {
    name: 'Refusal',
    message: 'paused is not possible now. The printer is idle.',
  });
  await lab.machine.simulate(scriptOf(stepOf('stopped')));
  lab.after(100);
  t.is(await lab.state(), 'idle');
  await lab.print();
  t.is(await lab.state(), 'stopped');
});

test('a cancel ends what its print waited for; what is replaced ends as if its time were over', async t => {
  const lab = setUp();
  await lab.print();
  await lab.machine.simulate(atOnce(stepOf('attention')));
  await lab.driver.cancel('a.gcode', never);
  t.is(await lab.state(), 'stopped');
  t.is((await lab.machine.simulation()).now, null);
  await lab.print();
  await lab.machine.simulate(atOnce(stepOf('attention')));
  await lab.machine.simulate(scriptOf());
  t.is(await lab.state(), 'printing');
});

test('a pause of a while ends early when somebody resumes', async t => {
  const lab = setUp();
  await lab.print();
  await lab.machine.simulate(atOnce(stepOf('paused', { lasts: 30 })));
  await lab.driver.resume(never);
  t.is((await lab.machine.simulation()).now, null);
  await lab.driver.pause(never);
  lab.after(60);
  t.is(await lab.state(), 'paused', 'that pause is somebody else’s');
});

test('a script survives a restart of the server with the machine, and time passes for it meanwhile', async t => {
  const memoryFile = join(temporaryFolder(), 'Printer1.json');
  const lab = setUp(memoryFile);
  await lab.machine.simulate(
    scriptOf(stepOf('attention', { atProgress: 50, lasts: 20 }), stepOf('start_refused')),
  );
  await lab.print();
  lab.after(40);
  const again = mockPrinter({ clock: lab.clock, memoryFile });
  t.like(await again.read(), { state: 'attention', job: { progress: 50 } });
  lab.after(100);
  const third = mockPrinter({ clock: lab.clock, memoryFile });
  t.is((await third.read()).state, 'finished');
  await t.throwsAsync(third.start('a.gcode'), { message: 'The printer said no.' });
  const fourth = mockPrinter({ clock: lab.clock, memoryFile });
  t.deepEqual(await fourth.simulation(), { now: null, steps: [] }, 'spent, also on disk');
});

test('the memory of a machine from before there were scripts is read', async t => {
  const memoryFile = join(temporaryFolder(), 'Printer1.json');
  const lab = setUp(memoryFile);
  await lab.print();
  const { script, remembersSince, ...old } = JSON.parse(await readFile(memoryFile, 'utf8'));
  t.is(remembersSince, '');
  t.truthy(script);
  await writeFile(memoryFile, JSON.stringify(old));
  t.is((await mockPrinter({ clock: lab.clock, memoryFile }).read()).state, 'printing');
});

const whats: readonly Provoked[] = [...printerStates, ...simulatedFaults];
const arbitraryStep = fc
  .record({
    what: fc.constantFrom(...whats),
    trigger: fc.constantFrom('none', 'progress', 'after'),
    number: fc.integer({ min: 0, max: 99 }),
    lasts: fc.integer({ min: 1, max: 90 }),
  })
  .map(({ what, trigger, number, lasts }) =>
    stepOf(what, {
      atProgress: trigger === 'progress' ? number : null,
      after: trigger === 'after' ? number : null,
      lasts: ['idle', 'printing', 'finished', 'stopped'].includes(what) ? null : lasts,
      delay: what === 'slow' ? 1 : null,
    }),
  );

test('whether somebody looks all the time or never makes no difference to what happens', async t => {
  const endOf = async (simulation: Simulation, looks: readonly number[]) => {
    const lab = setUp();
    await lab.machine.simulate(checkedSimulation(simulation));
    await lab.machine.startForeign('a.gcode').catch(() => undefined);
    for (const seconds of looks) {
      lab.after(seconds);
      await lab.machine.simulation();
    }
    const story = await lab.machine.simulation();
    await lab.machine.simulate(scriptOf());
    return { story, reading: await lab.machine.read(), print: await lab.machine.lastPrintOf('a.gcode') };
  };
  await fc.assert(
    fc.asyncProperty(fc.array(arbitraryStep, { maxLength: 6 }), async steps => {
      const often = await endOf(
        scriptOf(...steps),
        Array.from({ length: 120 }, () => 2),
      );
      t.deepEqual(await endOf(scriptOf(...steps), [240]), often);
    }),
    { numRuns: 150 },
  );
});
