import test from 'ava';
import fc from 'fast-check';
import { createRing, type Ring } from '../../../src/opcua/history/ring.ts';
import { type RawRequest, selectRaw, take } from '../../../src/opcua/history/select-raw.ts';

const ringOf = (times: readonly number[], capacity = 1000): Ring => {
  const ring = createRing(capacity);
  for (const [index, time] of times.entries()) ring.push(time, index, 0);
  return ring;
};

test('a ring keeps the newest values with their times and statuses, as many as it may', t => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 200 }),
      fc.array(fc.record({ time: fc.nat(50), value: fc.double(), status: fc.nat(9) }), { maxLength: 500 }),
      (capacity, entries) => {
        const ring = createRing(capacity);
        let time = 0;
        const pushed = entries.map(entry => {
          time += entry.time;
          ring.push(time, entry.value, entry.status);
          return { ...entry, time };
        });
        const kept = pushed.slice(-capacity);
        const found = [];
        for (let at = ring.start(); at < ring.end(); at += 1) {
          found.push({ time: ring.timeAt(at), value: ring.valueAt(at), status: ring.statusAt(at) });
        }
        t.deepEqual(found, kept);
      },
    ),
    { numRuns: 50 },
  );
});

test('a clock that went back never disorders a ring', t => {
  const ring = ringOf([100, 90, 110]);
  t.deepEqual(
    [0, 1, 2].map(index => ring.timeAt(index)),
    [100, 100, 110],
  );
  t.is(ring.firstFrom(101), 2);
  t.is(ring.firstFrom(100), 0);
});

const request = (changes: Partial<RawRequest>): RawRequest => ({
  start: undefined,
  end: undefined,
  maximum: 0,
  bounds: false,
  ...changes,
});

/** Times of all that is told, in pages of so many; a bound that is missing as `?time`. */
const read = (ring: Ring, asked: RawRequest, page = 1000): (number | string)[] => {
  let rest = selectRaw(ring, asked);
  const times: (number | string)[] = [];
  for (let pages = 0; rest !== undefined; pages += 1) {
    if (pages > 1000) throw new Error('It never ends.');
    const next = take(ring, rest, page);
    if (next.taken.length > page) throw new Error('Too many.');
    times.push(...next.taken.map(one => ('missing' in one ? `?${one.missing}` : ring.timeAt(one.index))));
    rest = next.rest;
  }
  return times;
};

const ring = ringOf([10, 20, 30, 40, 50]);
const cases: readonly (readonly [string, Partial<RawRequest>, readonly (number | string)[]])[] = [
  ['forward, without the end', { start: 20, end: 40 }, [20, 30]],
  ['forward, between values', { start: 15, end: 45 }, [20, 30, 40]],
  ['backward, without the end', { start: 40, end: 20 }, [40, 30]],
  ['one time', { start: 30, end: 30 }, [30]],
  ['nothing there', { start: 21, end: 29 }, []],
  ['the next so many', { start: 20, maximum: 2 }, [20, 30]],
  ['the last so many', { end: 40, maximum: 2 }, [40, 30]],
  ['fewer than asked', { start: 40, maximum: 9 }, [40, 50]],
  ['bounds between values', { start: 15, end: 45, bounds: true }, [10, 20, 30, 40, 50]],
  ['bounds that are values', { start: 20, end: 40, bounds: true }, [20, 30, 40]],
  ['bounds without values between', { start: 21, end: 29, bounds: true }, [20, 30]],
  ['bounds before and after all', { start: 5, end: 55, bounds: true }, ['?5', 10, 20, 30, 40, 50, '?55']],
  ['bounds backward', { start: 45, end: 15, bounds: true }, [50, 40, 30, 20, 10]],
  ['missing bounds backward', { start: 55, end: 5, bounds: true }, ['?55', 50, 40, 30, 20, 10, '?5']],
  ['a bound and so many', { start: 15, maximum: 2, bounds: true }, [10, 20]],
  ['a bound and so many backward', { end: 45, maximum: 2, bounds: true }, [50, 40]],
];
for (const [what, asked, expected] of cases) {
  test(`ReadRaw ${what}: ${JSON.stringify(asked)}`, t => {
    t.deepEqual(read(ring, request(asked)), expected);
    for (const page of [1, 2, 3]) t.deepEqual(read(ring, request(asked), page), expected, `pages of ${page}`);
  });
}

test('fewer than two of start, end and number are no request', t => {
  for (const asked of [{}, { start: 1 }, { end: 1 }, { maximum: 5 }])
    t.is(selectRaw(ring, request(asked)), undefined);
});

test('pages tell the same as the whole, forward and backward, whatever is asked', t => {
  const time = fc.integer({ min: 0, max: 60 });
  fc.assert(
    fc.property(
      fc.array(time),
      time,
      time,
      fc.boolean(),
      fc.integer({ min: 1, max: 5 }),
      (times, start, end, bounds, page) => {
        const some = ringOf(
          times.toSorted((a, b) => a - b),
          20,
        );
        const asked = request({ start, end, bounds });
        t.deepEqual(read(some, asked, page), read(some, asked));
        const inside = times
          .toSorted((a, b) => a - b)
          .slice(-20)
          .filter(one => one >= start && one < end);
        if (!bounds && start < end) t.deepEqual(read(some, asked), inside);
      },
    ),
  );
});

test('what is overwritten between two pages is left out, and the rest told once', t => {
  const small = ringOf([1, 2, 3, 4], 4);
  const asked = selectRaw(small, request({ start: 1, end: 100 }));
  if (asked === undefined) return t.fail();
  const first = take(small, asked, 1);
  for (const time of [5, 6, 7]) small.push(time, 0, 0);
  if (first.rest === undefined) return t.fail();
  const { taken, rest } = take(small, first.rest, 100);
  t.deepEqual(
    taken.map(one => ('index' in one ? small.timeAt(one.index) : 'missing')),
    [4],
  );
  t.is(rest, undefined);
});
