/** What staff provoke on a Mock printer meets the worker as the same trouble of a real printer does. */
import test from 'ava';
import { waitingReasonOf } from '../../src/app/jobs/waiting-reason.ts';
import { readLab } from '../../src/app/printers/lab.ts';
import { createSuitability } from '../../src/domain/suitability.ts';
import { createMockDriver } from '../../src/printers/drivers/mock.ts';
import { mockPrinter } from '../support/mock-printer.ts';
import { createOnePrinter, never, steppingClock } from '../support/one-printer.ts';
import { atOnce, scriptOf, stepOf } from '../support/simulation.ts';

/** 30 steps of 2 s: a print takes a minute. */
const setUp = async () => {
  const clock = steppingClock();
  const machine = mockPrinter({ clock });
  const started: string[] = [];
  const physics = {
    ...machine,
    async start(file: string, signal?: AbortSignal) {
      const before = (await machine.lastPrintOf(file).catch(() => undefined))?.print;
      try {
        await machine.start(file, signal);
      } finally {
        const print = await machine.lastPrintOf(file).catch(() => undefined);
        if (print !== undefined && print.print !== before) started.push(file);
      }
    },
  };
  const lab = await createOnePrinter({ clock, printerLostAfter: 900 });
  const worker = lab.worker(createMockDriver({ physics, clock }));
  const look = async (seconds = 5, times = 1) => {
    for (let time = 0; time < times; time++) {
      clock.advance(seconds * 1000);
      await worker.look(never);
    }
  };
  return {
    clock,
    machine,
    lab,
    look,
    started,
    status: async () => (await lab.job()).status,
    reason: async () => (await lab.job()).history.at(-1)?.reason ?? '',
    async waitsFor() {
      const conditions = {
        suitability: createSuitability({ now: clock.now(), timeZone: 'UTC', printers: [] }),
        autoSchedule: true,
        starts: 1,
      };
      const job = await lab.job();
      const file = await lab.store.get('files', job.fileId);
      return waitingReasonOf(
        job,
        file,
        await readLab({ store: lab.store, live: lab.live, clock }),
        conditions,
      );
    },
    async print() {
      await lab.schedule();
      await look();
    },
  };
};

test('a runout in the middle shows as attention, in the job as what it waits for, and the print goes on', async t => {
  const { lab, machine, look, print, waitsFor, status } = await setUp();
  await machine.simulate(scriptOf(stepOf('filament_out', { atProgress: 30, lasts: 60 })));
  await print();
  await look(20);
  t.like(lab.live.read('Printer1'), { state: 'attention', filament: { present: false } });
  t.is(await status(), 'printing');
  t.is(await waitsFor(), 'Printer1 needs a person: Filament runout.');
  await look(5, 20);
  t.is(await status(), 'printed');
  const noted = (await lab.job()).history.filter(({ reason }) => reason.includes('needs a person'));
  t.deepEqual(
    noted.map(({ status: at, actor, reason }) => [at, actor, reason]),
    [
      ['printing', 'printer', 'Printer1 needs a person: Filament runout.'],
      ['printing', 'printer', 'Printer1 no longer needs a person.'],
    ],
    'once each, however often it was looked at',
  );
});

test('a start whose answer is lost is followed, and never sent again', async t => {
  const { machine, look, print, status, started } = await setUp();
  await machine.simulate(scriptOf(stepOf('start_answer_lost')));
  await print();
  t.is(await status(), 'printing');
  await look(5, 20);
  t.is(await status(), 'printed');
  t.deepEqual(started, ['mes-1-1.gcode']);
});

test('a start that never arrived is proven so, and the job tries again under a new name', async t => {
  const { lab, machine, look, print, status, started } = await setUp();
  await machine.simulate(scriptOf(stepOf('start_lost')));
  await print();
  await look(5, 2);
  t.is(await status(), 'approved');
  await lab.schedule();
  await look(5, 20);
  t.is(await status(), 'printed');
  t.deepEqual(started, ['mes-1-2.gcode']);
});

test('an answer lost in a restart that forgets ends as unknown, not as a second start', async t => {
  const { machine, look, print, status, reason, started } = await setUp();
  await machine.simulate(
    scriptOf(stepOf('start_answer_lost'), stepOf('restart_and_forget', { after: 1, lasts: 30 })),
  );
  await print();
  await look(5, 30);
  t.is(await status(), 'unknown');
  t.is(await reason(), 'The machine has lost its memory of the print.');
  t.deepEqual(started, ['mes-1-1.gcode']);
});

