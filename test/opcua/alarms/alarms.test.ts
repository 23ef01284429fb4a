import test from 'ava';
import { occupyBed, useBed } from '../../../src/domain/bed.ts';
import { lostSnapshot } from '../../../src/domain/printer.ts';
import { bedOf, required } from '../../support/app.ts';
import { snapshotOf } from '../../support/fakes.ts';
import { until } from '../../support/until.ts';
import { type AlarmLab, conditionOf, type Heard, SERVER, startAlarms } from './fixture.ts';

let lab: AlarmLab;
test.before(async () => {
  lab = await startAlarms();
});
test.after.always(() => lab?.close());

let lastPrinter = 0;
const addPrinter = async (): Promise<string> => {
  lastPrinter += 1;
  const name = `P${lastPrinter}`;
  await lab.app.addPrinter(name);
  const operator = await lab.session('operator');
  await until('its node', async () =>
    (await operator.read({ nodeId: `ns=3;s=Printers/${name}/Fault` })).statusCode.isGood(),
  );
  return name;
};

/** Lets time pass until something is heard. */
const hear = async (
  heard: readonly Heard[],
  kind: string,
  source: string,
  wanted: Partial<Heard>,
): Promise<Heard> =>
  until(`${kind} of ${source} with ${JSON.stringify(wanted)}`, () => {
    lab.app.clock.advance(source === 'MesPrinting' ? 10_000 : 1000);
    return heard.findLast(
      event =>
        event.ConditionName === kind &&
        event.SourceName === source &&
        Object.entries(wanted).every(([field, value]) => event[field as keyof Heard] === value),
    );
  });

const breakDown = (printer: string): void =>
  lab.app.live.write(printer, snapshotOf('error', { message: 'MINTEMP' }));
const recover = (printer: string): void => lab.app.live.write(printer, snapshotOf('idle'));

test.serial(
  'a fault is told at Server and at the printer, with every field that a filter asks for',
  async t => {
    const name = await addPrinter();
    const atServer = await lab.listen('operator');
    const atPrinter = await lab.listen('plc', `ns=3;s=Printers/${name}`);
    breakDown(name);
    const event = await hear(atServer.heard, 'Fault', name, { 'ActiveState.Id': true });
    t.like(event, {
      EventType: 'ns=0;i=10637',
      SourceNode: `ns=3;s=Printers/${name}`,
      SourceName: name,
      Message: `${name} has a fault: MINTEMP.`,
      Severity: 700,
      ConditionClassId: 'ns=0;i=11165',
      ConditionClassName: 'MaintenanceConditionClassType',
      ConditionName: 'Fault',
      ConditionId: conditionOf(name, 'Fault'),
      Retain: true,
      'EnabledState.Id': true,
      ActiveState: 'Active',
      'AckedState.Id': false,
      'ConfirmedState.Id': true,
      'ShelvingState.CurrentState': 'Unshelved',
      'ShelvingState.CurrentState.Id': 'ns=0;i=2930',
      SuppressedOrShelved: false,
      Quality: 'Good',
      InputNode: `ns=3;s=Printers/${name}/Fault`,
    });
    t.true(Buffer.isBuffer(event.EventId));
    t.true(event.Time instanceof Date);
    await until('it is heard at the printer', () => atPrinter.heard.length > 0);
    t.deepEqual(atPrinter.heard[0], event);
    recover(name);
    const over = await hear(atServer.heard, 'Fault', name, { 'ActiveState.Id': false });
    t.like(over, { Retain: true, 'AckedState.Id': false, Message: `Over: ${name} has a fault: MINTEMP.` });
    await atServer.end();
    await atPrinter.end();
  },
);

test.serial('it is acknowledged, confirmed and then no longer of interest', async t => {
  const name = await addPrinter();
  const { heard, end } = await lab.listen('operator');
  const condition = conditionOf(name, 'Fault');
  breakDown(name);
  const raised = await hear(heard, 'Fault', name, { 'ActiveState.Id': true });
  t.is(
    await lab.answer('operator', condition, 'Confirm', raised.EventId),
    'BadConditionBranchAlreadyConfirmed',
  );
  t.is(await lab.answer('plc', condition, 'AddComment', raised.EventId, 'On my way'), 'Good');
  // An older event of the same occurrence does as well.
  t.is(await lab.answer('plc', condition, 'Acknowledge', raised.EventId, 'Looked'), 'Good');
  const acked = await hear(heard, 'Fault', name, { 'AckedState.Id': true });
  t.like(acked, { 'ConfirmedState.Id': false, Retain: true, Comment: 'Looked', ClientUserId: 'plc' });
  t.is(await lab.answer('plc', condition, 'Acknowledge', acked.EventId), 'BadConditionBranchAlreadyAcked');
  t.is(await lab.answer('plc', condition, 'Acknowledge', Buffer.from('nonsense')), 'BadEventIdUnknown');
  t.is(await lab.answer('operator', condition, 'Confirm', acked.EventId), 'Good');
  // It is still active: of interest until that is over too.
  t.like(await hear(heard, 'Fault', name, { 'ConfirmedState.Id': true, 'AckedState.Id': true }), {
    Retain: true,
  });
  recover(name);
  t.like(await hear(heard, 'Fault', name, { 'ActiveState.Id': false }), { Retain: false });
  t.is(await lab.answer('operator', condition, 'Acknowledge', acked.EventId), 'BadNodeIdUnknown');
  await end();
});

