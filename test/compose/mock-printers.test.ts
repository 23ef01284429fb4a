import test from 'ava';
import { createContainer } from '../../src/compose/container.ts';
import { tokens } from '../../src/compose/tokens.ts';
import { loadSettings } from '../../src/settings/load.ts';
import { never, PRINTER } from '../support/one-printer.ts';
import { atOnce, stepOf } from '../support/simulation.ts';

test('what is provoked on a Mock printer is what every driver of it reads', async t => {
  const container = createContainer(loadSettings({ DATABASE_URL: 'sqlite+aiosqlite://' }).settings);
  const create = container.resolve(tokens.drivers).Mock;
  const drivers = [create?.(PRINTER), create?.(PRINTER)];
  await container
    .resolve(tokens.mockPrinters)(PRINTER)
    .simulate(atOnce(stepOf('attention')));
  for (const driver of drivers) t.is((await driver?.read(never))?.state, 'attention');
  const other = create?.({ ...PRINTER, name: 'Printer2', nameKey: 'printer2' });
  t.is((await other?.read(never))?.state, 'idle');
});
