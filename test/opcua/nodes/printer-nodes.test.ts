import test from 'ava';
import { type AddressSpace, StatusCodes, type UAObject, type UAVariable } from 'node-opcua';
import { type Bed, occupyBed, useBed } from '../../../src/domain/bed.ts';
import type { Job } from '../../../src/domain/job.ts';
import { stateCodeOf } from '../../../src/domain/printer.ts';
import { createLivePrinters } from '../../../src/opcua/live-printers.ts';
import type { Installed } from '../../../src/opcua/nodes/follow-commits.ts';
import { installPrinterNodes } from '../../../src/opcua/nodes/printer-nodes.ts';
import { createAddressSpace, dataValueOf, has, plainValueOf } from '../../support/address-space.ts';
import { bedOf, createTestApp, type TestApp } from '../../support/app.ts';
import { memoryLog, snapshotOf } from '../../support/fakes.ts';
import { until } from '../../support/until.ts';

const printJob = {
  file: 'mes-1-1.gcode',
  progress: 40,
  timeUsed: 60,
  timeLeft: 90,
  timeLeftApprox: null,
  native: {},
};

let space: AddressSpace;
let app: TestApp;
let nodes: Installed;

test.before(async () => {
  space = await createAddressSpace();
  app = await createTestApp();
  await app.addPrinter('First', { model: 'MK4', url: 'http://printer' });
  const { store, commit, live, clock, log } = app;
  nodes = installPrinterNodes({ addressSpace: space, store, commit, live, clock, log });
  await nodes.start();
});

test.after.always(async () => {
  await nodes?.stop();
  await app?.close();
  space?.dispose();
});

const addPrinter = async (name: string): Promise<void> => {
  await app.addPrinter(name);
  await until(`${name} has nodes`, () => has(space, `Printers/${name}/State`));
};

const changeBed = async (name: string, change: (bed: Bed) => Bed): Promise<void> => {
  const bed = await bedOf(app.store, name);
  await app.commit({ actor: 'test' }, async tx => tx.put('beds', change(bed)));
};

test('live values are read back typed, and a failing listener hurts neither the writer nor the others', t => {
  const log = memoryLog();
  const live = createLivePrinters(log);
  const seen: string[] = [];
  live.onChange('broken one', () => {
    throw new Error('broken');
  });
  const end = live.onChange('other', printer => {
    seen.push(printer);
  });
  const snapshot = snapshotOf('printing');
  live.write('A', snapshot);
  end();
  live.write('B', snapshot);
  t.is(live.read('A'), snapshot);
  t.is(live.read('C'), undefined);
  t.deepEqual(seen, ['A']);
  t.is(log.lines.length, 2);
});

test.serial('a printer that the store knows is there from the start, with every value', t => {
  t.is(plainValueOf(space, 'Printers/First/Name'), 'First');
  t.is(plainValueOf(space, 'Printers/First/Api'), 'Mock');
  t.is(plainValueOf(space, 'Printers/First/Model'), 'MK4');
  t.is(plainValueOf(space, 'Printers/First/Url'), 'http://printer');
  t.is(plainValueOf(space, 'Printers/First/State'), 'idle');
  t.is(plainValueOf(space, 'Printers/First/StateCode'), stateCodeOf('idle'));
  t.is(plainValueOf(space, 'Printers/First/Ready'), true);
  t.is(plainValueOf(space, 'Printers/First/NotReadyReason'), '');
  t.is(plainValueOf(space, 'Printers/First/Nozzle/Actual'), 25);
  t.is(plainValueOf(space, 'Printers/First/Job/Progress'), 0);
  const printer = space.findNode('ns=3;s=Printers/First') as UAObject;
  t.is(printer.eventNotifier, 1);
  for (const path of [
    'Printers/First/Nozzle/Actual',
    'Printers/First/Head/X',
    'Printers/First/Job/TimeLeft',
  ]) {
    t.true(has(space, `${path}/EURange`), path);
    t.true(has(space, `${path}/EngineeringUnits`), path);
  }
});

