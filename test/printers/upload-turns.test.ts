import { setImmediate } from 'node:timers/promises';
import test from 'ava';
import { createUploadTurns, LONGEST_TURN } from '../../src/printers/upload-turns.ts';
import { fakeClock } from '../support/fakes.ts';

const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 10; turn++) await setImmediate();
};

const setUp = (atOnce: number) => {
  const clock = fakeClock();
  const turns = createUploadTurns(atOnce, clock);
  const begun: string[] = [];
  const upload = (name: string, signal = new AbortController().signal) => {
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    const done = turns.run(() => {
      begun.push(name);
      return promise;
    }, signal);
    return { done, end: () => resolve(name), fail: () => reject(new Error(name)) };
  };
  return { clock, begun, upload };
};

test('uploads run up to the bound, then in the order in which they came', async t => {
  const { begun, upload } = setUp(2);
  const [a, b, c, d] = ['a', 'b', 'c', 'd'].map(name => upload(name));
  await settle();
  t.deepEqual(begun, ['a', 'b']);
  b?.fail();
  await t.throwsAsync(b?.done ?? Promise.resolve(), { message: 'b' });
  await settle();
  t.deepEqual(begun, ['a', 'b', 'c']);
  for (const one of [a, c]) one?.end();
  t.is(await a?.done, 'a');
  await settle();
  t.deepEqual(begun, ['a', 'b', 'c', 'd']);
  d?.end();
  t.is(await d?.done, 'd');
});

test('a slow upload goes on, but keeps nobody waiting', async t => {
  const { clock, begun, upload } = setUp(1);
  const slow = upload('slow');
  const next = upload('next');
  await settle();
  clock.advance(LONGEST_TURN);
  await settle();
  t.deepEqual(begun, ['slow', 'next']);
  const last = upload('last');
  slow.end();
  t.is(await slow.done, 'slow');
  await settle();
  t.deepEqual(begun, ['slow', 'next'], 'a turn that is over is not given away twice');
  next.end();
  await next.done;
  last.end();
  t.is(await last.done, 'last');
});

test('who gives up while waiting takes no turn', async t => {
  const { begun, upload } = setUp(1);
  const first = upload('first');
  const stop = new AbortController();
  const second = upload('second', stop.signal);
  const third = upload('third');
  stop.abort(new Error('not wanted'));
  await t.throwsAsync(second.done, { message: 'not wanted' });
  first.end();
  await first.done;
  third.end();
  t.is(await third.done, 'third');
  t.deepEqual(begun, ['first', 'third']);
});
