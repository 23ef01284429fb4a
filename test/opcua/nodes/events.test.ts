import test from 'ava';
import type { AddressSpace, IEventData, UAObject } from 'node-opcua';
import { type Bed, occupyBed, useBed } from '../../../src/domain/bed.ts';
import { typeIds } from '../../../src/opcua/model-ids.ts';
import { installEvents } from '../../../src/opcua/nodes/events.ts';
import type { Installed } from '../../../src/opcua/nodes/follow-commits.ts';
import { installPrinterNodes } from '../../../src/opcua/nodes/printer-nodes.ts';
import { createAddressSpace, has, plainValueOf } from '../../support/address-space.ts';
import { bedOf, createTestApp, type TestApp } from '../../support/app.ts';
import { until } from '../../support/until.ts';

interface EventFields {
  readonly source: string;
  readonly type: string;
  readonly [field: string]: unknown;
}

let space: AddressSpace;
let app: TestApp;
let parts: Installed[];
const seen: { readonly at: string; readonly event: EventFields }[] = [];

const fieldsOf = (data: IEventData): EventFields => {
  const values = data as unknown as Record<string, { readonly value: unknown } | undefined>;
  const names = [
    'jobId',
    'oldStatusCode',
    'newStatusCode',
    'oldStatus',
    'newStatus',
    'printer',
    'owner',
    'orderId',
    'reason',
    'changeCount',
    'pickupId',
    'state',
    'robot',
    'severity',
    'sourceName',
    'message',
    'localTime',
  ];
  return {
    source: String(values.sourceNode?.value),
    type: String(values.eventType?.value),
    ...Object.fromEntries(names.map(name => [name, values[name]?.value])),
  };
};

const listenAt = (id: string): void => {
  const node = space.findNode(id) as UAObject;
  node.on('event', (data: IEventData) => seen.push({ at: id, event: fieldsOf(data) }));
};

const eventsAt = (id: string): readonly EventFields[] =>
  seen.filter(({ at }) => at === id).map(({ event }) => event);

const MES = 'ns=3;s=MesPrinting';

test.before(async () => {
  space = await createAddressSpace();
  app = await createTestApp();
  const { store, commit, live, clock, log, application } = app;
  parts = [
    installPrinterNodes({ addressSpace: space, store, commit, live, clock, log }),
    installEvents({ addressSpace: space, store, commit, usernameOf: application.usernameOf, clock, log }),
  ];
  for (const part of parts) await part.start();
  await app.addPrinter('Printer1');
  await until('the printer has nodes', () => has(space, 'Printers/Printer1'));
  for (const id of ['i=2253', MES, 'ns=3;s=Jobs', 'ns=3;s=Printers/Printer1']) listenAt(id);
});

test.after.always(async () => {
  for (const part of parts ?? []) await part.stop();
  await app?.close();
  space?.dispose();
});

test.serial('a change of status raises one event on Jobs that reaches MesPrinting and Server', async t => {
  const id = await app.submit('student', { orderId: 'A-17' });
  await app.application.rejectJob(app.actors.operator, id, 'Zu groß');
  await until('both are told', () => eventsAt(MES).length === 2);
  const [created, rejected] = eventsAt('ns=3;s=Jobs');
  t.like(created, {
    type: typeIds.JobStatusEventType,
    source: 'ns=3;s=Jobs',
    jobId: id,
    oldStatusCode: 0,
    oldStatus: '',
    newStatusCode: 1,
    newStatus: 'created',
    owner: 'student',
    orderId: 'A-17',
    printer: '',
  });
  t.like(rejected, { oldStatus: 'created', newStatus: 'rejected', newStatusCode: 13, reason: 'Zu gro?' });
  t.deepEqual(eventsAt(MES), eventsAt('ns=3;s=Jobs'));
  t.is(eventsAt('i=2253').length, 2);
  t.is(eventsAt('ns=3;s=Printers/Printer1').length, 0);
});

test.serial('a commit that leaves the status alone raises nothing', async t => {
  const id = await app.submit('student');
  await until('it is told', () => eventsAt(MES).at(-1)?.jobId === id);
  const before = eventsAt(MES).length;
  await app.commit({ actor: 'test' }, async tx => {
    const job = await tx.get('jobs', id);
    if (job !== undefined) tx.put('jobs', { ...job, priority: 3 });
  });
  await app.application.cancelJob(app.actors.student, id, '');
  await until('the cancel is told', () => eventsAt(MES).length > before);
  t.like(eventsAt(MES).at(-1), { jobId: id, newStatus: 'cancelled', oldStatus: 'created' });
  t.is(eventsAt(MES).length, before + 1);
});