test.serial(
  'a snapshot changes all variables in one pass with its own time, and only what differs',
  async t => {
    await addPrinter('Pass');
    const changes: string[] = [];
    for (const path of ['State', 'Ready', 'Nozzle/Actual', 'Bed/Actual', 'Job/Progress', 'UpdateTime']) {
      const node = space.findNode(`ns=3;s=Printers/Pass/${path}`) as UAVariable;
      node.on('value_changed', () => changes.push(path));
    }
    const time = '2026-01-05T08:00:07.000Z';
    app.live.write(
      'Pass',
      snapshotOf('printing', { nozzle: { actual: 215.5, target: 215 }, job: printJob, time }),
    );
    t.deepEqual(changes, ['State', 'Ready', 'UpdateTime', 'Nozzle/Actual', 'Job/Progress']);
    for (const path of ['State', 'Ready', 'Nozzle/Actual', 'Nozzle/Target', 'Job/Progress', 'Job/TimeLeft']) {
      t.is(dataValueOf(space, `Printers/Pass/${path}`).sourceTimestamp?.toISOString(), time, path);
    }
    t.is(plainValueOf(space, 'Printers/Pass/Job/Progress'), 40);
    t.is(dataValueOf(space, 'Printers/Pass/Job/TimeLeftApprox').statusCode, StatusCodes.BadNoData);
  },
);

test.serial('telemetry of a lost printer keeps its last value as Uncertain, flags stay Good', async t => {
  await addPrinter('Lost');
  const time = '2026-01-05T08:01:00.000Z';
  const nothing = { actual: null, target: null };
  app.live.write(
    'Lost',
    snapshotOf('unreachable', {
      message: 'no route – Größe',
      nozzle: nothing,
      bed: nothing,
      head: { x: null, y: null, z: null },
      time,
    }),
  );
  const nozzle = dataValueOf(space, 'Printers/Lost/Nozzle/Actual');
  t.is(nozzle.statusCode, StatusCodes.UncertainNoCommunicationLastUsableValue);
  t.is(nozzle.value.value, 25);
  t.is(nozzle.sourceTimestamp?.toISOString(), time);
  for (const path of [
    'State',
    'StateCode',
    'Ready',
    'Online',
    'Bed/Clear',
    'Pickup/State',
    'Job/JobId',
    'NotReadyReason',
  ]) {
    t.is(dataValueOf(space, `Printers/Lost/${path}`).statusCode, StatusCodes.Good, path);
  }
  t.is(plainValueOf(space, 'Printers/Lost/Online'), false);
  t.is(plainValueOf(space, 'Printers/Lost/StateCode'), 0);
  t.regex(String(plainValueOf(space, 'Printers/Lost/NotReadyReason')), /^[\x20-\x7e]+$/);
  app.live.write('Lost', snapshotOf('idle'));
  t.is(dataValueOf(space, 'Printers/Lost/Nozzle/Actual').statusCode, StatusCodes.Good);
});

test.serial('a printer that was never read has Bad telemetry and the state unreachable', async t => {
  const command = { api: 'Mock', url: '', apiKey: 'k', group: '', model: '', nozzleDiameter: null } as const;
  await app.application.addPrinter(app.actors.admin, {
    ...command,
    name: 'Unread',
    material: '',
    cameraUrl: '',
    worker: true,
  });
  await until('it has nodes', () => has(space, 'Printers/Unread/State'));
  t.is(dataValueOf(space, 'Printers/Unread/Nozzle/Actual').statusCode, StatusCodes.BadNoCommunication);
  t.is(plainValueOf(space, 'Printers/Unread/State'), 'unreachable');
  t.is(plainValueOf(space, 'Printers/Unread/NotReadyReason'), 'Not yet read.');
});

