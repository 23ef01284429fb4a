import { join } from 'node:path';
import test from 'ava';
import {
  type CallMethodResult,
  type ClientSession,
  DataType,
  type OPCUAClient,
  StatusCodes,
} from 'node-opcua';
import type { JobView, SubmitJobCommand } from '../../src/app/application.ts';
import { DataUnreadable } from '../../src/app/ports.ts';
import { Refusal, type RefusalName, returnCodes } from '../../src/domain/refusal.ts';
import { type MethodName, methodRights } from '../../src/domain/rights.ts';
import { createAnswer } from '../../src/opcua/methods/answer.ts';
import { useCases } from '../../src/opcua/methods/use-cases.ts';
import { type ModelMethodName, methodTable } from '../../src/opcua/model-ids.ts';
import type { OpcuaServer } from '../../src/opcua/server/server.ts';
import { createTestApp } from '../support/app.ts';
import { faultyDisk, refuseToSync } from '../support/faulty-disk.ts';
import {
  callMethod,
  connect,
  logIn,
  opcuaServer,
  opcuaSettings,
  outputsOf,
  recordingLog,
  scriptedApplication,
  temporaryFolder,
} from '../support/opcua-server.ts';

const log = recordingLog();
const submitted: SubmitJobCommand[] = [];
let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let server: OpcuaServer;
let client: OPCUAClient;
let session: ClientSession;

const application = scriptedApplication({
  submitJob: async (_actor, command) => {
    submitted.push(command);
    return { jobId: 42, repeated: true };
  },
  getJob: async () =>
    ({
      job: {
        status: 'printing',
        printer: 'Printer1',
        fileName: `${'ü'.repeat(90)}.gcode`,
        orderId: 'A-17',
        storageLocation: '',
      },
      ownerName: 'student',
      progress: 12.5,
      waitingReason: 'Größe',
    }) as JobView,
  findJobs: async (_actor, { status }) => {
    if (status === 'none') return [];
    return [1, 2, 3].map(id => ({ job: { id } }) as JobView);
  },
  cancelJob: async (_actor, _jobId, reason) => {
    if (reason in returnCodes) throw new Refusal(reason as RefusalName, `Refused: ${'x'.repeat(300)}`);
    throw new Error('secret detail');
  },
  pauseJob: () => new Promise<void>(resolve => setTimeout(resolve, 2500)),
  beginPickup: async () => ({ pickupId: 3, printer: 'Printer2', jobId: 9, content: 'scrap' }),
});

test.before(async () => {
  folder = await temporaryFolder();
  server = opcuaServer({ application, settings: opcuaSettings(join(folder.path, 'server')), log });
  await server.start();
  client = await connect({ url: server.endpointUrl(), pki: join(folder.path, 'client') });
  session = await logIn(client, 'operator');
});

test.after.always(async () => {
  await client?.disconnect();
  await server?.stop();
  await folder?.[Symbol.asyncDispose]();
});

const submit = (...values: unknown[]): Promise<CallMethodResult> => callMethod(session, 'SubmitJob', values);

test('every method of the rights table is in the model, bound, and declared with its arguments', async t => {
  const names = Object.keys(methodRights) as MethodName[];
  t.deepEqual(Object.keys(methodTable).sort(), [...names].sort());
  t.deepEqual(Object.keys(useCases).sort(), [...names].sort());
  for (const name of names) {
    const { nodeId, inputs, outputs } = methodTable[name];
    const declared = await session.getArgumentDefinition(nodeId);
    const shape = (all: typeof declared.inputArguments) =>
      all.map(one => ({
        name: one.name,
        dataType: DataType[one.dataType.value as number],
        array: one.valueRank === 1,
      }));
    t.deepEqual(shape(declared.inputArguments), [...inputs], name);
    t.deepEqual(shape(declared.outputArguments), [...outputs], name);
    t.deepEqual(
      outputs.slice(0, 2).map(one => one.name),
      ['ReturnCode', 'Message'],
      name,
    );
  }
});

