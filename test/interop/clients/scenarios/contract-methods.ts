import test from 'ava';
import { type MethodName, methodRights } from '../../../../src/domain/rights.ts';
import { methodTable } from '../../../../src/opcua/model-ids.ts';
import { until } from '../../../support/until.ts';
import { gcodeOf } from '../../support/gcode.ts';
import type { UaClient } from '../../support/ua-client.ts';
import { type ClientLab, jobOverHttp } from '../client-lab.ts';

const INVALID_STATE = 2;

/** Every method of the contract, each called with success at least once. */
export const contractMethods = (ofLab: () => ClientLab): void => {
  const succeeded = new Set<MethodName>();

  const caller =
    (client: UaClient) =>
    async (method: MethodName, ...args: readonly unknown[]): Promise<Readonly<Record<string, unknown>>> => {
      const outputs = await client.ok(`${methodTable[method].object}.${method}`, ...args);
      succeeded.add(method);
      return outputs;
    };

  const people = async () => {
    const { lab } = ofLab();
    const [plc, staff, student] = await Promise.all([lab.ua('plc'), lab.ua('staff'), lab.ua('student')]);
    return { lab, plc: caller(plc), staff: caller(staff), student: caller(student), refusing: plc };
  };

  test.serial('a job from submission to its owner by methods alone', async t => {
    const { lab, plc, staff, student, refusing } = await people();
    const file = await lab.upload('by-methods.gcode', gcodeOf(1));
    const { JobId } = await plc('SubmitJob', file, 'Printer2', 'student', 'A-1', 3, 'methods-1');
    const id = Number(JobId);
    t.true((await plc('SubmitJob', file, 'Printer2', 'student', 'A-1', 3, 'methods-1')).Repeated as boolean);
    await staff('AssignJob', id, 'Printer1');
    await staff('ApproveJob', id);
    t.is(await refusing.code('Jobs.CollectJob', id), INVALID_STATE, 'nobody collects what is not printed');
    await lab.waitForJob(id, 'printed');
    t.like(await plc('GetJob', id), {
      StatusCode: 7,
      Status: 'printed',
      Printer: 'Printer1',
      Owner: 'student',
      OrderId: 'A-1',
      Progress: 100,
    });
    t.true(
      ((await plc('FindJobs', 'printed', 'student', 'Printer1', 'A-1', 0, 10)).JobIds as number[]).includes(
        id,
      ),
    );
    const failing = await plc('BeginPickup', 'Printer1', 'robot1');
    await plc('ReportPickupFailed', failing.PickupId, 'the gripper slipped');
    await staff('ReleasePickup', failing.PickupId, 'looked at it');
    const { PickupId, PickupPrinter, Content } = await plc('BeginPickup', '', 'robot1');
    t.deepEqual([PickupPrinter, Content], ['Printer1', 1]);
    t.is((await plc('ConfirmPickup', PickupId, 'B2')).JobId, id);
    t.is((await student('GetJob', id)).StorageLocation, 'B2');
    await student('CollectJob', id);
    t.is((await lab.job(id)).name, 'collected');
    t.like(await jobOverHttp(lab, id), { status_name: 'collected', order_id: 'A-1' });
  });

  test.serial('jobs are rejected, cancelled, retried, paused, resumed and resolved', async t => {
    const { lab, plc, staff } = await people();
    const file = await lab.upload('steered.gcode', gcodeOf(1));
    const rejected = Number((await plc('SubmitJob', file, '', '', '', 0, '')).JobId);
    await staff('RejectJob', rejected, 'wrong material');
    t.is((await lab.job(rejected)).name, 'rejected');

    const cancelled = Number((await plc('SubmitJob', file, '', '', '', 0, '')).JobId);
    await plc('CancelJob', cancelled, 'changed my mind');
    const { NewJobId } = await plc('RetryJob', cancelled, 'methods-retry');
    const id = Number(NewJobId);
    await staff('AssignJob', id, 'Printer2');
    await staff('ApproveJob', id);
    await lab.waitForJob(id, 'printing');
    await plc('PauseJob', id);
    await lab.waitForJob(id, 'paused');
    await plc('ResumeJob', id);
    await lab.waitForJob(id, 'printed');
    await staff('ResolveJob', id, 'failed', 'warped');
    t.is((await lab.job(id)).name, 'failed');
    await staff('ConfirmBedClear', 'Printer2');
    t.true(await lab.bedIsClear('Printer2'));
  });

  test.serial('printers are put into maintenance and their workers stopped and started', async t => {
    const { lab, staff } = await people();
    await staff('SetMaintenance', 'Printer2', true, 'new nozzle');
    const plc = await lab.ua('plc');
    await until('maintenance', async () => (await plc.value('Printers/Printer2/Maintenance')) === true);
    await staff('SetMaintenance', 'Printer2', false, '');
    await staff('StopWorker', 'Printer2');
    await until(
      'a stopped worker',
      async () => (await plc.value('Printers/Printer2/WorkerRunning')) === false,
    );
    await staff('StartWorker', 'Printer2');
    await until('a worker', async () => (await plc.value('Printers/Printer2/WorkerRunning')) === true);
    await lab.waitForReady('Printer2');
    t.pass();
  });

  test.serial('an order is submitted, asked for and cancelled', async t => {
    const { lab, plc } = await people();
    const file = await lab.upload('order.gcode', gcodeOf(1));
    const order = ['Client-17', file, 3, 'student', 0];
    t.is((await plc('SubmitOrder', ...order)).Repeated, false);
    t.is((await plc('SubmitOrder', ...order)).Repeated, true);
    t.like(await plc('GetOrder', 'Client-17'), { Quantity: 3, Done: 0, Failed: 0 });
    const { JobIds } = await plc('FindJobs', '', '', '', 'Client-17', 0, 10);
    t.is((JobIds as number[]).length, 3);
    await plc('CancelOrder', 'Client-17', 'no longer needed');
    for (const id of JobIds as number[]) await lab.waitForJob(id, 'cancelled');
    t.regex(String((await plc('GetOrder', 'Client-17')).Status), /cancel/i);
  });

  test.serial('no method of the contract was left out', t => {
    t.deepEqual([...succeeded].sort(), Object.keys(methodRights).sort());
  });
};