test.serial('bed and pick-up follow the commits', async t => {
  await addPrinter('Plate');
  await changeBed('Plate', bed => useBed(bed, 7, '2026-01-05T09:00:00.000Z'));
  t.is(plainValueOf(space, 'Printers/Plate/Bed/Clear'), false);
  t.is(plainValueOf(space, 'Printers/Plate/Bed/JobId'), 7);
  t.is(plainValueOf(space, 'Printers/Plate/Pickup/State'), 0);
  await changeBed('Plate', bed => occupyBed(bed, 'good', '2026-01-05T10:00:00.000Z'));
  t.is(plainValueOf(space, 'Printers/Plate/Bed/Content'), 1);
  t.is(plainValueOf(space, 'Printers/Plate/Pickup/State'), 1);
  t.is(plainValueOf(space, 'Printers/Plate/Pickup/JobId'), 7);
  t.deepEqual(plainValueOf(space, 'Printers/Plate/Pickup/Since'), new Date('2026-01-05T10:00:00.000Z'));

  const begun = await app.application.beginPickup(app.actors.plc, 'Plate', 'arm');
  t.is(plainValueOf(space, 'Printers/Plate/Pickup/State'), 2);
  t.is(plainValueOf(space, 'Printers/Plate/Pickup/PickupId'), begun.pickupId);
  t.is(plainValueOf(space, 'Printers/Plate/Pickup/Robot'), 'arm');

  await app.application.reportPickupFailed(app.actors.plc, begun.pickupId, 'slipped');
  t.is(plainValueOf(space, 'Printers/Plate/Pickup/State'), 3);
  t.is(plainValueOf(space, 'Printers/Plate/Attention'), true);
  await app.application.confirmBedClear(app.actors.operator, 'Plate');
  t.is(plainValueOf(space, 'Printers/Plate/Pickup/State'), 0);
  t.is(plainValueOf(space, 'Printers/Plate/Pickup/PickupId'), 0);
  t.is(plainValueOf(space, 'Printers/Plate/Pickup/Robot'), '');
  t.is(plainValueOf(space, 'Printers/Plate/Ready'), true);
});

test.serial(
  'an unknown job under a later print holds the printer also after it, as dispatch sees it',
  async t => {
    await addPrinter('Under');
    const id = await app.submit('student');
    const lost = await app.jobOf(id);
    const foreign = { ...lost, id: 7000, fromServer: false } as const;
    const tell = (...jobs: Job[]) =>
      app.commit({ actor: 'test' }, async tx => {
        for (const job of jobs) tx.put('jobs', { ...job, printer: 'Under' });
      });
    const shown = () => plainValueOf(space, 'Printers/Under/Job/JobId');
    await tell({ ...lost, status: 'unknown' });
    t.is(shown(), id);
    await tell({ ...foreign, status: 'printing' });
    t.is(shown(), 7000);
    t.is((await app.application.getPrinter('Under')).job?.id, 7000);
    await tell({ ...foreign, status: 'printed' });
    t.is(shown(), id);
    t.is(plainValueOf(space, 'Printers/Under/Ready'), false);
    const view = await app.application.getPrinter('Under');
    t.is(view.job?.id, id);
    t.is(plainValueOf(space, 'Printers/Under/NotReadyReason'), view.notReadyReason);
    await tell({ ...lost, status: 'failed' });
    t.is(shown(), 0);
    t.is(plainValueOf(space, 'Printers/Under/Ready'), true);
  },
);

test.serial('a hold stays shown, and keeps the printer, when another print takes the bed', async t => {
  await addPrinter('Taken');
  await changeBed('Taken', bed => useBed(bed, 8, '2026-01-05T08:00:00.000Z'));
  await changeBed('Taken', bed => occupyBed(bed, 'good', '2026-01-05T08:00:00.000Z'));
  const { pickupId } = await app.application.beginPickup(app.actors.plc, 'Taken', 'third arm');
  await changeBed('Taken', bed => useBed(bed, 9, '2026-01-05T09:00:00.000Z'));
  await changeBed('Taken', bed => occupyBed(bed, 'unknown', '2026-01-05T10:00:00.000Z'));
  const shown = (path: string) => plainValueOf(space, `Printers/Taken/${path}`);
  t.deepEqual([shown('Pickup/State'), shown('Pickup/PickupId')], [2, pickupId]);
  t.deepEqual([shown('Pickup/JobId'), shown('Bed/JobId')], [8, 9]);
  t.is(shown('Pickup/Robot'), 'third arm');
  t.regex(String(shown('NotReadyReason')), /third arm still holds/);
  await app.application.releasePickup(app.actors.plc, pickupId, '');
  t.deepEqual([shown('Pickup/State'), shown('Pickup/PickupId'), shown('Pickup/JobId')], [1, 0, 9]);
  await app.application.confirmBedClear(app.actors.operator, 'Taken');
  t.is(shown('Ready'), true);
});

