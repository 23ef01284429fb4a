import test from 'ava';
import {
  isa95Ids,
  type JobControlMethod,
  methodIds,
} from '../../../../src/opcua/companion/job-control/ids.ts';
import { until } from '../../../support/until.ts';
import { gcodeOf } from '../../support/gcode.ts';
import type { UaCallResult, UaClient } from '../../support/ua-client.ts';
import { type ClientLab, jobOverHttp } from '../client-lab.ts';

const LAB = 'Lab/MachineryBuildingBlocks/JobManagement';

interface State {
  readonly StateText: string;
  readonly StateNumber: number;
}
interface Parameter {
  readonly ID: string;
  readonly Value: unknown;
}
interface Response {
  readonly JobOrderID: string;
  readonly JobState: readonly State[];
  readonly JobResponseData: readonly Parameter[];
  readonly EquipmentActuals?: readonly { readonly ID: string }[] | null;
}
interface ListEntry {
  readonly JobOrder: {
    readonly JobOrderID: string;
    readonly WorkMasterID: readonly { readonly ID: string }[];
  };
  readonly State: readonly State[];
}

const control = (
  client: UaClient,
  method: JobControlMethod,
  ...args: readonly unknown[]
): Promise<UaCallResult> =>
  client.callOn(
    `${LAB}/JobOrder${method.startsWith('Request') ? 'Results' : 'Control'}`,
    methodIds[method],
    args,
  );

const outcome = ({ status, outputs }: UaCallResult): string => `${status} ${outputs?.ReturnStatus}`;

const responseOf = async (client: UaClient, id: string): Promise<Response> => {
  const answer = await control(client, 'RequestJobResponseByJobOrderID', id);
  if (answer.status !== 'Good') throw new Error(`${id}: ${outcome(answer)}`);
  return answer.outputs?.JobResponse as Response;
};

const stateNumber = async (client: UaClient, id: string): Promise<number | undefined> =>
  (await responseOf(client, id)).JobState[0]?.StateNumber;

/** The file by a parameter, the printer by its own field: a variant and a structure inside the structure. */
const orderOf = (id: string, file: string, printer: string) => ({
  JobOrderID: id,
  Description: ['A bracket for the gripper'],
  Priority: 7,
  JobOrderParameters: [{ ID: 'File', Value: file }],
  EquipmentRequirements: [{ ID: printer }],
});

