import test from 'ava';
import { createLogInThrottle, TooManyAttempts } from '../../../src/app/accounts/log-in-throttle.ts';

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

type Attempt = ReturnType<typeof setUp>['attempt'];

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

const spray = async (attempt: Attempt, count: number, address = '10.0.0.1', from = 0): Promise<number> => {
  let longest = 0;
  for (let index = from; index < from + count; index += 1) {
    longest = Math.max(longest, await attempt(undefined, `name${index}`, address));
  }
  return longest;
};

test('an address that tries many names is slowed down, for as long as it goes on', async t => {
  const { clock, attempt } = setUp();
  t.is(await spray(attempt, 50), 0);
  t.is(await attempt('in', 'another', '10.0.0.1'), 5, 'nobody waits longer');
  t.is(await attempt('in', 'another', '10.0.0.9'), 0);
  let taken = 0;
  for (let second = 0; second < 600; second += 1) {
    clock.now += 1000;
    if ((await attempt(undefined, `later${second}`, '10.0.0.1')) === 0) taken += 1;
  }
  t.is(taken, 120, 'one in five seconds');
  clock.now += 5000;
  t.is(await attempt('in', 'another', '10.0.0.1'), 0, 'a right password costs nothing');
  t.is(await attempt('in', 'a third', '10.0.0.1'), 0);
});

test('who has logged in from an address before is not slowed down by what others try there', async t => {
  const { attempt } = setUp();
  t.is(await attempt('in', 'Operator', '10.0.0.1'), 0);
  t.is(await spray(attempt, 50), 0);
  t.is(await attempt('in', 'newcomer', '10.0.0.1'), 5);
  t.is(await attempt('in', 'operator', '10.0.0.1'), 0);
  for (let count = 0; count < 5; count += 1) t.is(await attempt(undefined, 'operator', '10.0.0.1'), 0);
  t.is(await attempt('in', 'operator', '10.0.0.1'), 1, 'but its own mistakes count');
});

test('one person who forgot a password leaves everybody else at that address alone', async t => {
  const { clock, attempt } = setUp();
  for (let second = 0; second < 3600; second += 1) {
    clock.now += 1000;
    await attempt(undefined, 'ann', '10.0.0.1');
    t.is(await attempt('in', `student${second}`, '10.0.0.1'), 0);
  }
});

test('an attacker from many addresses does not lock the owner out from elsewhere', async t => {
  const { attempt } = setUp();
  for (let host = 0; host < 12_000; host += 1) {
    await attempt(undefined, 'admin', `10.1.${host >> 8}.${host & 255}`);
  }
  t.is(await attempt('in', 'admin', '10.0.0.1'), 0);
});

test('a machine with a whole IPv6 network is one address', async t => {
  const { attempt } = setUp();
  for (let host = 1; host <= 5; host += 1) {
    t.is(await attempt(undefined, 'ann', `2001:db8:0:7::${host}`), 0);
  }
  t.is(await attempt('in', 'ann', '2001:db8::7:aa:0:0:1'), 1);
  t.is(await attempt('in', 'ann', '2001:db8:0:8::1'), 0);
});

test('many names at once are no way round either', async t => {
  const { throttle } = setUp();
  let verified = 0;
  const guess = (_: unknown, index: number) =>
    throttle.attempt(`name${index}`, '10.0.0.1', async () => {
      await new Promise(resolve => setImmediate(resolve));
      verified += 1;
      return undefined;
    });
  const outcomes = await Promise.allSettled(Array.from({ length: 400 }, guess));
  t.is(verified, 50);
  t.is(outcomes.filter(({ status }) => status === 'rejected').length, 350);
});

test('a whole class with right passwords gets in at once', async t => {
  const { throttle } = setUp();
  const enter = (_: unknown, index: number) =>
    throttle.attempt(`student${index}`, '10.0.0.1', async () => {
      await new Promise(resolve => setImmediate(resolve));
      return 'in';
    });
  t.deepEqual([...new Set(await Promise.all(Array.from({ length: 200 }, enter)))], ['in']);
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
