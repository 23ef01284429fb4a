import test from 'ava';
import fc from 'fast-check';
import { type Conditions, decide } from '../../src/domain/dispatch.ts';
import type { Job } from '../../src/domain/job.ts';
import { type Candidate, createSuitability, type Seat } from '../../src/domain/suitability.ts';
import { waitingReason } from '../../src/domain/waiting.ts';
import { someFile, someJob, somePrinter, TIME } from '../support/domain.ts';
import { emptyMetadata } from '../support/fakes.ts';

const seat = (name: string, changes: Parameters<typeof somePrinter>[0] = {}, notReady = ''): Seat => ({
  printer: somePrinter({ name, ...changes }),
  notReady,
  filament: null,
});
const waiting = (id: number, changes: Partial<Job> = {}): Candidate => ({
  job: someJob({ id, ...changes }),
  file: someFile(),
});
const now = new Date(TIME);
const suitability = createSuitability({ now, timeZone: 'UTC', printers: [] });
const usual: Conditions = {
  now,
  suitability,
  autoSchedule: true,
  starts: Number.POSITIVE_INFINITY,
  ageing: 0,
  running: new Map(),
  used: new Map(),
};
/** Waiting so many hours before `now`. */
const since = (hours: number): string => new Date(now.getTime() - hours * 3_600_000).toISOString();

const cases: readonly {
  readonly title: string;
  readonly candidates: readonly Candidate[];
  readonly seats: readonly Seat[];
  readonly conditions?: Partial<Conditions>;
  readonly expected: readonly string[];
}[] = [
  { title: 'nothing waits', candidates: [], seats: [seat('A')], expected: [] },
  { title: 'no printer is ready', candidates: [waiting(1)], seats: [seat('A', {}, 'busy')], expected: [] },
  {
    title: 'the oldest goes to the first ready printer',
    candidates: [waiting(1), waiting(2)],
    seats: [seat('A', {}, 'busy'), seat('B')],
    expected: ['1 B'],
  },
  {
    title: 'higher priority goes before age',
    candidates: [waiting(1), waiting(2, { priority: 5 })],
    seats: [seat('A')],
    expected: ['2 A'],
  },
  {
    title: 'an owner who has a printer yields to one who has none',
    candidates: [waiting(1, { owner: 'a' }), waiting(2, { owner: 'b' })],
    seats: [seat('A')],
    conditions: { running: new Map([['a', 1]]) },
    expected: ['2 A'],
  },
  {
    title: 'owners take turns within one pass',
    candidates: [waiting(1, { owner: 'a' }), waiting(2, { owner: 'a' }), waiting(3, { owner: 'b' })],
    seats: [seat('A'), seat('B')],
    expected: ['1 A', '3 B'],
  },
  {
    title: 'of two owners without a printer the one who printed less of late goes first',
    candidates: [waiting(1, { owner: 'a' }), waiting(2, { owner: 'b' })],
    seats: [seat('A')],
    conditions: { used: new Map([['a', 7200]]) },
    expected: ['2 A'],
  },
  {
    title: 'waiting long counts as priority',
    candidates: [
      waiting(1, { createTime: since(49) }),
      waiting(2, { priority: 1 }),
      waiting(3, { priority: 2, createTime: since(1) }),
    ],
    seats: [seat('A'), seat('B')],
    conditions: { ageing: 24 * 3_600_000 },
    expected: ['1 A', '3 B'],
  },
  {
    title: 'no more starts than may heat up at once',
    candidates: [waiting(1), waiting(2), waiting(3)],
    seats: [seat('A'), seat('B'), seat('C')],
    conditions: { starts: 2 },
    expected: ['1 A', '2 B'],
  },
  {
    title: 'a job waits for the printer it wants, others pass it',
    candidates: [waiting(1, { wantedPrinter: 'B' }), waiting(2)],
    seats: [seat('A'), seat('B', {}, 'busy')],
    expected: ['2 A'],
  },
  {
    title: 'a group is any of its printers',
    candidates: [waiting(1, { wantedPrinter: 'group:two' })],
    seats: [seat('A', { group: 'one' }), seat('B', { group: 'two' })],
    expected: ['1 B'],
  },
  {
    title: 'a held job is passed over',
    candidates: [waiting(1, { held: true }), waiting(2)],
    seats: [seat('A')],
    expected: ['2 A'],
  },
  {
    title: 'without automatic dispatch only jobs that name a printer go',
    candidates: [waiting(1), waiting(2, { wantedPrinter: 'group:lab' }), waiting(3, { wantedPrinter: 'A' })],
    seats: [seat('A'), seat('B')],
    conditions: { autoSchedule: false },
    expected: ['3 A'],
  },
  {
    title: 'an incompatible file goes to no printer',
    candidates: [
      {
        job: someJob({ id: 1 }),
        file: someFile({ metadata: { ...emptyMetadata, printerModel: 'MK4S' } }),
      },
    ],
    seats: [seat('A', { model: 'Prusa XL' })],
    expected: [],
  },
];

