import test from 'ava';
import { OutcomeUnknown } from '../../src/app/ports.ts';
import { healthOf, watchStore } from '../../src/compose/health.ts';
import { openStore } from '../../src/store/open-store.ts';
import { memoryLog } from '../support/fakes.ts';
import { faultyDisk, refuseToSync } from '../support/faulty-disk.ts';

test('the server is ready while store and dispatcher work, and says which does not', t => {
  const health = (fault: string, working: boolean) =>
    healthOf({ fault: () => fault }, { working: () => working });
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
  t.teardown(() => {
    health.stop();
    return store.close();
  });
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
