import { setTimeout as sleep } from 'node:timers/promises';
import test from 'ava';
import { AttributeIds, BrowseDirection, NodeClass, ReferenceTypeIds } from 'node-opcua';
import { snapshotOf } from '../../support/fakes.ts';
import { until } from '../../support/until.ts';
import { type AlarmLab, conditionOf, type Heard, SERVER, startAlarms } from './fixture.ts';

let lab: AlarmLab;
test.before(async () => {
  lab = await startAlarms();
  await lab.app.addPrinter('P1');
  await lab.app.addPrinter('P2');
});
test.after.always(() => lab?.close());

const DAY = 86_400_000;
const FAULT = conditionOf('P1', 'Fault');

const hear = (heard: readonly Heard[], wanted: Partial<Heard>, source = 'P1'): Promise<Heard> =>
  until(`the fault of ${source} with ${JSON.stringify(wanted)}`, () => {
    lab.app.clock.advance(1000);
    return heard.findLast(
      event =>
        event.ConditionName === 'Fault' &&
        event.SourceName === source &&
        Object.entries(wanted).every(([field, value]) => event[field as keyof Heard] === value),
    );
  });

const write = (printer: string, state: 'error' | 'idle'): void =>
  lab.app.live.write(printer, snapshotOf(state, { message: 'MINTEMP' }));

const exists = async (nodeId: string): Promise<boolean> =>
  (
    await (await lab.session('operator')).read({ nodeId, attributeId: AttributeIds.NodeClass })
  ).statusCode.isGood();

/** Acknowledged, confirmed and over. */
const settle = async (heard: readonly Heard[], printer = 'P1'): Promise<void> => {
  const condition = conditionOf(printer, 'Fault');
  const raised = heard.findLast(({ SourceName }) => SourceName === printer);
  await lab.answer('operator', condition, 'Acknowledge', raised?.EventId);
  await lab.answer('operator', condition, 'Confirm', raised?.EventId);
  write(printer, 'idle');
  await hear(heard, { Retain: false }, printer);
};

test.serial(
  'who is told of everybody’s jobs is told of alarms and answers them; staff alone hide them',
  async t => {
    const { heard, end } = await lab.listen('operator');
    const others = [await lab.listen('student'), await lab.listen('anonymous')];
    const atPlc = await lab.listen('plc');
    write('P1', 'error');
    const { EventId } = await hear(heard, { 'ActiveState.Id': true });
    await until('the machine hears of it', () => atPlc.heard.length > 0);
    for (const person of ['student', 'anonymous'] as const) {
      for (const method of ['Acknowledge', 'Confirm', 'AddComment'] as const) {
        t.is(await lab.answer(person, FAULT, method, EventId), 'BadUserAccessDenied', `${person} ${method}`);
      }
    }
    for (const person of ['student', 'anonymous', 'plc'] as const) {
      for (const method of ['Enable', 'Disable', 'OneShotShelve', 'Unshelve'] as const) {
        t.is(await lab.change(person, FAULT, method), 'BadUserAccessDenied', `${person} ${method}`);
      }
      t.is(await lab.change(person, FAULT, 'TimedShelve', 1000), 'BadUserAccessDenied');
    }
    const message = { nodeId: `${FAULT}/Message` };
    t.true((await (await lab.session('plc')).read(message)).statusCode.isGood());
    t.false((await (await lab.session('student')).read(message)).statusCode.isGood());
    t.false((await (await lab.session('anonymous')).read(message)).statusCode.isGood());
    t.is(await lab.answer('plc', FAULT, 'Acknowledge', EventId), 'Good');
    t.is(await lab.answer('admin', FAULT, 'Confirm', EventId), 'Good');
    t.is(await lab.change('admin', FAULT, 'OneShotShelve'), 'Good');
    for (const { heard: unheard, end: stop } of others) {
      t.deepEqual(unheard, []);
      await stop();
    }
    write('P1', 'idle');
    await hear(heard, { Retain: false });
    await atPlc.end();
    await end();
  },
);