test('outputs stand under their declared names and types', async t => {
  const job = outputsOf('GetJob', await callMethod(session, 'GetJob', [7]));
  t.is(job.ReturnCode, 0);
  t.is(job.StatusCode, 5);
  t.is(job.Status, 'printing');
  t.is(job.Progress, 12.5);
  t.is(job.WaitingReason, 'Gro?e');
  t.is(String(job.File).length, 80);
  const pickup = outputsOf('BeginPickup', await callMethod(session, 'BeginPickup', ['', 'R1']));
  t.deepEqual(pickup, {
    ReturnCode: 0,
    Message: '',
    PickupId: 3,
    PickupPrinter: 'Printer2',
    JobId: 9,
    Content: 2,
  });
  const ids = (result: CallMethodResult) => [...(outputsOf('FindJobs', result).JobIds as Iterable<number>)];
  t.deepEqual(ids(await callMethod(session, 'FindJobs', ['', '', '', '', 0, 0])), [1, 2, 3]);
  t.deepEqual(ids(await callMethod(session, 'FindJobs', ['none', '', '', '', 0, 0])), []);
});

test.serial('null and empty inputs are the defaults', async t => {
  submitted.length = 0;
  t.is((await submit('part', null, '', null, 0, null)).statusCode.name, 'Good');
  const nulls = await session.call({
    objectId: 'ns=3;s=Jobs',
    methodId: methodTable.SubmitJob.nodeId,
    inputArguments: ['part', '', '', '', 0, ''].map((value, index) =>
      index === 0 ? { dataType: DataType.String, value } : { dataType: DataType.Null },
    ),
  });
  t.is(nulls.statusCode.name, 'Good');
  const expected = { file: 'part', printer: '', owner: '', orderId: '', priority: 0, requestId: '' };
  t.deepEqual(submitted, [expected, expected]);
});

test('each refusal is Good with its ReturnCode, a short ASCII message and outputs that are not null', async t => {
  for (const [name, code] of Object.entries(returnCodes)) {
    if (name === 'OK') continue;
    const result = await callMethod(session, 'CancelJob', [1, name]);
    t.is(result.statusCode.name, 'Good');
    const { ReturnCode, Message } = outputsOf('CancelJob', result);
    t.is(ReturnCode, code);
    t.regex(String(Message), /^Refused: x+\.\.\.$/);
    t.is(String(Message).length, 200);
  }
  const refused = outputsOf('SubmitJob', await submit('a\u0000b', '', '', '', 0, ''));
  t.is(refused.ReturnCode, returnCodes.InvalidArgument);
  t.is(refused.JobId, 0);
  t.is(refused.Repeated, false);
});

test.serial('control characters and over-long strings are named in a clear message', async t => {
  submitted.length = 0;
  const cases: [unknown[], RegExp][] = [
    [['a\nb', '', '', '', 0, ''], /^File contains control characters/],
    [['f', 'P\u0085', '', '', 0, ''], /^Printer contains control characters/],
    [['f', '', '', 'o'.repeat(81), 0, ''], /^OrderId is 81 characters long; at most 80/],
    [['f'.repeat(20_000), '', '', '', 0, ''], /^File is 20000 characters long/],
  ];
  for (const [values, message] of cases) {
    const outputs = outputsOf('SubmitJob', await submit(...values));
    t.is(outputs.ReturnCode, returnCodes.InvalidArgument);
    t.regex(String(outputs.Message), message);
  }
  t.is(submitted.length, 0);
});

test.serial('wrong types, missing and extra arguments are refused before any work', async t => {
  submitted.length = 0;
  const call = (inputArguments: object[]): Promise<CallMethodResult> =>
    session.call({ objectId: 'ns=3;s=Jobs', methodId: methodTable.SubmitJob.nodeId, inputArguments });
  const right = ['f', '', '', ''].map(value => ({ dataType: DataType.String, value }));
  const priority = { dataType: DataType.Int32, value: 0 };
  const requestId = { dataType: DataType.String, value: '' };
  const cases: [object[], string][] = [
    [right, 'BadArgumentsMissing'],
    [[], 'BadArgumentsMissing'],
    [[...right, priority, requestId, requestId], 'BadTooManyArguments'],
    [[...right, { dataType: DataType.UInt32, value: 1 }, requestId], 'BadInvalidArgument'],
    [[...right, { dataType: DataType.Double, value: 1 }, requestId], 'BadInvalidArgument'],
    [[...right, priority, { dataType: DataType.ByteString, value: Buffer.from('x') }], 'BadInvalidArgument'],
    [[...right, priority, { dataType: DataType.String, arrayType: 1, value: ['x'] }], 'BadInvalidArgument'],
  ];
  for (const [values, status] of cases) t.is((await call(values)).statusCode.name, status);
  t.is(submitted.length, 0);
});

