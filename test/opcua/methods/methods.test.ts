import { join } from 'node:path';
import test from 'ava';
import {
  type CallMethodResult,
  type ClientSession,
  DataType,
  type OPCUAClient,
  StatusCodes,
} from 'node-opcua';
import type { Application } from '../../../src/app/application.ts';
import { DataUnreadable } from '../../../src/app/ports.ts';
import { occupyBed, useBed } from '../../../src/domain/bed.ts';
import { Refusal, type RefusalName, returnCodes } from '../../../src/domain/refusal.ts';
import { type MethodName, methodRights } from '../../../src/domain/rights.ts';
import { createAnswer } from '../../../src/opcua/methods/answer.ts';
import { useCases } from '../../../src/opcua/methods/use-cases.ts';
import { type ModelMethodName, methodTable } from '../../../src/opcua/model-ids.ts';
import type { OpcuaServer } from '../../../src/opcua/server/server.ts';
import { bedOf, createTestApp, type TestApp } from '../../support/app.ts';
import { memoryLog, snapshotOf } from '../../support/fakes.ts';
import { faultyDisk, refuseToSync } from '../../support/faulty-disk.ts';
import {
  callMethod,
  connect,
  logIn,
  opcuaServer,
  opcuaSettings,
  outputsOf,
} from '../../support/opcua-server.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const folder = temporaryFolder();
let app: TestApp;
let server: OpcuaServer;
let client: OPCUAClient;
let session: ClientSession;

/** What the application cannot be brought to do by its other methods: every refusal, and a fault of our own. */
const cancelJob: Application['cancelJob'] = async (_actor, _jobId, reason) => {
  if (reason in returnCodes) throw new Refusal(reason as RefusalName, `Refused: ${'x'.repeat(300)}`);
  throw new Error('secret detail');
};

test.before(async () => {
  app = await createTestApp();
  const application = { ...app.application, cancelJob };
  server = opcuaServer({ app, application, settings: opcuaSettings(join(folder, 'server')) });
  await server.start();
  client = await connect({ url: server.endpointUrl(), pki: join(folder, 'client') });
  session = await logIn(client, 'operator');
});

