import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { diskSpaceOf } from '../../src/compose/disk-space.ts';
import { loadSettings } from '../../src/settings/load.ts';

const makeFolder = (): string => mkdtempSync(join(tmpdir(), 'disk-space-'));
const spaceOf = (environment: Readonly<Record<string, string>>) =>
  diskSpaceOf(loadSettings({ UPLOAD_PATH: makeFolder(), ...environment }).settings);

test('the disks of data and files are looked at, in bytes', async t => {
  const space = spaceOf({ DATABASE_URL: makeFolder(), DISK_ALARM_FREE_MB: '3' });
  t.is(space?.alarmFree, 3_000_000);
  const disks = await space?.look();
  t.deepEqual(
    disks?.map(({ name }) => name),
    ['the data folder', 'the uploaded files'],
  );
  for (const { free } of disks ?? []) t.true(Number.isSafeInteger(free) && free > 1_000_000);
});

test('a store in memory is on no disk', async t => {
  const disks = await spaceOf({ DATABASE_URL: 'memory:' })?.look();
  t.deepEqual(
    disks?.map(({ name }) => name),
    ['the uploaded files'],
  );
});

test('with 0 no disk is watched', t => {
  t.is(spaceOf({ DISK_ALARM_FREE_MB: '0' }), undefined);
});
