import test from 'ava';
import { DataType, makeBrowsePath } from 'node-opcua';
import {
  controlMethods,
  isa95Ids,
  type JobControlMethod,
  methodIds,
} from '../../../../src/opcua/companion/job-control/ids.ts';
import { someJob } from '../../../support/domain.ts';
import { until } from '../../../support/until.ts';
import { type JobControl, LAB, managementOf, outcomeOf, startJobControl } from './fixture.ts';

let lab: JobControl;
let file = '';
test.before(async () => {
  lab = await startJobControl({ rules: { maxOpenJobsPerUser: 3 } });
  file = (await lab.app.addFile('student')).id;
  await until('the printer to be a machine', async () =>
    (await lab.list('plc', managementOf('Printer1'))).statusCode.isGood(),
  );
});
test.after.always(() => lab?.close());

const byId = [
  'Start',
  'RevokeStart',
  'Pause',
  'Resume',
  'Abort',
  'Cancel',
  'Clear',
] as const satisfies readonly JobControlMethod[];

test.serial('who has no account calls nothing and reads no list', async t => {
  for (const method of byId) {
    const result = await lab.callOn('anonymous', LAB, method, [
      { dataType: DataType.String, value: 'JO' },
      { dataType: DataType.LocalizedText, arrayType: 1, value: [] },
    ]);
    t.is(result.statusCode.name, 'BadUserAccessDenied', method);
  }
  t.is((await lab.list('anonymous')).statusCode.name, 'BadUserAccessDenied');
});

test.serial('the lists are for machine, operator and admin, the lab and the printers alike', async t => {
  for (const management of [LAB, managementOf('Printer1')]) {
    t.is((await lab.list('student', management)).statusCode.name, 'BadUserAccessDenied');
    for (const person of ['plc', 'operator', 'admin'] as const) {
      t.is((await lab.list(person, management)).statusCode.name, 'Good', person);
    }
  }
});

test.serial('readers at the same moment get what is theirs alone', async t => {
  const people = ['plc', 'student', 'operator', 'student', 'admin', 'anonymous'] as const;
  const names = (await Promise.all(people.map(person => lab.list(person)))).map(
    ({ statusCode }) => statusCode.name,
  );
  const denied = 'BadUserAccessDenied';
  t.deepEqual(names, ['Good', denied, 'Good', denied, 'Good', denied]);
});

test.serial('a user stores for himself and touches his own job orders alone', async t => {
  t.is(outcomeOf(await lab.store('student', 'Store', { jobOrderID: 'S-1', file })), 'Good 1');
  t.is(outcomeOf(await lab.store('student', 'StoreAndStart', { jobOrderID: 'S-2', file })), 'Uncertain 16');
  t.is(outcomeOf(await lab.command('student', 'Start', 'S-1')), 'Uncertain 16');
  t.is(outcomeOf(await lab.response('student', 'S-1')), 'Good 1');
  for (const method of byId) {
    t.is(outcomeOf(await lab.command('student2', method, 'S-1')), 'Uncertain 2', `another user: ${method}`);
  }
  // A machine sees it, and may do nothing to it.
  t.is(outcomeOf(await lab.response('plc', 'S-1')), 'Good 1');
  t.is(outcomeOf(await lab.command('plc', 'Cancel', 'S-1')), 'Uncertain 16');
  t.is(outcomeOf(await lab.command('operator', 'Start', 'S-1')), 'Good 1');
  t.is(outcomeOf(await lab.command('student', 'Cancel', 'S-1')), 'Good 1');
});

test.serial('a quota and a state say in their own bits why a job order is not taken', async t => {
  for (const id of ['Q-1', 'Q-2', 'Q-3']) {
    t.is(outcomeOf(await lab.store('student', 'Store', { jobOrderID: id, file })), 'Good 1');
  }
  const full = outcomeOf(await lab.store('student', 'Store', { jobOrderID: 'Q-4', file }));
  t.is(full, `Uncertain ${(1n << 4n) | (1n << 34n)}`);
});

test.serial('a user is answered by state what is his own', async t => {
  const ask = async (person: 'student' | 'student2' | 'plc', number: number, path: string | null = null) => {
    const browsePath = { elements: path === null ? [] : [{ targetName: { namespaceIndex: 7, name: path } }] };
    const state = await lab.structure(await lab.session(person), isa95Ids.ISA95StateDataType, {
      browsePath,
      stateText: { text: '' },
      stateNumber: number,
    });
    const result = await lab.callOn(person, LAB, 'RequestJobResponseByJobOrderState', [
      { dataType: DataType.ExtensionObject, arrayType: 1, value: [state] },
    ]);
    const responses = (result.outputArguments?.[0]?.value ?? []) as readonly { jobOrderID: string }[];
    return [outcomeOf(result), ...responses.map(({ jobOrderID }) => jobOrderID)];
  };
  t.deepEqual(await ask('student', 1), ['Good 1', 'Q-1', 'Q-2', 'Q-3']);
  t.deepEqual(await ask('plc', 1), ['Good 1', 'Q-1', 'Q-2', 'Q-3']);
  t.deepEqual(await ask('student2', 1), ['Good 1']);
  t.deepEqual(await ask('plc', 7), ['Uncertain 8']);
  t.deepEqual(await ask('plc', 1, 'EndedSubstates'), ['Uncertain 8']);
  const empty = await lab.callOn('plc', LAB, 'RequestJobResponseByJobOrderState', [
    { dataType: DataType.ExtensionObject, arrayType: 1, value: [] },
  ]);
  t.is(outcomeOf(empty), `Uncertain ${1n << 32n}`);
});