test.after.always(async () => {
  await client?.disconnect();
  await server?.stop();
  await app?.close();
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

test.serial('outputs stand under their declared names and types', async t => {
  await app.addPrinter('Printer1');
  const { id: file } = await app.addFile('student', { name: `${'ü'.repeat(90)}.gcode` });
  const id = await app.submit('plc', { file, owner: 'student', orderId: 'A-17' });
  await app.setJob(id, { status: 'printing', printer: 'Printer1' });
  const print = { file: 'x', progress: 12.5, timeUsed: 1, timeLeft: 2, timeLeftApprox: null, native: {} };
  app.live.write('Printer1', snapshotOf('attention', { job: print, message: 'Größe' }));
  t.deepEqual(outputsOf('GetJob', await callMethod(session, 'GetJob', [id])), {
    ReturnCode: 0,
    Message: '',
    StatusCode: 5,
    Status: 'printing',
    Printer: 'Printer1',
    Owner: 'student',
    File: `${'ü'.repeat(77)}...`,
    OrderId: 'A-17',
    Progress: 12.5,
    WaitingReason: 'Printer1 needs a person: Gro?e.',
    StorageLocation: '',
  });

  await app.addPrinter('Printer2');
  const time = app.clock.now().toISOString();
  const used = useBed(await bedOf(app.store, 'Printer2'), 9, time);
  await app.put('beds', occupyBed(used, 'scrap', time));
  const { PickupId, ...pickup } = outputsOf(
    'BeginPickup',
    await callMethod(session, 'BeginPickup', ['', 'R1']),
  );
  t.true(Number(PickupId) > 0);
  t.deepEqual(pickup, { ReturnCode: 0, Message: '', PickupPrinter: 'Printer2', JobId: 9, Content: 2 });

  const find = async (owner: string): Promise<number[]> => {
    const result = await callMethod(session, 'FindJobs', ['', owner, '', '', 0, 0]);
    return [...(outputsOf('FindJobs', result).JobIds as Iterable<number>)];
  };
  const ids = [id, await app.submit('student'), await app.submit('student')];
  t.deepEqual(await find('student'), ids);
  t.deepEqual(await find('nobody'), []);
});

test.serial('an order is made, repeated and read; what is refused has outputs that are not null', async t => {
  await app.addFile('operator', { partName: 'bracket' });
  const order = async (...values: unknown[]) =>
    outputsOf('SubmitOrder', await callMethod(session, 'SubmitOrder', values));
  const good = ['A-17.b', 'bracket', 2, '', 0];
  t.deepEqual(await order(...good), { ReturnCode: 0, Message: '', Repeated: false });
  t.deepEqual(await order(...good), { ReturnCode: 0, Message: '', Repeated: true });
  t.like(await order('A-17.b', 'bracket', 3, '', 0), { ReturnCode: 7, Repeated: false });
  t.like(await order('A/17', 'bracket', 2, '', 0), { ReturnCode: 4, Repeated: false });
  t.like(await order('B', 'bracket', 4_294_967_295, '', 0), { ReturnCode: 4 });
  t.like(await order(null, 'bracket', 2, null, 0), { ReturnCode: 4 });
  const read = async (orderId: string) =>
    outputsOf('GetOrder', await callMethod(session, 'GetOrder', [orderId]));
  const facts = { StatusCode: 1, Status: 'open', Quantity: 2, Done: 0, Failed: 0 };
  t.deepEqual(await read('a-17.B'), { ReturnCode: 0, Message: '', ...facts });
  const none = { StatusCode: 0, Status: '', Quantity: 0, Done: 0, Failed: 0 };
  t.deepEqual(await read('no'), { ReturnCode: 1, Message: 'There is no order "no".', ...none });
  t.like(outputsOf('CancelOrder', await callMethod(session, 'CancelOrder', ['A-17.b', ''])), {
    ReturnCode: 0,
  });
  t.like(await read('A-17.b'), { StatusCode: 3, Status: 'cancelled' });
});

test.serial('null and empty inputs are the defaults', async t => {
  const { id: file } = await app.addFile('student');
  const calls = [
    await submit(file, null, '', null, 0, null),
    await session.call({
      objectId: 'ns=3;s=Jobs',
      methodId: methodTable.SubmitJob.nodeId,
      inputArguments: [file, '', '', '', 0, ''].map((value, index) =>
        index === 0 ? { dataType: DataType.String, value } : { dataType: DataType.Null },
      ),
    }),
  ];
  for (const call of calls) {
    const { ReturnCode, JobId } = outputsOf('SubmitJob', call);
    t.is(ReturnCode, 0);
    const { accountId } = app.actors.operator;
    t.like(await app.jobOf(Number(JobId)), {
      fileId: file,
      owner: accountId,
      wantedPrinter: '',
      orderId: '',
      priority: 0,
    });
  }
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
  const before = await app.store.count('jobs');
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
  t.is(await app.store.count('jobs'), before);
});

test.serial('wrong types, missing and extra arguments are refused before any work', async t => {
  const before = await app.store.count('jobs');
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
  t.is(await app.store.count('jobs'), before);
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
  const entry = app.log.lines.find(one => one.message === 'A method failed');
  const { err } = (entry?.fields ?? {}) as { err?: unknown };
  t.regex(String(err), /secret detail/);
});

test('a failed write that cannot be taken back is BadTimeout, and the identical call does it once', async t => {
  const disk = faultyDisk();
  disk.recording = false;
  const app = await createTestApp({ disk });
  t.teardown(() => app.close());
  const file = await app.addFile('plc');
  const failures = memoryLog();
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
  t.true(failures.lines.some(({ message }) => message === 'A method failed'));
  disk.fault = () => undefined;
  const done = await call();
  t.deepEqual(done, { status: StatusCodes.Good.toString(), outputs: [returnCodes.OK, '', 1, false] });
  t.deepEqual((await call()).outputs, [returnCodes.OK, '', 1, true]);
  t.is(await app.store.count('jobs'), 1);
});

test('a job whose data cannot be read is Good with StorageFailed and the reason, which the store has logged', async t => {
  const failures = memoryLog();
  const getJob = async (): Promise<never> => {
    throw new DataUnreadable('Archived jobs 0 to 999 cannot be read: restore a backup.');
  };
  const application = { ...app.application, getJob };
  const answer = createAnswer({ application, log: failures, timeLimit: 1900 });
  const { statusCode, outputArguments } = await answer('GetJob', app.actors.plc, [{ value: 1 }]);
  t.is(statusCode, StatusCodes.Good);
  t.deepEqual(
    outputArguments?.slice(0, 2).map(output => output?.value),
    [returnCodes.StorageFailed, 'Archived jobs 0 to 999 cannot be read: restore a backup.'],
  );
  t.deepEqual(failures.lines, []);
});

test('a call that takes too long is BadTimeout, and told to the log, while the work goes on', async t => {
  const late = memoryLog();
  const pauseJob = (): Promise<never> => new Promise(() => {});
  const answer = createAnswer({ application: { ...app.application, pauseJob }, log: late, timeLimit: 5 });
  const { statusCode, outputArguments } = await answer('PauseJob', app.actors.operator, [{ value: 1 }]);
  t.is(statusCode, StatusCodes.BadTimeout);
  t.is(outputArguments, undefined);
  t.deepEqual(
    late.lines.map(({ level, fields }) => [level, fields]),
    [['warn', { method: 'PauseJob', account: app.actors.operator.accountId, timeLimit: 5 }]],
  );
});

test('anonymous calls nothing, and each role what the table of rights says', async t => {
  const objects = { ...methodTable } as Record<ModelMethodName, { inputs: readonly { dataType: string }[] }>;
  const values = (name: ModelMethodName) =>
    objects[name].inputs.map(({ dataType }) => ({ String: '', Boolean: false })[dataType] ?? 1);
  for (const [person, role] of [
    ['', 'anonymous'],
    ['student', 'user'],
    ['plc', 'machine'],
    ['operator', 'operator'],
    ['admin', 'admin'],
  ] as const) {
    const caller = role === 'anonymous' ? await client.createSession() : await logIn(client, person);
    for (const name of Object.keys(methodRights) as MethodName[]) {
      const status = (await callMethod(caller, name, values(name))).statusCode.name;
      const mayCall = role !== 'anonymous' && methodRights[name][role] !== 'none';
      t.is(status === 'BadUserAccessDenied', !mayCall, `${role} ${name}: ${status}`);
    }
    await caller.close();
  }
});