/** ISA-95 Job Control V2 by a client that knows the structures only from the server's own definitions. */
export const jobOrders = (ofLab: () => ClientLab): void => {
  test.serial(
    'a job order by StoreAndStart is printed; list, response, GetJob and HTTP tell of the same job',
    async t => {
      const { lab } = ofLab();
      const [staff, plc] = [await lab.ua('staff'), await lab.ua('plc')];
      await lab.waitForReady('Printer1');
      const file = await lab.upload('job-order.gcode', gcodeOf(1));
      t.is(
        outcome(await control(staff, 'StoreAndStart', orderOf('Foreign-1', file, 'Printer1'), [])),
        'Good 1',
      );
      t.is(
        outcome(await control(staff, 'StoreAndStart', orderOf('Foreign-1', file, 'Printer1'), [])),
        'Uncertain 16',
        'a repeat prints nothing twice',
      );
      t.is(
        outcome(
          await control(plc, 'StoreAndStart', orderOf('Foreign-2', file, 'Printer1'), ['without approval']),
        ),
        'Uncertain 16',
      );

      const listed = async () =>
        ((await plc.value(`${LAB}/JobOrderControl/JobOrderList`)) as readonly ListEntry[]).find(
          ({ JobOrder }) => JobOrder.JobOrderID === 'Foreign-1',
        );
      const entry = await until('the list', listed);
      t.is(entry.JobOrder.WorkMasterID[0]?.ID, file);
      t.true([2, 3, 5].includes(Number(entry.State[0]?.StateNumber)), JSON.stringify(entry.State));

      await until('the end of the print', async () => (await stateNumber(plc, 'Foreign-1')) === 5);
      const response = await responseOf(plc, 'Foreign-1');
      t.is(response.JobOrderID, 'Foreign-1');
      t.deepEqual(
        response.JobState.map(({ StateNumber, StateText }) => `${StateNumber} ${StateText}`),
        ['5 Ended', '1 Completed'],
      );
      t.deepEqual(
        response.EquipmentActuals?.map(({ ID }) => ID),
        ['Printer1'],
      );
      const data = Object.fromEntries(response.JobResponseData.map(({ ID, Value }) => [ID, Value]));
      t.like(data, { JobResult: 1, StatusCode: 7, Progress: 100 });

      const id = Number(data.JobId);
      t.like(await plc.ok('Jobs.GetJob', id), { Status: 'printed', Printer: 'Printer1' });
      t.like(await jobOverHttp(lab, id), { status_name: 'printed', priority: 7 });
      t.is(await lab.pickUp('Printer1'), id);
      t.is(outcome(await control(staff, 'Clear', 'Foreign-1', [])), 'Good 1');
      t.is(await listed(), undefined);
    },
  );

  test.serial('a stored job order is started, revoked, started, paused, resumed and aborted', async t => {
    const { lab } = ofLab();
    const staff = await lab.ua('staff');
    const file = await lab.upload('stored-order.gcode', gcodeOf(1));
    t.is(outcome(await control(staff, 'Store', orderOf('Foreign-3', file, 'Printer2'), [])), 'Good 1');
    t.is(await stateNumber(staff, 'Foreign-3'), 1);
    await (await lab.ua('staff')).ok('Printers.SetMaintenance', 'Printer2', true, 'hold it back');
    t.is(outcome(await control(staff, 'Start', 'Foreign-3', ['go'])), 'Good 1');
    t.is(outcome(await control(staff, 'RevokeStart', 'Foreign-3', ['wait'])), 'Good 1');
    t.is(await stateNumber(staff, 'Foreign-3'), 1);
    t.is(outcome(await control(staff, 'Pause', 'Foreign-3', [])), 'Uncertain 8', 'not in this state');
    t.is(outcome(await control(staff, 'Start', 'Foreign-3', [])), 'Good 1');
    await staff.ok('Printers.SetMaintenance', 'Printer2', false, '');
    await until('the print', async () => (await stateNumber(staff, 'Foreign-3')) === 3);
    t.is(outcome(await control(staff, 'Pause', 'Foreign-3', ['a look'])), 'Good 1');
    await until('the pause', async () => (await stateNumber(staff, 'Foreign-3')) === 4);
    t.is(outcome(await control(staff, 'Resume', 'Foreign-3', [])), 'Good 1');
    await until('the print to go on', async () => (await stateNumber(staff, 'Foreign-3')) === 3);
    t.is(outcome(await control(staff, 'Abort', 'Foreign-3', ['enough'])), 'Good 1');
    await until('the end', async () => (await stateNumber(staff, 'Foreign-3')) === 6);
    await staff.ok('Printers.ConfirmBedClear', 'Printer2');

    t.is(outcome(await control(staff, 'Store', orderOf('Foreign-4', file, 'Printer2'), [])), 'Good 1');
    t.is(outcome(await control(staff, 'Cancel', 'Foreign-4', [])), 'Good 1');
    const aborted = await control(staff, 'RequestJobResponseByJobOrderState', [
      { BrowsePath: { Elements: [] }, StateText: 'Aborted', StateNumber: 6 },
    ]);
    t.is(outcome(aborted), 'Good 1');
    t.true(
      ((aborted.outputs?.JobResponses ?? []) as readonly Response[]).some(
        one => one.JobOrderID === 'Foreign-3',
      ),
    );
    t.is(outcome(await control(staff, 'RequestJobResponseByJobOrderID', 'No-such-order')), 'Uncertain 2');
  });

  test.serial('job order events are heard at Server', async t => {
    const { lab } = ofLab();
    const staff = await lab.ua('staff');
    await staff.events('i=2253', isa95Ids.ISA95JobOrderStatusEventType, [
      '0:SourceNode',
      '0:Message',
      '7:JobOrder',
      '7:JobState',
    ]);
    const file = await lab.upload('order-events.gcode', gcodeOf(1));
    await control(staff, 'Store', orderOf('Foreign-5', file, 'Printer1'), []);
    const event = await until('the event', () =>
      staff.seen.find(
        ({ JobOrder }) => (JobOrder as ListEntry['JobOrder'] | null)?.JobOrderID === 'Foreign-5',
      ),
    );
    t.is((event.JobState as readonly State[])[0]?.StateNumber, 1);
    t.is(event.SourceNode, `ns=3;s=${LAB}/JobOrderResults`);
    t.is(outcome(await control(staff, 'Cancel', 'Foreign-5', [])), 'Good 1');
  });
};
