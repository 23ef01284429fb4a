import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { createContainer } from '../../src/compose/container.ts';
import { removeForgottenMachines } from '../../src/compose/mock-machines.ts';
import { openConfiguredStore } from '../../src/compose/store.ts';
import { tokens } from '../../src/compose/tokens.ts';
import { loadSettings } from '../../src/settings/load.ts';
import { never, PRINTER } from '../support/one-printer.ts';
import { atOnce, stepOf } from '../support/simulation.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

test('what is provoked on a Mock printer is what every driver of it reads', async t => {
  const container = createContainer(loadSettings({ DATABASE_URL: 'sqlite+aiosqlite://' }).settings);
  const create = container.resolve(tokens.drivers).Mock;
  const drivers = [create(PRINTER), create(PRINTER)];
  await container
    .resolve(tokens.mockPrinters)(PRINTER)
    .simulate(atOnce(stepOf('attention')));
  for (const driver of drivers) t.is((await driver.read(never))?.state, 'attention');
  const other = create({ ...PRINTER, name: 'Printer2', nameKey: 'printer2' });
  t.is((await other.read(never))?.state, 'idle');
});

test('what the machines of removed printers kept is removed at the start, and nothing else', async t => {
  const folder = temporaryFolder();
  const { settings } = loadSettings({
    DATABASE_URL: join(folder, 'data'),
    UPLOAD_PATH: join(folder, 'upload'),
    CERTIFICATES_PATH: join(folder, 'certificates'),
  });
  const store = await openConfiguredStore(createContainer(settings));
  const machines = join(folder, 'data', 'mock-printers');
  mkdirSync(machines);
  for (const name of ['Here.json', 'Gone.json', 'other.txt']) writeFileSync(join(machines, name), '{}');
  await store.transaction(async tx => {
    tx.put('printers', { ...PRINTER, id: 1, name: 'Here', nameKey: 'here' });
    tx.put('printers', { ...PRINTER, id: 2, name: 'Gone', nameKey: 'gone', removed: true });
  });
  await removeForgottenMachines(settings, store);
  t.deepEqual(readdirSync(machines).sort(), ['Here.json', 'other.txt']);
  await store.close();
});
