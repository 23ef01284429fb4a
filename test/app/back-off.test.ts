import test from 'ava';
import { createBackOff } from '../../src/app/back-off.ts';

test('doubles up to the cap, with half of it jitter, and begins anew', t => {
  const longest = createBackOff(1000, 30_000, () => 1);
  t.deepEqual(
    Array.from({ length: 7 }, () => longest.next()),
    [1000, 2000, 4000, 8000, 16_000, 30_000, 30_000],
  );
  longest.reset();
  t.is(longest.next(), 1000);
  t.is(createBackOff(1000, 30_000, () => 0).next(), 500);
});