test.serial('the JobManagement of a printer lists what is assigned to it and takes nothing', async t => {
  const { accountId } = lab.app.actors.plc;
  await lab.app.addPrinter('Printer2');
  const mine = { owner: accountId, submitter: accountId, fileId: file };
  const jobs = [
    someJob({ ...mine, id: 501, jobOrderId: 'P-1', status: 'printing', printer: 'Printer1' }),
    someJob({ ...mine, id: 502, jobOrderId: 'P-2', status: 'approved', wantedPrinter: 'Printer1' }),
    someJob({ ...mine, id: 503, jobOrderId: 'P-3', status: 'approved', wantedPrinter: 'Printer2' }),
    someJob({ ...mine, id: 504, jobOrderId: 'P-4', status: 'approved', wantedPrinter: 'group:lab' }),
    someJob({ ...mine, id: 505, jobOrderId: 'P-5', status: 'printed', printer: 'Printer1' }),
  ];
  await lab.app.commit({ actor: 'test' }, async tx => {
    for (const job of jobs) tx.put('jobs', job);
  });
  const { value } = await lab.list('plc', managementOf('Printer1'));
  const ids = (value.value as readonly { jobOrder: { jobOrderID: string } }[]).map(
    one => one.jobOrder.jobOrderID,
  );
  t.deepEqual(ids, ['P-5', 'P-1', 'P-2'], 'ended, running, allowed to start');
  t.is(outcomeOf(await lab.response('plc', 'P-1', managementOf('Printer1'))), 'Good 1');
  t.is(outcomeOf(await lab.response('plc', 'P-3', managementOf('Printer1'))), 'Uncertain 2');

  const session = await lab.session('operator');
  const control = `${managementOf('Printer1')}/JobOrderControl`;
  for (const method of controlMethods) {
    const result = await session.call({
      objectId: control,
      methodId: methodIds[method],
      inputArguments: [
        { dataType: DataType.String, value: 'P-1' },
        { dataType: DataType.LocalizedText, arrayType: 1, value: [] },
      ],
    });
    t.true(
      ['BadMethodInvalid', 'BadInvalidArgument'].includes(result.statusCode.name),
      `${method}: ${result.statusCode.name}`,
    );
  }
  const { references } = await session.browse(control);
  t.deepEqual(
    (references ?? []).filter(({ nodeClass }) => nodeClass === 4).map(({ browseName }) => browseName.name),
    [],
    'it has no methods',
  );
});

test.serial('when a printer goes, what it shared with the others stays', async t => {
  await lab.app.addPrinter('Printer3');
  const list = (): Promise<string> =>
    lab.list('plc', managementOf('Printer3')).then(({ statusCode }) => statusCode.name);
  await until('its list', async () => (await list()) === 'Good');
  await lab.app.application.removePrinter(lab.app.actors.admin, 'Printer3');
  await until('its list to go', async () => (await list()) === 'BadNodeIdUnknown');
  t.is(outcomeOf(await lab.response('plc', 'P-1', managementOf('Printer1'))), 'Good 1');
  const session = await lab.session('plc');
  const { value } = await session.read({ nodeId: `${LAB}/JobOrderControl/EquipmentID` });
  t.deepEqual([...(value.value as string[])], ['Printer1', 'Printer2', 'group:lab']);
});

test.serial('JobManagement is an add-in of the building blocks, of the lab and of each printer', async t => {
  const session = await lab.session('anonymous');
  for (const management of [LAB, managementOf('Printer1')]) {
    const blocks = management.replace(/\/JobManagement$/, '');
    const { references } = await session.browse({
      nodeId: blocks,
      referenceTypeId: 'HasAddIn',
      includeSubtypes: true,
      browseDirection: 0,
      resultMask: 63,
    });
    const found = (references ?? []).find(({ nodeId }) => nodeId.toString() === management);
    t.is(found?.browseName.toString(), '8:JobManagement');
    t.is(found?.typeDefinition.toString(), 'ns=8;i=1003');
    for (const name of [
      'JobOrderList',
      'WorkMaster',
      'EquipmentID',
      'MaxDownloadableJobOrders',
      'CurrentState',
    ]) {
      const { targets } = await session.translateBrowsePath(
        makeBrowsePath(management, `/8:JobOrderControl/${name === 'CurrentState' ? '' : '7:'}${name}`),
      );
      t.is(targets?.length, 1, `${management} ${name}`);
    }
  }
});
