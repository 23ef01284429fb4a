import { setImmediate } from 'node:timers/promises';
import test from 'ava';
import { OutcomeUnknown } from '../../src/app/ports.ts';
import { Refusal } from '../../src/domain/refusal.ts';
import { createLoop } from '../../src/printers/loop.ts';
import { fakeClock, memoryLog } from '../support/fakes.ts';

/** Runs looks that fail with these in turn, then go well; counts what is logged. */
const logged = async (...errors: readonly Error[]): Promise<Readonly<Record<string, number>>> => {
  const clock = fakeClock();
  const log = memoryLog();
  const waiting = [...errors];
  const look = async (): Promise<number> => {
    const error = waiting.shift();
    if (error !== undefined) throw error;
    return 1000;
  };
  const stop = new AbortController();
  const running = createLoop({ look, clock, log, random: () => 0.5, afterFault: 1000 }).run(stop.signal);
  for (let second = 0; second < errors.length + 2; second += 1) {
    clock.advance(1000);
    for (let turn = 0; turn < 10; turn += 1) await setImmediate();
  }
  stop.abort();
  await running;
  const count = (level: string) => log.lines.filter(line => line.level === level).length;
  return { error: count('error'), info: count('info') };
};

test('a disk that fails for a while is logged once, whether nothing was stored or nobody knows', async t => {
  const full = new Refusal('StorageFailed', 'The disk is full.');
  const unknown = new OutcomeUnknown('It could not be taken back.');
  t.deepEqual(await logged(full, full, full), { error: 1, info: 1 });
  t.deepEqual(await logged(unknown, unknown, full, unknown), { error: 1, info: 1 });
});

test('a fault of our own is logged each time', async t => {
  t.deepEqual(await logged(new Error('one'), new Error('two')), { error: 2, info: 0 });
});
