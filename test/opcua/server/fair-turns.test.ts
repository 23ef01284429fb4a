import test from 'ava';
import { A_TURN, AT_ONCE, createTurns } from '../../../src/opcua/server/fair-turns.ts';

const setUp = () => {
  const callbacks: (() => void)[] = [];
  const paused = new Set<object>();
  const gone = new Set<object>();
  const served: string[] = [];
  const turns = createTurns<object>({
    nextTurn: callback => callbacks.push(callback),
    pause: channel => paused.add(channel),
    resume: channel => paused.delete(channel),
    isGone: channel => gone.has(channel),
  });
  return {
    paused,
    gone,
    served,
    take: (channel: object, weight: number, name: string) =>
      turns.take(channel, weight, () => served.push(name)),
    /** @returns what was served in it */
    nextTurn: (): string => {
      const before = served.length;
      callbacks.shift()?.();
      return served.slice(before).join();
    },
  };
};

test('small requests are served at once, the many of one channel in later turns', t => {
  const { take, served, nextTurn, paused } = setUp();
  const channel = {};
  for (let index = 0; index < AT_ONCE + 2; index += 1) take(channel, 1, String(index));
  t.is(served.length, AT_ONCE);
  t.true(paused.has(channel));
  t.is(nextTurn(), `${AT_ONCE},${AT_ONCE + 1}`);
  t.false(paused.has(channel));
  nextTurn();
  for (let index = 0; index < AT_ONCE; index += 1) take(channel, 1, 'again');
  t.is(served.length, AT_ONCE + 2 + AT_ONCE);
});

test('between two maximal requests of greedy channels, others are served', t => {
  const { take, served, nextTurn } = setUp();
  const [greedy, hungry, polite] = [{}, {}, {}];
  for (let index = 0; index < 3; index += 1) take(greedy, A_TURN, `greedy ${index}`);
  for (let index = 0; index < 3; index += 1) take(hungry, A_TURN, `hungry ${index}`);
  t.deepEqual(served, []);
  for (const expected of ['greedy 0', 'hungry 0', 'greedy 1', 'hungry 1']) {
    t.is(nextTurn(), expected);
    take(polite, 1, 'polite');
    t.is(served.at(-1), 'polite');
  }
  take(polite, A_TURN, 'polite read');
  t.is(nextTurn(), 'greedy 2');
  t.is(nextTurn(), 'hungry 2');
  t.is(nextTurn(), 'polite read');
});

test('requests of one channel keep their order; light ones share a turn, larger ones than a turn have one', t => {
  const { take, nextTurn } = setUp();
  const channel = {};
  take(channel, A_TURN * 3, 'huge');
  take(channel, 1, 'light');
  take(channel, A_TURN - 1, 'heavy');
  take(channel, 1, 'last');
  t.is(nextTurn(), 'huge');
  t.is(nextTurn(), 'light,heavy');
  t.is(nextTurn(), 'last');
  t.is(nextTurn(), '');
});

test('what a closed channel asked for is dropped', t => {
  const { take, nextTurn, gone, paused } = setUp();
  const channel = {};
  take(channel, A_TURN, 'one');
  take(channel, A_TURN, 'two');
  t.is(nextTurn(), 'one');
  gone.add(channel);
  t.is(nextTurn(), '');
  t.false(paused.has(channel));
});