test.serial(
  'a refresh tells the one who asks of what is of interest, between its beginning and its end',
  async t => {
    const { heard, end } = await lab.listen('operator');
    write('P1', 'error');
    write('P2', 'error');
    const raised = await hear(heard, { 'ActiveState.Id': true });
    await hear(heard, { 'ActiveState.Id': true }, 'P2');
    await settle(heard, 'P2');
    const later = await lab.listen('operator', SERVER, 'BaseEventType');
    const other = await lab.listen('operator', SERVER, 'BaseEventType');
    const count = heard.length;
    const types = () => later.heard.map(({ EventType }) => EventType);
    for (const item of [undefined, later.monitoredItemId]) {
      later.heard.length = 0;
      t.is(await lab.refresh('operator', later, item), 'Good');
      await until('the end of the refresh', () => later.heard.length >= 3);
      t.deepEqual(types(), ['ns=0;i=2787', 'ns=0;i=10637', 'ns=0;i=2788']);
      t.deepEqual(later.heard[1], raised);
    }
    t.is(await lab.refresh('operator', { ...later, subscriptionId: 99_999 }), 'BadSubscriptionIdInvalid');
    const student = await lab.listen('student', SERVER, 'BaseEventType');
    const atPrinter = await lab.listen('plc', 'ns=3;s=Printers/P1');
    t.is(await lab.refresh('student', student), 'Good');
    t.is(await lab.refresh('plc', atPrinter), 'Good');
    await until('both refreshes', () => student.heard.length >= 2 && atPrinter.heard.length >= 3);
    t.deepEqual(
      student.heard.map(({ EventType }) => EventType),
      ['ns=0;i=2787', 'ns=0;i=2788'],
    );
    t.deepEqual(atPrinter.heard[1], raised);
    t.deepEqual(other.heard, []);
    t.is(heard.length, count);
    await settle(heard);
    for (const one of [later, other, student, atPrinter]) await one.end();
    await end();
  },
);

test.serial(
  'a condition in the address space has what its type makes mandatory, below its source',
  async t => {
    const { heard, end } = await lab.listen('operator');
    write('P1', 'error');
    const raised = await hear(heard, { 'ActiveState.Id': true });
    const operator = await lab.session('operator');
    const value = async (path: string): Promise<unknown> =>
      (await operator.read({ nodeId: `${FAULT}/${path}` })).value.value;
    await until('its variables', () => exists(`${FAULT}/NormalState`));
    t.deepEqual(await value('EventId'), raised.EventId);
    t.is(await value('ActiveState/Id'), true);
    t.is(String(await value('EventType')), 'ns=0;i=10637');
    const conditions = await operator.browse({
      nodeId: 'ns=3;s=Printers/P1',
      referenceTypeId: `i=${ReferenceTypeIds.HasCondition}`,
      browseDirection: BrowseDirection.Forward,
      resultMask: 63,
    });
    t.deepEqual(
      conditions.references?.map(({ nodeId }) => nodeId.toString()),
      [FAULT],
    );
    const missing: string[] = [];
    /** Every mandatory node that the types declare. */
    const compare = async (type: string, node: string): Promise<void> => {
      const { references } = await operator.browse({
        nodeId: type,
        referenceTypeId: `i=${ReferenceTypeIds.Aggregates}`,
        includeSubtypes: true,
        browseDirection: BrowseDirection.Forward,
        resultMask: 63,
      });
      for (const { nodeId, browseName, nodeClass } of references ?? []) {
        const rules = await operator.browse({
          nodeId,
          referenceTypeId: `i=${ReferenceTypeIds.HasModellingRule}`,
          browseDirection: BrowseDirection.Forward,
          resultMask: 63,
        });
        if (rules.references?.[0]?.nodeId.toString() !== 'ns=0;i=78') continue;
        const at = `${node}/${browseName.name}`;
        if (nodeClass === NodeClass.Method) continue;
        if (!(await exists(at))) missing.push(at);
        else await compare(nodeId.toString(), at);
      }
    };
    for (const type of ['i=2041', 'i=2782', 'i=2881', 'i=2915', 'i=10523', 'i=10637'])
      await compare(type, FAULT);
    t.deepEqual(missing, []);
    for (const [method, id] of [
      ['Acknowledge', 'i=9111'],
      ['Confirm', 'i=9113'],
      ['AddComment', 'i=9029'],
      ['Enable', 'i=9027'],
      ['Disable', 'i=9028'],
      ['TimedShelve', 'i=9213'],
    ]) {
      t.is((await operator.findMethodId(FAULT, method ?? '')).toString(), `ns=0;${id}`);
    }
    await settle(heard);
    t.false(await exists(FAULT));
    t.false(await exists(`${FAULT}/Message`));
    t.true(await exists('i=9111'), 'the methods of the types stay');
    await end();
  },
);

