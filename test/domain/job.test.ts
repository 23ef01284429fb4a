import test from 'ava';
import { jobStatuses, statusCodeOf, statusOfCode } from '../../src/domain/job-status.ts';

test('status codes run from 1 to 16 in the order of the table', t => {
  const codes = jobStatuses.map(statusCodeOf);
  t.deepEqual(
    codes,
    Array.from({ length: 16 }, (_, index) => index + 1),
  );
  for (const code of codes) t.is(statusCodeOf(statusOfCode(code) ?? 'unknown'), code);
});
