import test from 'ava';
import { createLogInThrottle, TooManyAttempts } from '../../src/app/accounts/log-in-throttle.ts';

const setUp = () => {
  const clock = { now: 0 };
  const throttle = createLogInThrottle(() => clock.now);
  /** s to wait; 0 when the attempt was taken. */
  const attempt = async (verdict: 'in' | undefined, username: string, address: string): Promise<number> => {
    try {
      await throttle.attempt(username, address, async () => verdict);
      return 0;
    } catch (error) {
      if (error instanceof TooManyAttempts) return error.seconds;
      throw error;
    }
  };
  return { clock, throttle, attempt };
};

test('waits double up to a minute, are forgotten in time, and end with a success', async t => {
  const { clock, attempt } = setUp();
  for (let count = 0; count < 5; count += 1) t.is(await attempt(undefined, 'Ann', '10.0.0.1'), 0);
  t.is(await attempt('in', 'ANN', '::ffff:10.0.0.1'), 1, 'the same host over IPv6');
  clock.now += 1000;
  t.is(await attempt(undefined, 'ann', '10.0.0.1'), 0);
  t.is(await attempt('in', 'ann', '10.0.0.1'), 2);
  for (let count = 0; count < 20; count += 1) {
    clock.now += 60_000;
    t.is(await attempt(undefined, 'ann', '10.0.0.1'), 0);
  }
  t.is(await attempt('in', 'ann', '10.0.0.1'), 60);
  t.is(await attempt('in', 'ann', '10.0.0.2'), 0);
  t.is(await attempt('in', 'bob', '10.0.0.1'), 0);
  clock.now += 60_000;
  t.is(await attempt('in', 'ann', '10.0.0.1'), 0);
  for (let count = 0; count < 4; count += 1) t.is(await attempt(undefined, 'ann', '10.0.0.1'), 0);
  t.is(await attempt('in', 'ann', '10.0.0.1'), 0, 'the success before wiped out what was counted');
  for (let count = 0; count < 5; count += 1) await attempt(undefined, 'ann', '10.0.0.1');
  clock.now += 20 * 60_000;
  for (let count = 0; count < 4; count += 1) await attempt(undefined, 'ann', '10.0.0.1');
  t.is(await attempt('in', 'ann', '10.0.0.1'), 0, 'old failures are forgotten');
});

test('an address that tries many names is slowed down too', async t => {
  const { attempt } = setUp();
  for (let count = 0; count < 50; count += 1) t.is(await attempt(undefined, `name${count}`, '10.0.0.1'), 0);
  t.true((await attempt('in', 'another', '10.0.0.1')) > 0);
  t.is(await attempt('in', 'another', '10.0.0.9'), 0);
});

test('many attempts at once are no way round, and many right ones at once all get in', async t => {
  const { throttle } = setUp();
  let verified = 0;
  const guess = () =>
    throttle.attempt('ann', '10.0.0.1', async () => {
      verified += 1;
      return undefined;
    });
  const outcomes = await Promise.allSettled(Array.from({ length: 100 }, guess));
  t.is(verified, 5);
  t.is(outcomes.filter(({ status }) => status === 'rejected').length, 95);
  const right = Array.from({ length: 150 }, () => throttle.attempt('plc', '10.0.0.1', async () => 'in'));
  t.deepEqual([...new Set(await Promise.all(right))], ['in']);
});

test('what a check throws counts for nothing', async t => {
  const { throttle, attempt } = setUp();
  for (let count = 0; count < 10; count += 1) {
    const broken = throttle.attempt('ann', '10.0.0.1', async () => {
      throw new Error('The store is away.');
    });
    await t.throwsAsync(broken, { message: 'The store is away.' });
  }
  t.is(await attempt('in', 'ann', '10.0.0.1'), 0);
});