test('a refused start gives the job back with the printer’s words', async t => {
  const { machine, print, status, reason, started } = await setUp();
  await machine.simulate(scriptOf(stepOf('start_refused', { message: 'Not in state to print' })));
  await print();
  t.is(await status(), 'approved');
  t.is(await reason(), 'The printer did not start it: Not in state to print');
  t.deepEqual(started, []);
});

test('a key that may read and not start shows as unauthorized until it is mended', async t => {
  const { lab, machine, print, status } = await setUp();
  await machine.simulate(scriptOf(stepOf('start_denied', { lasts: 300 })));
  await print();
  t.is(await status(), 'approved');
  t.like(lab.live.read('Printer1'), {
    state: 'unauthorized',
    message: 'The key is not allowed to do that.',
  });
});

test('a fault in the middle fails the job with its words, where it was and when', async t => {
  const { lab, machine, look, print, status, reason } = await setUp();
  await machine.simulate(scriptOf(stepOf('error', { atProgress: 50, message: 'MINTEMP' })));
  await print();
  await look(10);
  await look(25);
  t.is(await status(), 'failed');
  t.regex(await reason(), /^The machine failed: MINTEMP \(at \d+ % after 35 s\)$/);
  t.is(lab.live.read('Printer1')?.message, 'MINTEMP');
  t.like(await lab.bed(), { state: 'occupied', content: 'scrap' });
});

test('pause, resume and cancel at the printer are told apart from ours', async t => {
  const { machine, look, print, lab, status } = await setUp();
  await machine.simulate(
    scriptOf(stepOf('paused', { atProgress: 20, lasts: 20 }), stepOf('stopped', { atProgress: 60 })),
  );
  await print();
  await look(5, 20);
  t.is(await status(), 'cancelled');
  const told = (await lab.job()).history
    .slice(-3)
    .map(({ status: to, actor, reason }) => [to, actor, reason.replace(/at 5\d %/, 'at 5. %')]);
  t.deepEqual(told, [
    ['paused', 'printer', 'Paused at the printer, not by this server.'],
    ['printing', 'printer', 'Resumed at the printer, not by this server.'],
    [
      'cancelled',
      'printer',
      'Stopped at the printer, not by this server: It was cancelled on the machine (at 5. % after 1 min)',
    ],
  ]);
});

test('a print started at the machine is followed as foreign', async t => {
  const { lab, machine, look } = await setUp();
  await machine.simulate(atOnce(stepOf('printing', { file: 'benchy.gcode' })));
  await look();
  t.like((await lab.jobs())[0], { fromServer: false, status: 'printing', remoteName: 'benchy.gcode' });
  await look(5, 15);
  t.is((await lab.jobs())[0]?.status, 'printed');
});

for (const what of [
  'unreachable',
  'garbled',
  'restart',
  'offline',
  'connecting',
  'unknown',
  'busy',
  'slow',
] as const) {
  test(`${what} for a while in a print is no outcome: it is printed once`, async t => {
    const { machine, look, print, status, started } = await setUp();
    const delay = what === 'slow' ? 7 : null;
    await machine.simulate(scriptOf(stepOf(what, { atProgress: 20, lasts: 30, delay })));
    await print();
    await look(5, 8);
    t.is(await status(), 'printing');
    await look(5, 20);
    t.is(await status(), 'printed');
    t.deepEqual(started, ['mes-1-1.gcode']);
  });
}

test('away for too long, the outcome is unknown; back with its memory it is known', async t => {
  const { machine, look, print, status } = await setUp();
  await machine.simulate(scriptOf(stepOf('unreachable', { atProgress: 20, lasts: 1200 })));
  await print();
  await look(60, 18);
  t.is(await status(), 'unknown');
  await look(60, 5);
  t.is(await status(), 'printed');
});

test('a refused cancel prints on and says so; the next one is taken', async t => {
  const { lab, machine, look, print, status, reason } = await setUp();
  await print();
  await machine.simulate(atOnce(stepOf('cancel_refused', { message: 'Homing', lasts: 20 })));
  await lab.cancel();
  await look(2, 4);
  t.is(await status(), 'printing');
  t.is(await reason(), 'The printer refused to cancel it: Homing');
  await look(20);
  await lab.cancel();
  await look(1, 3);
  t.is(await status(), 'cancelled');
});