test('a method is a component of its own object alone', async t => {
  const result = await session.call({
    objectId: 'ns=3;s=Printers',
    methodId: methodTable.ApproveJob.nodeId,
    inputArguments: [{ dataType: DataType.UInt32, value: 1 }],
  });
  t.is(result.statusCode.name, 'BadMethodInvalid');
});

test('an unexpected error is BadInternalError, told to the log alone', async t => {
  const result = await callMethod(session, 'CancelJob', [1, 'something']);
  t.is(result.statusCode.name, 'BadInternalError');
  t.false(JSON.stringify(result).includes('secret detail'));
  const entry = log.entries.find(one => one.message === 'A method failed');
  const { err } = (entry?.fields ?? {}) as { err?: unknown };
  t.regex(String(err), /secret detail/);
});

test('a failed write that cannot be taken back is BadTimeout, and the identical call does it once', async t => {
  const disk = faultyDisk();
  disk.recording = false;
  const app = await createTestApp({ disk });
  t.teardown(() => app.close());
  const file = await app.addFile('plc');
  const failures = recordingLog();
  const answer = createAnswer({ application: app.application, log: failures, timeLimit: 1900 });
  const call = async () => {
    const values = [file.id, '', '', '', 0, 'R-1'].map(value => ({ value }));
    const { statusCode, outputArguments } = await answer('SubmitJob', app.actors.plc, values);
    return { status: statusCode?.toString(), outputs: outputArguments?.map(output => output?.value) };
  };
  refuseToSync(disk);
  const unknown = await call();
  t.is(unknown.status, StatusCodes.BadTimeout.toString());
  t.is(unknown.outputs, undefined);
  t.true(failures.entries.some(({ message }) => message === 'A method failed'));
  disk.fault = () => undefined;
  const done = await call();
  t.deepEqual(done, { status: StatusCodes.Good.toString(), outputs: [returnCodes.OK, '', 1, false] });
  t.deepEqual((await call()).outputs, [returnCodes.OK, '', 1, true]);
  t.is(await app.store.count('jobs'), 1);
});

test('a job whose data cannot be read is Good with StorageFailed and the reason, which the store has logged', async t => {
  const failures = recordingLog();
  const getJob = async (): Promise<never> => {
    throw new DataUnreadable('Archived jobs 0 to 999 cannot be read: restore a backup.');
  };
  const answer = createAnswer({
    application: scriptedApplication({ getJob }),
    log: failures,
    timeLimit: 1900,
  });
  const plc = { accountId: 'a-1', username: 'plc', role: 'machine', approvesOwn: false } as const;
  const { statusCode, outputArguments } = await answer('GetJob', plc, [{ value: 1 }]);
  t.is(statusCode, StatusCodes.Good);
  t.deepEqual(
    outputArguments?.slice(0, 2).map(output => output?.value),
    [returnCodes.StorageFailed, 'Archived jobs 0 to 999 cannot be read: restore a backup.'],
  );
  t.deepEqual(failures.entries, []);
});

test('a call is answered within two seconds: BadTimeout, while the work goes on', async t => {
  const begin = performance.now();
  const result = await callMethod(session, 'PauseJob', [1]);
  t.is(result.statusCode.name, 'BadTimeout');
  const elapsed = performance.now() - begin;
  t.true(elapsed > 1900 && elapsed < 2400, `${elapsed} ms`);
});

test('anonymous calls nothing, and each role what the table of rights says', async t => {
  const objects = { ...methodTable } as Record<ModelMethodName, { inputs: readonly { dataType: string }[] }>;
  const values = (name: ModelMethodName) =>
    objects[name].inputs.map(({ dataType }) => ({ String: '', Boolean: false })[dataType] ?? 1);
  for (const role of ['anonymous', 'user', 'machine', 'operator', 'admin'] as const) {
    const caller = role === 'anonymous' ? await client.createSession() : await logIn(client, role);
    for (const name of Object.keys(methodRights) as MethodName[]) {
      if (name === 'PauseJob') continue;
      const status = (await callMethod(caller, name, values(name))).statusCode.name;
      const mayCall = role !== 'anonymous' && methodRights[name][role] !== 'none';
      t.is(status === 'BadUserAccessDenied', !mayCall, `${role} ${name}: ${status}`);
    }
    await caller.close();
  }
});
