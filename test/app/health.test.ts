import { setTimeout as sleep } from 'node:timers/promises';
import test from 'ava';
import { healthOf, watchStore } from '../../src/app/health.ts';
import { OutcomeUnknown } from '../../src/app/ports.ts';
import { openStore } from '../../src/store/open-store.ts';
import { memoryLog } from '../support/fakes.ts';
import { faultyDisk, refuseToSync } from '../support/faulty-disk.ts';
import { until } from '../support/until.ts';

const noCentral = { enabled: false, connected: false, lastPush: null };

test('the server is ready while store and dispatcher work, and says which does not', t => {
  const health = (fault: string, working: boolean) =>
    healthOf({ fault: () => fault, unreadable: () => '' }, { working: () => working }, noCentral);
  t.deepEqual(health('', true), { ready: true, checks: { store: 'ok', dispatch: 'ok' } });
  t.like(health('The disk is full.', true), {
    ready: false,
    checks: { store: 'The disk is full.', dispatch: 'ok' },
  });
  const stuck = health('', false);
  t.false(stuck.ready);
  t.is(stuck.checks.store, 'ok');
  t.regex(stuck.checks.dispatch, /30 s/);
});

test('a write that failed is a fault of the store until one succeeds, also when its outcome is unknown', async t => {
  const disk = faultyDisk();
  disk.recording = false;
  const { store, health } = watchStore(await openStore({ folder: '/data', disk, log: memoryLog() }));
  t.teardown(() => store.close());
  const write = (last: number) => store.transaction(async tx => tx.put('counters', { id: 'jobs', last }));
  await write(1);
  t.is(health.fault(), '');
  refuseToSync(disk);
  await t.throwsAsync(write(2), { instanceOf: OutcomeUnknown });
  t.regex(health.fault(), /is unknown/);
  disk.fault = () => undefined;
  await write(3);
  t.is(health.fault(), '');
});

test('a central server that is away shows, and keeps nobody from printing', t => {
  const health = (connected: boolean) =>
    healthOf(
      { fault: () => '', unreadable: () => '' },
      { working: () => true },
      { enabled: true, connected, lastPush: null },
    );
  t.is(health(true).checks.central, 'ok');
  t.regex(health(false).checks.central ?? '', /not reached/);
  t.true(health(false).ready);
});

test("what is wrong with the server's certificate shows, and keeps nobody from printing", t => {
  const store = { fault: () => '', unreadable: () => '' };
  const { ready, checks } = healthOf(store, { working: () => true }, noCentral, 'It expires soon.');
  t.deepEqual([ready, checks.certificate], [true, 'It expires soon.']);
  t.false('certificate' in healthOf(store, { working: () => true }, noCentral, '').checks);
});

test('archived jobs that cannot be read show with what to do, and the server stays ready', t => {
  const unreadable = 'Archived jobs 0 to 999 cannot be read: restore a backup.';
  const { ready, checks } = healthOf(
    { fault: () => '', unreadable: () => unreadable },
    { working: () => true },
    noCentral,
  );
  t.true(ready);
  t.deepEqual(checks, { store: 'ok', dispatch: 'ok', archive: unreadable });
});

test('closing a faulty store ends the attempts to find it mended', async t => {
  let attempts = 0;
  const opened = await openStore({ folder: '/data', disk: faultyDisk(), log: memoryLog() });
  const failing = {
    ...opened,
    transaction: async (): Promise<never> => {
      attempts += 1;
      throw new OutcomeUnknown('The disk is gone.');
    },
  };
  const { store } = watchStore(failing, 5);
  await t.throwsAsync(() => store.transaction(), { instanceOf: OutcomeUnknown });
  await until('another attempt', () => attempts > 1);
  await store.close();
  const before = attempts;
  await sleep(30);
  t.is(attempts, before);
});
