import test from 'ava';
import {
  AttributeIds,
  ClientMonitoredItem,
  ClientSubscription,
  constructEventFilter,
  type DataValue,
  ofType,
  TimestampsToReturn,
  type Variant,
} from 'node-opcua';
import { JOB_ORDER_EVENT } from '../../../../src/opcua/companion/job-control/events.ts';
import { isa95Ids } from '../../../../src/opcua/companion/job-control/ids.ts';
import type { Person } from '../../../support/app.ts';
import { until } from '../../../support/until.ts';
import { fieldOf, type JobControl, LAB, startJobControl, statesOf } from './fixture.ts';

let lab: JobControl;
test.before(async () => {
  lab = await startJobControl();
});
test.after.always(() => lab?.close());

interface Heard {
  readonly source: string;
  readonly type: string;
  readonly id: string;
  readonly state: string;
  readonly response: string;
}

const listen = async (person: Person, nodeId: string, eventType: string): Promise<Heard[]> => {
  const subscription = ClientSubscription.create(await lab.session(person), {
    requestedPublishingInterval: 50,
    requestedLifetimeCount: 100,
    requestedMaxKeepAliveCount: 10,
    publishingEnabled: true,
  });
  const heard: Heard[] = [];
  const fields = ['SourceNode', 'EventType', '7:JobOrder', '7:JobState', '7:JobResponse'];
  const item = ClientMonitoredItem.create(
    subscription,
    { nodeId, attributeId: AttributeIds.EventNotifier },
    { samplingInterval: 0, queueSize: 100, filter: constructEventFilter(fields, ofType(eventType)) },
    TimestampsToReturn.Both,
  );
  item.on('changed', (([source, type, order, state, response]: Variant[]) => {
    heard.push({
      source: String(source?.value),
      type: String(type?.value),
      id: String(fieldOf(order?.value, 'jobOrderID')),
      state: statesOf(state?.value),
      response: statesOf(fieldOf(response?.value, 'jobState')),
    });
  }) as never);
  await new Promise<void>(resolve => {
    item.once('initialized', () => resolve());
    item.once('err', () => resolve());
  });
  return heard;
};

test.serial(
  'each change of state is told, of job orders and of other jobs, at the results and at Server',
  async t => {
    const atResults = await listen('plc', `${LAB}/JobOrderResults`, isa95Ids.ISA95JobOrderStatusEventType);
    const atServer = await listen('operator', 'i=2253', JOB_ORDER_EVENT);
    const byUser = await listen('student', 'i=2253', JOB_ORDER_EVENT);
    const { id: file } = await lab.app.addFile('plc');
    await lab.store('plc', 'Store', { jobOrderID: 'E-1', file });
    await lab.command('plc', 'Start', 'E-1');
    const other = await lab.app.submit('plc', { file });
    await lab.command('plc', 'Cancel', 'E-1');
    await until('four events', () => atResults.length >= 4 && atServer.length >= 4);
    const waiting = 'AllowedToStartSubstates 1 Waiting';
    t.deepEqual(
      atResults.map(({ id, state }) => [id, state]),
      [
        ['E-1', `1 NotAllowedToStart / Not${waiting}`],
        ['E-1', `2 AllowedToStart / ${waiting}`],
        [`MES-${other}`, `2 AllowedToStart / ${waiting}`],
        ['E-1', '6 Aborted'],
      ],
    );
    t.deepEqual(atServer, atResults);
    t.deepEqual(byUser, []);
    for (const { source, type, state, response } of atResults) {
      t.is(source, `${LAB}/JobOrderResults`);
      t.is(type, JOB_ORDER_EVENT);
      t.is(response, state);
    }
  },
);

test.serial('who may read the list is told of its changes, and nobody else', async t => {
  const told = async (person: Person) => {
    const subscription = ClientSubscription.create(await lab.session(person), {
      requestedPublishingInterval: 50,
      requestedLifetimeCount: 100,
      requestedMaxKeepAliveCount: 10,
      publishingEnabled: true,
    });
    const values: DataValue[] = [];
    const item = ClientMonitoredItem.create(
      subscription,
      { nodeId: `${LAB}/JobOrderControl/JobOrderList`, attributeId: AttributeIds.Value },
      { samplingInterval: 100, queueSize: 10 },
      TimestampsToReturn.Both,
    );
    item.on('changed', value => values.push(value as DataValue));
    await until(`${person} to hear of it`, () => values.length > 0);
    return values;
  };
  const [plc, student, operator] = [await told('plc'), await told('student'), await told('operator')];
  await lab.app.submit('plc', { file: (await lab.app.addFile('plc')).id });
  const sizes = (values: readonly DataValue[]) =>
    values.map(({ value }) => (value.value as unknown[] | null)?.length);
  await until('the change', () => plc.length >= 2 && operator.length >= 2);
  t.is(Number(sizes(plc).at(-1)), Number(sizes(plc)[0]) + 1);
  t.deepEqual(sizes(operator).at(-1), sizes(plc).at(-1));
  for (const { statusCode, value } of student) {
    t.is(statusCode.name, 'BadUserAccessDenied');
    t.is(value.value, null);
  }
});