test.serial('what was acknowledged, commented and shelved before a restart is so after it', async t => {
  const first = await lab.listen('operator');
  write('P1', 'error');
  write('P2', 'error');
  const { EventId, Time } = await hear(first.heard, { 'ActiveState.Id': true });
  await hear(first.heard, { 'ActiveState.Id': true }, 'P2');
  await lab.answer('operator', FAULT, 'Acknowledge', EventId, 'Heater ordered');
  await lab.change('operator', FAULT, 'TimedShelve', 3_600_000);
  await lab.change('operator', conditionOf('P2', 'Fault'), 'Disable');
  await lab.restart();
  const { heard, end, ...subscription } = await lab.listen('operator');
  lab.app.clock.advance(10_000);
  await lab.refresh('operator', { heard, end, ...subscription });
  const again = await hear(heard, {});
  t.like(again, {
    'ActiveState.Id': true,
    'AckedState.Id': true,
    'ConfirmedState.Id': false,
    'ShelvingState.CurrentState': 'TimedShelved',
    Comment: 'Heater ordered',
    ClientUserId: 'operator',
    Retain: true,
  });
  t.true((again.Time as Date) >= (Time as Date));
  t.is(heard.filter(({ SourceName }) => SourceName === 'P2').length, 0, 'a disabled one is not of interest');
  t.is(await lab.answer('operator', FAULT, 'Confirm', again.EventId), 'Good');
  write('P1', 'idle');
  await hear(heard, { 'ActiveState.Id': false });
  t.is(await lab.change('operator', conditionOf('P2', 'Fault'), 'Enable'), 'Good');
  await hear(heard, { 'EnabledState.Id': true, 'ActiveState.Id': true }, 'P2');
  await settle(heard, 'P2');
  await lab.change('operator', FAULT, 'Unshelve');
  await end();
});

test.serial('a condition goes with its printer, by an event that says so', async t => {
  await lab.app.addPrinter('Short');
  const { heard, end } = await lab.listen('operator');
  await until('its node', () => exists('ns=3;s=Printers/Short'));
  write('Short', 'error');
  await hear(heard, { 'ActiveState.Id': true }, 'Short');
  await lab.app.application.removePrinter(lab.app.actors.admin, 'Short');
  const last = await hear(heard, { 'ActiveState.Id': false }, 'Short');
  t.like(last, { Retain: false, Message: 'Gone: Short was removed.' });
  t.false(await exists(conditionOf('Short', 'Fault')));
  await until('its row goes', async () => (await lab.app.store.get('alarms', 'Short/Fault')) === undefined);
  await end();
});

test.serial('the certificate of the server is told before it expires, with its own fields', async t => {
  const { heard, end } = await lab.listen('operator', SERVER, 'CertificateExpirationAlarmType');
  // It was made for ten years by the clock of the machine.
  const left = Date.now() + 3650 * DAY - lab.app.clock.now().getTime();
  lab.app.clock.advance(left - 31 * DAY);
  await sleep(100);
  t.deepEqual(heard, []);
  lab.app.clock.advance(2 * DAY);
  const event = await until('the alarm', () => {
    lab.app.clock.advance(10_000);
    return heard[0];
  });
  const expires = event.ExpirationDate as Date;
  t.true(expires > lab.app.clock.now());
  t.true(expires.getTime() - lab.app.clock.now().getTime() < 30 * DAY);
  t.like(event, {
    EventType: 'ns=0;i=13225',
    ConditionId: 'ns=3;s=MesPrinting/Alarms/Certificate',
    SourceName: 'MesPrinting',
    Severity: 500,
    Message: `The server's certificate expires on ${expires.toISOString().slice(0, 10)}: run npm run certificates renew, then start the server again.`,
  });
  await until('its variables', () => exists('ns=3;s=MesPrinting/Alarms/Certificate/Certificate'));
  lab.app.clock.advance(24 * DAY);
  const urgent = await until('that it is urgent', () => {
    lab.app.clock.advance(10_000);
    return heard.find(({ Severity }) => Severity === 800);
  });
  t.is(urgent['AckedState.Id'], false);
  await end();
});
