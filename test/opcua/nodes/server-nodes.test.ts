import test from 'ava';
import type { AddressSpace } from 'node-opcua';
import type { Figures } from '../../../src/app/application.ts';
import type { CentralStatus } from '../../../src/app/ports.ts';
import { createLivePrinters } from '../../../src/opcua/live-printers.ts';
import { installServerNodes } from '../../../src/opcua/nodes/server-nodes.ts';
import { createAddressSpace, plainValueOf } from '../../support/address-space.ts';
import { fakeClock, memoryLog, snapshotOf } from '../../support/fakes.ts';
import { until } from '../../support/until.ts';

const figures: Figures = {
  accepting: true,
  jobsToApprove: 1,
  jobsWaiting: 2,
  jobsPrinting: 3,
  jobsUnknown: 4,
  pickupsWaiting: 5,
  printersOnline: 6,
  printersReady: 7,
};

let space: AddressSpace;
test.before(async () => {
  space = await createAddressSpace();
});
test.after.always(() => space?.dispose());

const value = (name: string): unknown => plainValueOf(space, `MesPrinting/${name}`);

const start = async () => {
  const state = {
    healthy: true,
    figures: async (): Promise<Figures> => figures,
    asked: 0,
    central: { enabled: true, connected: false, lastPush: null } as CentralStatus,
  };
  const clock = fakeClock();
  const live = createLivePrinters(memoryLog());
  const log = memoryLog();
  const nodes = installServerNodes({
    addressSpace: space,
    application: {
      figures: () => {
        state.asked += 1;
        return state.figures();
      },
    },
    commit: { listen: () => () => undefined },
    live,
    central: () => state.central,
    healthy: () => state.healthy,
    version: '1.2.3',
    clock,
    log,
  });
  await nodes.start();
  /** One second passes, and what it set off is done. */
  const second = async (): Promise<void> => {
    clock.advance(1000);
    await new Promise(resolve => setTimeout(resolve, 5));
  };
  return { state, live, log, nodes, second };
};

test.serial('version, start time and figures are there from the start', async t => {
  const { nodes } = await start();
  t.is(value('Version'), '1.2.3');
  t.deepEqual(value('StartTime'), new Date('2026-01-05T08:00:00.000Z'));
  t.is(value('Accepting'), true);
  t.deepEqual(
    ['JobsToApprove', 'JobsWaiting', 'JobsPrinting', 'JobsUnknown', 'PickupsWaiting', 'PrintersOnline'].map(
      value,
    ),
    [1, 2, 3, 4, 5, 6],
  );
  t.is(value('PrintersReady'), 7);
  await nodes.stop();
});

test.serial('the heartbeat counts seconds and stands still while the server does not work', async t => {
  const { state, nodes, second } = await start();
  const first = Number(value('Heartbeat'));
  await second();
  await second();
  t.is(value('Heartbeat'), first + 2);
  state.healthy = false;
  await second();
  await second();
  t.is(value('Heartbeat'), first + 2);
  t.is(value('Accepting'), false);
  state.healthy = true;
  await second();
  t.is(value('Heartbeat'), first + 3);
  t.is(value('Accepting'), true);
  await nodes.stop();
});

test.serial('figures are read again once a second at most, and only after a change', async t => {
  const { state, live, nodes, second } = await start();
  await second();
  await second();
  t.is(state.asked, 1);
  state.figures = async () => ({ ...figures, printersReady: 8 });
  for (let count = 0; count < 20; count += 1) live.write('Printer1', snapshotOf('idle'));
  t.is(state.asked, 1);
  await second();
  await second();
  t.is(state.asked, 2);
  t.is(value('PrintersReady'), 8);
  await nodes.stop();
});

test.serial('while the figures cannot be read nothing is accepted, and they are tried again', async t => {
  const { state, live, log, nodes, second } = await start();
  state.figures = async () => {
    throw new Error('the store is closed');
  };
  live.write('Printer1', snapshotOf('idle'));
  await second();
  t.is(value('Accepting'), false);
  t.true(log.lines.some(line => line.level === 'warn'));
  state.figures = async () => figures;
  await second();
  t.is(value('Accepting'), true);
  await nodes.stop();
});

test.serial('the link to the central server shows', async t => {
  const { state, nodes, second } = await start();
  t.is(value('Central/Connected'), false);
  t.is(value('Central/Enabled'), true);
  const lastPush = new Date('2026-01-05T08:00:05.000Z');
  state.central = { enabled: true, connected: true, lastPush };
  await second();
  t.is(value('Central/Connected'), true);
  t.deepEqual(value('Central/LastPush'), lastPush);
  state.central = { enabled: false, connected: false, lastPush: null };
  await second();
  t.is(value('Central/Enabled'), false);
  await nodes.stop();
  const last = value('Heartbeat');
  await second();
  t.is(value('Heartbeat'), last);
});

test.serial('a slow count of figures is not started twice', async t => {
  const { state, live, nodes, second } = await start();
  const { promise, resolve } = Promise.withResolvers<Figures>();
  state.figures = () => promise;
  live.write('Printer1', snapshotOf('idle'));
  await second();
  live.write('Printer1', snapshotOf('printing'));
  await second();
  await second();
  t.is(state.asked, 2);
  resolve(figures);
  await until('it is read again', () => state.asked === 2);
  await second();
  t.is(state.asked, 3);
  await nodes.stop();
});