test.serial('a pick-up is told from the request to its end, on its printer', async t => {
  const at = 'ns=3;s=Printers/Printer1';
  const told = (count: number): Promise<boolean> =>
    until(`${count} events came`, () => eventsAt(at).length === count);
  const time = app.clock.now().toISOString();
  const bed = await bedOf(app.store, 'Printer1');
  const used = useBed(bed, 9, time);
  await app.commit({ actor: 'test' }, async tx => tx.put('beds', used));
  await app.commit({ actor: 'test' }, async tx => tx.put('beds', occupyBed(used, 'scrap', time)));
  await told(1);
  t.like(eventsAt(at)[0], {
    type: typeIds.PickupEventType,
    source: at,
    printer: 'Printer1',
    jobId: 9,
    pickupId: 0,
    state: 1,
    robot: '',
    severity: 100,
    sourceName: 'Printer1',
    localTime: null,
  });
  t.like(eventsAt(at)[0]?.message, { text: 'Pick-up at Printer1: a plate waits.' });
  const { pickupId } = await app.application.beginPickup(app.actors.plc, '', 'arm');
  await told(2);
  t.like(eventsAt(at)[1], { state: 2, pickupId, robot: 'arm', jobId: 9 });
  await app.application.reportPickupFailed(app.actors.plc, pickupId, 'slipped');
  await told(3);
  t.like(eventsAt(at)[2], { state: 3, pickupId, robot: 'arm', jobId: 9 });
  t.true(Number(eventsAt(at)[2]?.severity) > Number(eventsAt(at)[1]?.severity));
  await app.application.confirmBedClear(app.actors.operator, 'Printer1');
  await told(4);
  t.like(eventsAt(at)[3], { state: 0, pickupId, jobId: 9 });
  t.true(eventsAt(MES).length >= eventsAt(at).length);
});

test.serial('a pick-up whose bed another print took is under way until it ends', async t => {
  const at = 'ns=3;s=Printers/Displaced';
  await app.addPrinter('Displaced');
  const told = (count: number): Promise<boolean> =>
    until(`${count} events came`, () => eventsAt(at).length === count);
  const put = async (bed: Bed): Promise<void> =>
    app.commit({ actor: 'test' }, async tx => tx.put('beds', bed));
  await until('it has nodes', () => space.findNode(at) !== null);
  listenAt(at);
  const time = app.clock.now().toISOString();
  const lying = occupyBed(useBed(await bedOf(app.store, 'Displaced'), 9, time), 'scrap', time);
  await put(lying);
  const { pickupId } = await app.application.beginPickup(app.actors.plc, 'Displaced', 'arm');
  await told(2);
  const used = useBed(await bedOf(app.store, 'Displaced'), 11, time);
  await put(used);
  await put(occupyBed(used, 'unknown', time));
  await app.application.releasePickup(app.actors.operator, pickupId, '');
  await told(3);
  t.deepEqual(
    eventsAt(at).map(event => event.state),
    [1, 2, 1],
  );
  t.like(eventsAt(at)[2], { pickupId, robot: 'arm', jobId: 11 });
});

test.serial('ChangeCount grows by one per event, and the variable shows the last', t => {
  const counts = eventsAt(MES).map(event => Number(event.changeCount));
  t.deepEqual(
    counts,
    counts.map((_, index) => index + 1),
  );
  t.true(counts.length > 5);
  t.is(plainValueOf(space, 'MesPrinting/ChangeCount'), counts.at(-1));
});

test.serial('the bed of a printer whose nodes are not there yet is told by Printers', async t => {
  // From now on nobody makes nodes.
  await parts.shift()?.stop();
  await app.addPrinter('Later');
  const bed = await bedOf(app.store, 'Later');
  await app.commit({ actor: 'test' }, async tx =>
    tx.put('beds', occupyBed(bed, 'unknown', '2026-01-05T08:00:00.000Z')),
  );
  await until('it is told', () => eventsAt(MES).at(-1)?.printer === 'Later');
  t.is(eventsAt(MES).at(-1)?.source, 'ns=3;s=Printers');
  t.deepEqual(
    app.log.lines.filter(line => line.level === 'error'),
    [],
  );
});