test.serial('each kind of a printer comes and goes, and everyday ones end by themselves', async t => {
  const name = await addPrinter();
  const { heard, end } = await lab.listen('operator');
  const { app } = lab;
  app.live.write(name, snapshotOf('attention', { message: 'Filament runs out' }));
  const attention = await hear(heard, 'Attention', name, { 'ActiveState.Id': true });
  t.like(attention, {
    Message: `${name} needs a person: Filament runs out.`,
    Severity: 600,
    ConditionClassName: 'ProcessConditionClassType',
    InputNode: `ns=3;s=Printers/${name}/Attention`,
  });
  recover(name);
  const over = await hear(heard, 'Attention', name, { 'ActiveState.Id': false });
  t.like(over, { Retain: false, 'AckedState.Id': true, 'ConfirmedState.Id': true });

  const time = app.clock.now().toISOString();
  const bed = await bedOf(app.store, name);
  await app.commit({ actor: 'test' }, async tx => tx.put('beds', useBed(bed, 9, time)));
  await app.commit({ actor: 'test' }, async tx =>
    tx.put('beds', occupyBed(useBed(bed, 9, time), 'good', time)),
  );
  const plate = await hear(heard, 'PlateWaiting', name, { 'ActiveState.Id': true });
  t.like(plate, {
    EventType: 'ns=0;i=10523',
    Severity: 200,
    Message: `A plate waits on ${name} to be picked up.`,
  });
  const { pickupId } = await app.application.beginPickup(app.actors.plc, name, 'arm');
  t.like(await hear(heard, 'PlateWaiting', name, { 'ActiveState.Id': false }), { Retain: false });

  const pickup = required(await app.store.get('pickups', pickupId), 'pick-up');
  await app.commit({ actor: 'test' }, async tx =>
    tx.put('pickups', { ...pickup, overdueTime: app.clock.now().toISOString() }),
  );
  const overdue = await hear(heard, 'PickupOverdue', name, { 'ActiveState.Id': true });
  t.like(overdue, { Severity: 800, InputNode: `ns=3;s=Printers/${name}/Pickup/State` });
  t.regex(String(overdue.Message), /Robot arm has held the plate/);
  heard.length = 0;
  await app.application.reportPickupFailed(app.actors.plc, pickupId, 'slipped');
  t.like(await hear(heard, 'PickupOverdue', name, { 'ActiveState.Id': false }), { Retain: true });
  const failed = await hear(heard, 'Attention', name, { 'ActiveState.Id': true });
  t.regex(String(failed.Message), /look at the bed/);
  await end();
});

test.serial('what comes and goes within seconds is no alarm', async t => {
  const name = await addPrinter();
  const { heard, end } = await lab.listen('operator');
  breakDown(name);
  lab.app.clock.advance(2000);
  recover(name);
  const other = await addPrinter();
  breakDown(other);
  await hear(heard, 'Fault', other, { 'ActiveState.Id': true });
  t.deepEqual(
    heard.filter(({ SourceName }) => SourceName === name),
    [],
  );
  await end();
});

test.serial(
  'of a printer that no longer answers an active fault stays, with an uncertain quality',
  async t => {
    const name = await addPrinter();
    const { heard, end } = await lab.listen('operator');
    breakDown(name);
    await hear(heard, 'Fault', name, { 'ActiveState.Id': true });
    lab.app.live.write(name, lostSnapshot('unreachable', 'no answer', lab.app.clock.now().toISOString()));
    const event = await hear(heard, 'Fault', name, { Quality: 'UncertainNoCommunicationLastUsableValue' });
    t.like(event, { 'ActiveState.Id': true, 'AckedState.Id': false });
    heard.length = 0;
    breakDown(name);
    t.like(await hear(heard, 'Fault', name, { Quality: 'Good' }), { 'AckedState.Id': false });
    await end();
  },
);