for (const { title, candidates, seats, conditions, expected } of cases) {
  test(`dispatch: ${title}`, t => {
    const assignments = decide(candidates, seats, { ...usual, ...conditions });
    t.deepEqual(
      assignments.map(({ jobId, printer }) => `${jobId} ${printer}`),
      expected,
    );
  });
}

/** The rule as one would write it down, whatever it costs: again and again the best of all that can go now. */
const plainly = (
  candidates: readonly Candidate[],
  seats: readonly Seat[],
  running: ReadonlyMap<string, number>,
): readonly string[] => {
  const counts = new Map(running);
  const free = seats.filter(({ notReady }) => notReady === '');
  let left = candidates.filter(({ job }) => !job.held);
  const assigned: string[] = [];
  for (;;) {
    const able = left.filter(one => free.some(each => suitability(one, each) === ''));
    const [best] = able.sort(
      (one, other) =>
        other.job.priority - one.job.priority ||
        (counts.get(one.job.owner) ?? 0) - (counts.get(other.job.owner) ?? 0) ||
        one.job.id - other.job.id,
    );
    const taken = best && free.find(each => suitability(best, each) === '');
    if (best === undefined || taken === undefined) return assigned;
    assigned.push(`${best.job.id} ${taken.printer.name}`);
    counts.set(best.job.owner, (counts.get(best.job.owner) ?? 0) + 1);
    free.splice(free.indexOf(taken), 1);
    left = left.filter(one => one !== best);
  }
};

const models = fc.constantFrom('', 'MK4', 'XL');
const someSeats = fc.array(
  fc.record({ model: models, group: fc.constantFrom('a', 'b'), ready: fc.boolean() }),
  {
    maxLength: 5,
  },
);
const someCandidates = fc.array(
  fc.record({
    owner: fc.constantFrom('ann', 'bob', 'cy'),
    priority: fc.integer({ min: -1, max: 1 }),
    held: fc.boolean(),
    wantedPrinter: fc.constantFrom('', '', 'P0', 'P1', 'P9', 'group:a'),
    fileModel: models,
  }),
  { maxLength: 12 },
);

test('dispatch gives what the plain rule gives, for any lab and queue', t => {
  fc.assert(
    fc.property(someCandidates, someSeats, fc.nat({ max: 2 }), (jobs, printers, annRuns) => {
      const seats = printers.map(({ model, group, ready }, index) =>
        seat(`P${index}`, { id: index + 1, model, group }, ready ? '' : 'busy'),
      );
      const candidates = jobs.map(({ fileModel, ...job }, index) => ({
        job: someJob({ ...job, id: index + 1, fileId: `f-${fileModel}` }),
        file: someFile({ metadata: { ...emptyMetadata, printerModel: fileModel } }),
      }));
      const running = new Map([['ann', annRuns]]);
      const decided = decide(candidates, seats, { ...usual, running }).map(
        one => `${one.jobId} ${one.printer}`,
      );
      t.deepEqual(decided, plainly(candidates, seats, running));
    }),
    { numRuns: 500 },
  );
});

