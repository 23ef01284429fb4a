import test from 'ava';
import { createContainer } from '../../src/compose/container.ts';
import { tokens } from '../../src/compose/tokens.ts';
import { loadSettings } from '../../src/settings/load.ts';
import { memoryLog, snapshotOf } from '../support/fakes.ts';

test('a listener of live values that fails is logged by the running server too', t => {
  const container = createContainer(loadSettings({ DATABASE_URL: 'sqlite+aiosqlite://' }).settings);
  const log = memoryLog();
  container.registerInstance(tokens.log, log);
  const live = container.resolve(tokens.live);
  live.onChange('test', () => {
    throw new Error('broken');
  });
  live.write('Printer1', snapshotOf('idle'));
  const line = log.lines.find(({ message }) => message === 'A listener of live values failed');
  t.like(line?.fields, { listener: 'test', printer: 'Printer1' });
});
