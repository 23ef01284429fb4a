import test from 'ava';
import { snapshotOf } from '../../support/fakes.ts';
import { until } from '../../support/until.ts';
import { type AlarmLab, conditionOf, type Heard, startAlarms } from './fixture.ts';

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
    lab.app.clock.advance(1000);
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