test.serial('a plate that is held for too long needs a person until the hold ends', async t => {
  await addPrinter('Held');
  await changeBed('Held', bed => useBed(bed, 8, '2026-01-05T08:00:00.000Z'));
  await changeBed('Held', bed => occupyBed(bed, 'good', '2026-01-05T08:00:00.000Z'));
  const { pickupId } = await app.application.beginPickup(app.actors.plc, 'Held', 'second arm');
  t.is(plainValueOf(space, 'Printers/Held/Attention'), false);
  app.clock.advance(11 * 60_000);
  await app.commit({ actor: 'server' }, async tx => {
    const pickup = await tx.get('pickups', pickupId);
    if (pickup !== undefined) tx.put('pickups', { ...pickup, overdueTime: '2026-01-05T08:10:00.000Z' });
  });
  const reason = () => String(plainValueOf(space, 'Printers/Held/NotReadyReason'));
  t.is(plainValueOf(space, 'Printers/Held/Attention'), true);
  t.regex(reason(), /^Robot second arm has held the plate for 11 minutes/);
  app.clock.advance(60_000);
  app.live.write('Held', snapshotOf('idle'));
  t.regex(reason(), /for 12 minutes/);
  await app.application.releasePickup(app.actors.operator, pickupId, '');
  t.is(plainValueOf(space, 'Printers/Held/Attention'), false);
  t.notRegex(reason(), /Robot/);
});

test.serial('the job on a printer, maintenance and the worker show at once', async t => {
  await addPrinter('Busy');
  const id = await app.submit('student', { orderId: 'A-17' });
  await app.commit({ actor: 'test' }, async tx => {
    const job = await tx.get('jobs', id);
    if (job !== undefined) tx.put('jobs', { ...job, status: 'scheduled', printer: 'Busy' });
  });
  t.is(plainValueOf(space, 'Printers/Busy/Job/JobId'), id);
  t.is(plainValueOf(space, 'Printers/Busy/Job/StatusCode'), 3);
  t.is(plainValueOf(space, 'Printers/Busy/Job/OrderId'), 'A-17');
  t.is(plainValueOf(space, 'Printers/Busy/Ready'), false);
  await app.commit({ actor: 'test' }, async tx => {
    const job = await tx.get('jobs', id);
    if (job !== undefined) tx.put('jobs', { ...job, status: 'approved', printer: '' });
  });
  t.is(plainValueOf(space, 'Printers/Busy/Job/JobId'), 0);
  t.is(plainValueOf(space, 'Printers/Busy/Ready'), true);

  await app.application.setMaintenance(app.actors.operator, 'Busy', true, 'new nozzle');
  t.is(plainValueOf(space, 'Printers/Busy/Maintenance'), true);
  t.regex(String(plainValueOf(space, 'Printers/Busy/NotReadyReason')), /new nozzle/);
  await app.application.setMaintenance(app.actors.operator, 'Busy', false, '');
  await app.application.stopWorker(app.actors.operator, 'Busy');
  t.is(plainValueOf(space, 'Printers/Busy/WorkerRunning'), false);
  t.is(
    dataValueOf(space, 'Printers/Busy/Nozzle/Actual').statusCode,
    StatusCodes.UncertainNoCommunicationLastUsableValue,
  );
});

test.serial('a removed printer leaves no node and no reference behind', async t => {
  await addPrinter('Gone');
  await app.application.removePrinter(app.actors.admin, 'Gone');
  await until('its nodes are gone', () => !has(space, 'Printers/Gone'));
  t.false(has(space, 'Printers/Gone/State'));
  t.false(has(space, 'Printers/Gone/Nozzle/Actual/EURange'));
  const printers = space.findNode('ns=3;s=Printers') as UAObject;
  const targets = printers.allReferences().map(reference => reference.nodeId.toString());
  t.false(targets.some(target => target.includes('Gone')));
  t.notThrows(() => app.live.write('Gone', snapshotOf('idle')));
});

test.serial('nodes are closed to whom the access table does not name', async t => {
  const url = space.findNode('ns=3;s=Printers/First/Url');
  const state = space.findNode('ns=3;s=Printers/First/State');
  const range = space.findNode('ns=3;s=Printers/First/Nozzle/Actual/EURange');
  t.true((url?.rolePermissions ?? []).length > 0);
  t.notDeepEqual(url?.rolePermissions, state?.rolePermissions);
  t.true((range?.rolePermissions ?? []).length > 0);
});

test.serial('nothing was logged as an error', t => {
  t.deepEqual(
    app.log.lines.filter(line => line.level === 'error'),
    [],
  );
});
