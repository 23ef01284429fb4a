import test from 'ava';
import { createPace } from '../../../src/printers/camera/pacing.ts';

test('what comes within the allowance never waits, also unevenly; what is more waits for its turn', async t => {
  let time = 0;
  const waits: number[] = [];
  const pace = createPace(
    () => time,
    async milliseconds => {
      waits.push(milliseconds);
      time += milliseconds;
    },
  );
  for (let count = 0; count < 100; count++) {
    time += count % 2 === 0 ? 190 : 10;
    await pace.spend(100);
  }
  t.deepEqual(waits, []);
  const begin = time;
  for (let count = 0; count < 100; count++) await pace.spend(100);
  t.true(time - begin >= 100 * 100 - 250, `${time - begin} ms`);
});