test.serial('central server, disk and certificate are conditions of MesPrinting', async t => {
  const { heard, end } = await lab.listen('operator', SERVER, 'BaseEventType');
  const atMes = await lab.listen('operator', 'ns=3;s=MesPrinting');
  lab.setCentral({ enabled: true, connected: false });
  const central = await hear(heard, 'CentralServer', 'MesPrinting', { 'ActiveState.Id': true });
  t.like(central, {
    EventType: 'ns=0;i=11753',
    SourceNode: 'ns=3;s=MesPrinting',
    ConditionId: 'ns=3;s=MesPrinting/Alarms/CentralServer',
    ConditionClassName: 'SystemConditionClassType',
    InputNode: 'ns=3;s=MesPrinting/Central/Connected',
    Severity: 400,
  });
  lab.setCentral({ enabled: true, connected: true });
  await hear(heard, 'CentralServer', 'MesPrinting', { 'ActiveState.Id': false });

  lab.disk.free = 900;
  const disk = await hear(heard, 'DiskSpace', 'MesPrinting', { 'ActiveState.Id': true });
  t.like(disk, {
    Severity: 700,
    Message: 'The disk of the data folder is nearly full: remove files or make it larger.',
  });
  lab.disk.free = 100;
  t.like(await hear(heard, 'DiskSpace', 'MesPrinting', { Severity: 900 }), { LastSeverity: 700 });
  lab.disk.free = 1050;
  lab.app.clock.advance(200_000);
  t.true(
    (await hear(heard, 'DiskSpace', 'MesPrinting', {}))['ActiveState.Id'],
    'a little more is still nearly full',
  );
  lab.disk.free = 2000;
  await hear(heard, 'DiskSpace', 'MesPrinting', { 'ActiveState.Id': false });
  await until('all are heard at MesPrinting too', () => atMes.heard.length >= 4);
  await end();
  await atMes.end();
});

test.serial('disabled it is silent, and enabled it is what it would be', async t => {
  const name = await addPrinter();
  const { heard, end } = await lab.listen('operator');
  const condition = conditionOf(name, 'Fault');
  breakDown(name);
  const raised = await hear(heard, 'Fault', name, { 'ActiveState.Id': true });
  t.is(await lab.change('operator', condition, 'Enable'), 'BadConditionAlreadyEnabled');
  t.is(await lab.change('operator', condition, 'Disable'), 'Good');
  const disabled = await hear(heard, 'Fault', name, { 'EnabledState.Id': false });
  t.like(disabled, { Retain: false, 'ActiveState.Id': null, ConditionName: 'Fault' });
  t.is(await lab.answer('operator', condition, 'Acknowledge', raised.EventId), 'BadConditionDisabled');
  t.is(await lab.change('operator', condition, 'OneShotShelve'), 'BadConditionDisabled');
  recover(name);
  lab.app.clock.advance(10_000);
  t.is(await lab.change('operator', condition, 'Enable'), 'Good');
  const enabled = await hear(heard, 'Fault', name, { 'EnabledState.Id': true, 'ActiveState.Id': false });
  t.like(enabled, { Retain: true, 'AckedState.Id': false });
  await end();
});

test.serial('it is shelved for a time, once, and taken back', async t => {
  const name = await addPrinter();
  const { heard, end } = await lab.listen('operator');
  const condition = conditionOf(name, 'Fault');
  const operator = await lab.session('operator');
  breakDown(name);
  await hear(heard, 'Fault', name, { 'ActiveState.Id': true });
  t.is(await lab.change('operator', condition, 'Unshelve'), 'BadConditionNotShelved');
  t.is(await lab.change('operator', condition, 'TimedShelve', 0), 'BadShelvingTimeOutOfRange');
  t.is(await lab.change('operator', condition, 'TimedShelve', 25 * 3_600_000), 'BadShelvingTimeOutOfRange');
  t.is(await lab.change('operator', `${condition}/ShelvingState`, 'TimedShelve', 60_000), 'Good');
  const shelved = await hear(heard, 'Fault', name, { SuppressedOrShelved: true });
  t.like(shelved, {
    'ShelvingState.CurrentState': 'TimedShelved',
    'ShelvingState.CurrentState.Id': 'ns=0;i=2932',
  });
  const left = await operator.read({ nodeId: `${condition}/ShelvingState/UnshelveTime` });
  t.true(Number(left.value.value) > 0 && Number(left.value.value) <= 60_000);
  t.is(await lab.change('operator', condition, 'TimedShelve', 1000), 'BadConditionAlreadyShelved');
  heard.length = 0;
  lab.app.clock.advance(60_000);
  await hear(heard, 'Fault', name, { SuppressedOrShelved: false, 'ShelvingState.CurrentState': 'Unshelved' });
  // Also by the id of the state machine's type.
  const byType = { objectId: `${condition}/ShelvingState`, methodId: 'i=2948', inputArguments: [] };
  t.is((await operator.call(byType)).statusCode.name, 'Good');
  await hear(heard, 'Fault', name, { 'ShelvingState.CurrentState': 'OneShotShelved' });
  recover(name);
  const over = await hear(heard, 'Fault', name, { 'ActiveState.Id': false });
  t.is(over['ShelvingState.CurrentState'], 'Unshelved');
  await end();
});
