import { setImmediate } from 'node:timers/promises';
import test from 'ava';
import { createPruning, type PruningDeps } from '../../src/app/prune.ts';
import { KEPT_PICKUPS, type Pickup } from '../../src/domain/pickup.ts';
import { bedOf, createTestApp, type TestApp } from '../support/app.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const PAST = '2001-01-01T00:00:00.000Z';
const FUTURE = '2099-01-01T00:00:00.000Z';

/** Runs the pruning until it has rested so many times. */
const prune = async (app: TestApp, changes: Partial<PruningDeps> = {}, rests = 1): Promise<void> => {
  let rested = 0;
  const clock: PruningDeps['clock'] = {
    now: app.clock.now,
    sleep: (milliseconds, signal) => {
      rested += 1;
      return app.clock.sleep(milliseconds, signal);
    },
  };
  const pruning = createPruning({ ...app.deps, clock, ...changes });
  await pruning.start();
  for (let turn = 0; rested < rests; turn += 1) {
    if (turn > 10_000) throw new Error('The pruning does not come to rest.');
    await setImmediate();
    app.clock.advance(rested > 0 ? MINUTE : 0);
  }
  await pruning.stop();
};

/** The commit of the application, after something else. */
const commitAfter = (app: TestApp, before: () => Promise<void>): PruningDeps['commit'] => {
  const { commit } = app;
  const late = async (...call: Parameters<typeof commit>): Promise<unknown> => {
    await before();
    return commit(...call);
  };
  return Object.assign(late as typeof commit, { listen: commit.listen });
};

const pickups = (count: number, changes: Partial<Pickup> = {}): Pickup[] =>
  Array.from({ length: count }, (_, index) => ({
    id: index + 1,
    state: 'confirmed',
    printer: 'Printer1',
    jobId: 0,
    content: 'good',
    robot: 'R1',
    account: 'a',
    storageLocation: '',
    reason: '',
    beginTime: '',
    endTime: null,
    ...changes,
  }));

const idsOf = (rows: readonly { readonly id: unknown }[]): unknown[] => rows.map(({ id }) => id);

test('what has expired is forgotten, what has not is kept', async t => {
  const app = await createTestApp();
  const { application, actors, clock, store } = app;
  await app.submit('student', { requestId: 'old' });
  const old = await application.logIn('student', 'correct horse');
  clock.advance(29 * DAY);
  await app.submit('student', { requestId: 'new' });
  const fresh = await application.logIn('student', 'correct horse');
  clock.advance(DAY - 1000);
  await prune(app);
  t.is(await store.count('requests'), 2);
  clock.advance(1000);
  await prune(app);
  t.deepEqual(idsOf(await store.find('requests')), [`${actors.student.accountId}:SubmitJob:new`]);
  t.is(await store.count('tokens'), 0);
  t.is(await application.actorOfToken(old.token), undefined);
  t.is(await application.actorOfToken(fresh.token), undefined);
});

test('what is used anew while it is being forgotten is kept', async t => {
  const app = await createTestApp();
  await app.submit('student', { requestId: 'R-1' });
  const [request] = await app.store.find('requests');
  app.clock.advance(31 * DAY);
  const commit = commitAfter(app, async () => {
    if (request) await app.put('requests', { ...request, expireTime: FUTURE });
  });
  await prune(app, { commit });
  t.is(await app.store.count('requests'), 1);
});

test('one run forgets everything that has expired, in small commits, whatever stands between', async t => {
  const app = await createTestApp();
  const rows = Array.from({ length: 1500 }, (_, index) => ({
    id: `r-${String(index).padStart(4, '0')}`,
    createTime: PAST,
    accountId: 'a',
    argumentsHash: '',
    jobId: 1,
    expireTime: index < 300 || index % 10 === 0 ? FUTURE : PAST,
  }));
  await app.put('requests', ...rows);
  await app.put('tokens', ...rows);
  const published = app.published.length;
  await prune(app);
  const kept = idsOf(rows.filter(({ expireTime }) => expireTime === FUTURE));
  t.deepEqual(idsOf(await app.store.find('requests')), kept);
  t.deepEqual(idsOf(await app.store.find('tokens')), kept);
  const sizes = app.published.slice(published).map(({ changes }) => changes.length);
  t.true(Math.max(...sizes) <= 200, sizes.join());
});

test('the newest pick-ups are remembered, and older ones that are held or that a bed waits for', async t => {
  const app = await createTestApp();
  await app.addPrinter('Printer1');
  const rows = pickups(KEPT_PICKUPS + 500, { state: 'failed' });
  await app.put(
    'pickups',
    ...rows.map(row => (row.id === 3 ? { ...row, state: 'inProgress' as const } : row)),
  );
  const bed = await bedOf(app.store, 'Printer1');
  await app.put('beds', { ...bed, state: 'occupied', pickupId: 4, needsPerson: true });
  await prune(app);
  const ids = idsOf(await app.store.find('pickups'));
  t.is(ids.length, KEPT_PICKUPS + 2);
  t.deepEqual(ids.slice(0, 3), [3, 4, 501]);
});

test('pick-ups that stay keep no other from being forgotten', async t => {
  const app = await createTestApp();
  await app.put('pickups', ...pickups(KEPT_PICKUPS + 600));
  await app.put('pickups', ...pickups(400, { state: 'inProgress' }));
  await prune(app);
  t.is(await app.store.count('pickups'), KEPT_PICKUPS + 400);
});

test('a failure is logged, hinders nothing else, and is made good ten minutes later', async t => {
  const app = await createTestApp();
  await app.submit('student', { requestId: 'R-1' });
  await app.put('pickups', ...pickups(KEPT_PICKUPS + 1));
  app.clock.advance(31 * DAY);
  let failures = 2;
  const commit = commitAfter(app, async () => {
    failures -= 1;
    if (failures === 1) throw new Error('The disk is full.');
  });
  await prune(app, { commit });
  t.is(await app.store.count('requests'), 1);
  t.is(await app.store.count('pickups'), KEPT_PICKUPS);
  t.deepEqual(
    app.log.lines.filter(({ level }) => level === 'error').map(({ message }) => message),
    ['Pruning requests failed'],
  );
  failures = 2;
  await prune(app, { commit }, 2);
  t.is(await app.store.count('requests'), 0);
});
