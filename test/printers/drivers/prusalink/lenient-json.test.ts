import test from 'ava';
import fc from 'fast-check';
import { lenientJson } from '../../../../src/printers/drivers/prusalink/lenient-json.ts';

test('commas before a closing bracket are read over, those in strings are kept', t => {
  t.deepEqual(lenientJson('{"a": [1, 2, ], "b": {"c": null,\n},\t}'), { a: [1, 2], b: { c: null } });
  t.deepEqual(lenientJson('["a,]", "\\",}", "\\\\",]'), ['a,]', '",}', '\\']);
  t.deepEqual(lenientJson('[1,]'), [1]);
});

test('what is no JSON even so is nothing', t => {
  for (const text of ['', '[1,,]', '{"a":1', '"\\', ',', '[,"]', '<html>', '}'.repeat(1000)]) {
    t.is(lenientJson(text), undefined, text.slice(0, 20));
  }
  t.is(lenientJson(`[${' '.repeat(300_000)},]`), undefined, 'longer than any answer');
});

test('JSON of any kind stays what it is, with a comma too many as well', t => {
  fc.assert(
    fc.property(fc.json(), text => {
      t.deepEqual(lenientJson(text), JSON.parse(text));
      t.deepEqual(lenientJson(`[${text} , ]`), [JSON.parse(text)]);
    }),
    { numRuns: 200 },
  );
});

/** ms of computing, the least of some runs: what else the machine does counts for little. */
const costOf = (text: string): number => {
  const runs = Array.from({ length: 5 }, () => {
    const begin = process.cpuUsage();
    for (let times = 0; times < 10; times++) lenientJson(text);
    const { user, system } = process.cpuUsage(begin);
    return (user + system) / 1000;
  });
  return Math.min(...runs);
};

for (const [what, garbage] of [
  ['escaped quotes', (length: number) => `x${'\\"'.repeat(length / 2)}`],
  ['commas', (length: number) => `[1${','.repeat(length)}x`],
  ['a comma and white space', (length: number) => `[1,${'\n'.repeat(length)}x`],
  ['open strings', (length: number) => `["${'a","'.repeat(length / 4)}`],
] as const) {
  test(`garbage of ${what} costs in proportion to its length`, t => {
    const [small, large] = [16 * 1024, 256 * 1024 - 10];
    const ratio = costOf(garbage(large)) / Math.max(0.5, costOf(garbage(small)));
    // Sixteen times as long; what is quadratic would cost 256 times as much.
    t.true(ratio < 80, `${ratio}`);
  });
}