test('ten thousand waiting jobs are decided by asking once at most for each of their files and printers', t => {
  const [files, printers] = [100, 50];
  const candidates = Array.from({ length: 10_000 }, (_, index) =>
    waiting(index + 1, { owner: `owner-${index % 200}`, fileId: `f-${index % files}` }),
  );
  const seats = Array.from({ length: printers }, (_, index) => seat(`P${index}`, { id: index }));
  let asked = 0;
  const counting: Conditions['suitability'] = (candidate, one) => {
    asked += 1;
    return suitability(candidate, one);
  };
  t.is(decide(candidates, seats, { ...usual, suitability: counting }).length, printers);
  t.true(asked > 0 && asked <= files * printers, String(asked));
});

test('a waiting job says why, naming the printers it waits for', t => {
  const why = (candidate: Candidate, seats: readonly Seat[], autoSchedule = true): string =>
    waitingReason(candidate, seats, { ...usual, autoSchedule });
  t.regex(why(waiting(1, { held: true }), [seat('A')]), /Held/);
  t.regex(why(waiting(1), [seat('A')], false), /staff to assign/);
  t.regex(why(waiting(1), []), /no printer yet/);
  t.regex(why(waiting(1, { wantedPrinter: 'Gone' }), [seat('A')]), /^Gone is no longer in the lab/);
  t.regex(why(waiting(1, { wantedPrinter: 'group:none' }), [seat('A')]), /^No printer is in the group none:/);
  t.regex(why(waiting(1), [seat('A', {}, 'Its bed is not clear.')]), /Waits for A: Its bed is not clear/);
  t.is(
    why(waiting(1), [seat('A', {}, 'x.'), seat('B', {}, 'y.')]),
    'Waits for one of 2 printers; A: x. B: y.',
  );
  const printing = { ...seat('A', {}, 'Job 7 is on it.'), isAtWork: true };
  const full = seat('B', {}, 'The printer needs a person: its drive is full.');
  t.is(
    why(waiting(1), [printing, full]),
    'Waits for one of 2 printers; B: The printer needs a person: its drive is full. A: Job 7 is on it.',
  );
  const away = ['A', 'B'].map(name => seat(name, {}, `The printer does not answer: ${'since '.repeat(40)}`));
  const told = why(waiting(1), [...away, full]);
  t.true(told.length <= 200);
  t.regex(told, / B: The printer needs/);
  const real = seat('C', { api: 'PrusaLink' }, 'busy');
  t.is(why(waiting(1), [seat('A'), real]), 'Waits for C: busy', 'a simulated one is no help');
  t.regex(why(waiting(1), [seat('A', {}, 'x'), seat('B')]), /Its turn/);
  const wrongModel = {
    job: someJob(),
    file: someFile({ metadata: { ...emptyMetadata, printerModel: 'MK4S' } }),
  };
  t.regex(why(wrongModel, [seat('A', { model: 'Prusa XL' })]), /No printer can take it now: .*MK4S/);
});

test('a job that no printer can take now says what somebody can change before what nobody can, and how many others', t => {
  const candidate = {
    job: someJob(),
    file: someFile({ metadata: { ...emptyMetadata, printerModel: 'XL', material: 'PETG' } }),
  };
  const why = (...seats: readonly Seat[]): string => waitingReason(candidate, seats, usual);
  const wrong = seat('A', { model: 'MK4' });
  const mini = seat('B', { model: 'MINI' });
  const pla = seat('C', { model: 'XL', material: 'PLA' });
  const asa = seat('D', { model: 'XL', material: 'ASA' });
  t.is(
    why(wrong, pla, mini, asa),
    'No printer can take it now: The file wants PETG, C has PLA loaded, as staff entered. 1 more could later. 2 never can.',
  );
  t.is(
    why(wrong, mini),
    'No printer can take it now: The file is sliced for XL, A is an MK4. 1 more never can.',
  );
  t.is(why(wrong), 'No printer can take it now: The file is sliced for XL, A is an MK4.');
});
