import test from 'ava';
import type { PrinterProbe, ProbeTarget } from '../../../src/app/ports.ts';
import { createIdentityWatch } from '../../../src/app/printers/watch-identities.ts';
import { createTestApp } from '../../support/app.ts';
import { probeReport, snapshotOf } from '../../support/fakes.ts';
import { until } from '../../support/until.ts';

const url = 'http://printer1/';

const setUp = async () => {
  const asked: string[] = [];
  let serialNumber = 'SN-1';
  let fails = false;
  const probe: PrinterProbe = {
    async probe({ name }: ProbeTarget) {
      asked.push(name);
      if (fails) throw new Error('broken');
      return probeReport({ software: 'OctoPrint 1.11.8', model: 'MK4', serialNumber });
    },
  };
  const app = await createTestApp();
  const watch = createIdentityWatch({ ...app.deps, probe });
  await watch.start();
  return {
    ...app,
    watch,
    asked,
    identity: async () => (await app.store.get('printers', 1))?.identity,
    replaceMachine: () => {
      serialNumber = 'SN-2';
    },
    fail: () => {
      fails = true;
    },
  };
};

test('a printer is asked once when it is first seen at rest, and what it tells is stored', async t => {
  const { addPrinter, live, watch, asked, identity } = await setUp();
  await addPrinter('P1', { api: 'OctoPrint', url });
  await until('it is known', async () => (await identity()) !== undefined);
  t.deepEqual(await identity(), {
    serialNumber: 'SN-1',
    manufacturer: '',
    model: 'MK4',
    software: 'OctoPrint 1.11.8',
  });
  live.write('P1', snapshotOf('idle'));
  await watch.stop();
  t.deepEqual(asked, ['P1']);
});

test('a printer that comes back is asked again, but not while it prints', async t => {
  const { addPrinter, live, watch, asked, identity, replaceMachine } = await setUp();
  await addPrinter('P1', { api: 'OctoPrint', url });
  await until('it is known', async () => (await identity()) !== undefined);
  replaceMachine();
  live.write('P1', snapshotOf('unreachable'));
  live.write('P1', snapshotOf('printing'));
  t.is(asked.length, 1);
  live.write('P1', snapshotOf('finished'));
  await until('the other is known', async () => (await identity())?.serialNumber === 'SN-2');
  t.is(asked.length, 2);
  await watch.stop();
  live.write('P1', snapshotOf('unreachable'));
  live.write('P1', snapshotOf('idle'));
  t.is(asked.length, 2);
});

test('at another address stands another machine: what the old one told is forgotten', async t => {
  const { application, actors, addPrinter, live, watch, asked, identity } = await setUp();
  await addPrinter('P1', { api: 'OctoPrint', url });
  await until('it is known', async () => (await identity()) !== undefined);
  await application.changePrinter(actors.admin, 'P1', { url: 'http://printer2/' });
  t.is(await identity(), undefined);
  live.write('P1', snapshotOf('idle'));
  await until('it is known again', async () => (await identity()) !== undefined);
  t.is(asked.length, 2);
  await watch.stop();
});

test('a look that fails keeps what was known; a simulated machine is not asked', async t => {
  const { addPrinter, live, watch, asked, identity, fail, log } = await setUp();
  await addPrinter('P1', { api: 'OctoPrint', url });
  await until('it is known', async () => (await identity()) !== undefined);
  fail();
  live.write('P1', snapshotOf('unreachable'));
  live.write('P1', snapshotOf('idle'));
  await addPrinter('P2');
  await until('it was logged', () => log.lines.some(({ message }) => /could not be asked/.test(message)));
  await watch.stop();
  t.is((await identity())?.serialNumber, 'SN-1');
  t.deepEqual(asked, ['P1', 'P1']);
});
