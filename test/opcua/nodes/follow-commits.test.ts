import test from 'ava';
import type { Listener, Publication } from '../../../src/app/commit.ts';
import { createFollower } from '../../../src/opcua/nodes/follow-commits.ts';
import { createTimeSlices } from '../../../src/opcua/nodes/time-slices.ts';

const publication = (seq: number): Publication => ({ seq, changes: [], actor: 'test', reason: '' });

test('what is published while the store is read is applied after it, and nothing once stopped', async t => {
  const seen: (number | string)[] = [];
  const loaded = Promise.withResolvers<void>();
  let listener: Listener | undefined;
  const follower = createFollower({
    commit: {
      listen: (_name, one) => {
        listener = one;
        return () => {
          listener = undefined;
        };
      },
    },
    name: 'test',
    load: async () => {
      await loaded.promise;
      seen.push('loaded');
    },
    apply: ({ seq }) => seen.push(seq),
  });
  const started = follower.start();
  listener?.(publication(1));
  listener?.(publication(2));
  t.deepEqual(seen, []);
  loaded.resolve();
  await started;
  listener?.(publication(3));
  t.deepEqual(seen, ['loaded', 1, 2, 3]);
  await follower.stop();
  t.is(listener, undefined);
});

test('slices keep the order, give way to the event loop and outlive a failing task', async t => {
  const errors: unknown[] = [];
  const slices = createTimeSlices({ budget: 2, onError: error => errors.push(error) });
  const done: number[] = [];
  const spin = (milliseconds: number): void => {
    const end = performance.now() + milliseconds;
    while (performance.now() < end);
  };
  for (let task = 0; task < 20; task += 1) {
    slices.push(() => {
      if (task === 3) throw new Error('broken');
      spin(1);
      done.push(task);
    });
  }
  let turns = 0;
  const turn = setInterval(() => {
    turns += 1;
  }, 0);
  await slices.idle();
  clearInterval(turn);
  t.deepEqual(
    done,
    Array.from({ length: 20 }, (_, task) => task).filter(task => task !== 3),
  );
  t.is(errors.length, 1);
  t.true(turns >= 2);
});

test('a cleared queue lets go of those who wait for it', async t => {
  const slices = createTimeSlices({ budget: 1, onError: () => undefined });
  let ran = false;
  slices.push(() => {
    ran = true;
  });
  const idle = slices.idle();
  slices.clear();
  await idle;
  await new Promise(resolve => setImmediate(resolve));
  t.false(ran);
});

test('at the start slices follow each other without rests, however busy others are', async t => {
  const spin = (milliseconds: number): void => {
    const end = performance.now() + milliseconds;
    while (performance.now() < end);
  };
  const turnsOf = async (way: 'idle' | 'finish'): Promise<number> => {
    const slices = createTimeSlices({ budget: 1, onError: () => undefined });
    for (let task = 0; task < 8; task += 1) slices.push(() => spin(1));
    let turns = 0;
    const busy = setInterval(() => {
      turns += 1;
      spin(2);
    }, 1);
    await slices[way]();
    clearInterval(busy);
    return turns;
  };
  t.true((await turnsOf('finish')) <= 10);
  t.true((await turnsOf('idle')) > 20);
});
