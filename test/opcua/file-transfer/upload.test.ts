import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import anyTest, { type TestFn } from 'ava';
import { AttributeIds, DataType, NodeId, StatusCodes, VariantArrayType } from 'node-opcua';
import { callMethod, outputsOf } from '../../support/opcua-server.ts';
import { until } from '../../support/until.ts';
import { type FileTransferLab, MAX_BYTES, startFileTransfer, TRANSFER } from './fixture.ts';

const test = anyTest as TestFn<FileTransferLab>;

test.before(async t => {
  t.context = await startFileTransfer();
});
test.after.always(t => t.context.stop());

/** Longer than several pieces, every line another. */
const gcode = (lines: number): Buffer =>
  Buffer.from(
    Array.from({ length: lines }, (_, line) => `G1 X${line % 200} Y${line % 7} E${line}\n`).join(''),
  );

const fileIdOf = (node: NodeId): string => String(node.value);

test.serial(
  'a file that is sent in pieces is stored whole under the id that was told first, and a job prints it',
  async t => {
    const { app, begin, write, commit, onFile, session, storage } = t.context;
    const plc = await session('plc');
    const sent = await begin(plc, 'bracket.gcode');
    t.is(sent.node.namespace, 3);
    t.regex(fileIdOf(sent.node), /^f-[0-9a-f]{20}$/);

    const content = gcode(60_000);
    for (let at = 0; at < content.length; at += 200_000) {
      t.is((await write(plc, sent, content.subarray(at, at + 200_000))).statusCode, StatusCodes.Good);
    }
    const position = await onFile(plc, sent, 'GetPosition');
    t.deepEqual(position.outputArguments?.[0]?.value, [0, content.length]);
    const size = await plc.read({
      nodeId: `ns=3;s=${fileIdOf(sent.node)}/Size`,
      attributeId: AttributeIds.Value,
    });
    t.deepEqual(size.value.value, [0, content.length]);

    const committed = await commit(plc, sent);
    t.is(committed.statusCode, StatusCodes.Good);
    t.is(String(committed.outputArguments?.[0]?.value), String(new NodeId()));

    const stored = await app.application.getFile(app.actors.plc, fileIdOf(sent.node));
    t.is(stored.name, 'bracket.gcode');
    t.is(stored.sha256, createHash('sha256').update(content).digest('hex'));
    t.deepEqual(await readFile(storage.pathOf(stored)), content);

    const submitted = await callMethod(plc, 'SubmitJob', [fileIdOf(sent.node), '', '', 'A-1', 0, 'req-1']);
    t.like(outputsOf('SubmitJob', submitted), { ReturnCode: 0 });
    // The temporary object has gone with the commit.
    const gone = await plc.read({ nodeId: sent.node, attributeId: AttributeIds.BrowseName });
    t.is(gone.statusCode, StatusCodes.BadNodeIdUnknown);
    t.is((await commit(plc, sent)).statusCode, StatusCodes.BadInvalidArgument);
    await plc.close();
  },
);

test.serial(
  'GenerateOptions null is part.gcode; a name that is none of a g-code file is refused at once',
  async t => {
    const { app, transfer, generate, write, commit, session } = t.context;
    const plc = await session('plc2');
    const made = await transfer(plc, 'GenerateFileForWrite', { dataType: DataType.Null });
    t.is(made.statusCode, StatusCodes.Good);
    const [node, handle] = (made.outputArguments ?? []).map(({ value }): unknown => value);
    const sent = { node: node as NodeId, handle: Number(handle) };
    await write(plc, sent, gcode(10));
    t.is((await commit(plc, sent)).statusCode, StatusCodes.Good);
    t.is((await app.application.getFile(app.actors.plc2, fileIdOf(sent.node))).name, 'part.gcode');

    t.is((await generate(plc, 'part.stl')).statusCode, StatusCodes.BadInvalidArgument);
    t.is((await generate(plc, '../')).statusCode, StatusCodes.BadInvalidArgument);
    const number = await transfer(plc, 'GenerateFileForWrite', { dataType: DataType.Int32, value: 5 });
    t.is(number.statusCode, StatusCodes.BadInvalidArgument);
    await plc.close();
  },
);

test.serial(
  'what is no g-code, empty or too large is refused with its status, and nothing is left of it',
  async t => {
    const { begin, write, commit, names, session } = t.context;
    const operator = await session('operator');
    const before = await names();

    const empty = await begin(operator);
    t.is((await commit(operator, empty)).statusCode, StatusCodes.BadDecodingError);

    const binary = await begin(operator);
    await write(operator, binary, Buffer.alloc(1000));
    t.is((await commit(operator, binary)).statusCode, StatusCodes.BadDecodingError);

    const large = await begin(operator);
    const piece = Buffer.alloc(1_000_000, 'G1 X1\n');
    let status = StatusCodes.Good;
    for (let sum = 0; sum <= MAX_BYTES + piece.length && status === StatusCodes.Good; sum += piece.length) {
      status = (await write(operator, large, piece)).statusCode as typeof status;
    }
    t.is(status, StatusCodes.BadRequestTooLarge as typeof status);
    t.is((await write(operator, large, piece)).statusCode, StatusCodes.BadNodeIdUnknown);

    const chunk = await begin(operator);
    t.is(
      (await write(operator, chunk, Buffer.alloc(1_100_000, 'G1\n'))).statusCode,
      StatusCodes.BadRequestTooLarge,
    );
    t.is((await write(operator, chunk, 'G28\n')).statusCode, StatusCodes.Good);
    await operator.close();
    await until('the bytes to go', async () => (await names()).length === before.length);
    t.deepEqual(await names(), before);
  },
);

test.serial('Close and the end of the session throw the bytes away', async t => {
  const { begin, write, onFile, names, client, session } = t.context;
  const admin = await session('admin');
  const before = await names();
  const closed = await begin(admin);
  await write(admin, closed, 'G28\n');
  t.is((await names()).length, before.length + 1);
  t.is((await onFile(admin, closed, 'Close')).statusCode, StatusCodes.Good);
  t.is((await write(admin, closed, 'G28\n')).statusCode, StatusCodes.BadNodeIdUnknown);

  const left = await begin(admin);
  await write(admin, left, 'G28\n');
  await client.closeSession(admin, true);
  await until('the bytes to go', async () => (await names()).length === before.length);
  t.deepEqual(await names(), before);
});

test.serial('an upload belongs to its session, takes bytes in order alone and cannot be read', async t => {
  const { begin, write, commit, onFile, transfer, session } = t.context;
  const [student, other] = [await session('student'), await session('student2')];
  const sent = await begin(student);
  for (const result of [
    await write(other, sent, 'G28\n'),
    await commit(other, sent),
    await onFile(other, sent, 'Close'),
  ])
    t.is(result.statusCode, StatusCodes.BadInvalidArgument);
  const second = await begin(student);
  t.is(
    (await write(student, { ...sent, handle: second.handle }, 'G28\n')).statusCode,
    StatusCodes.BadInvalidArgument,
  );

  await write(student, sent, 'G28\n');
  const at = (value: number) => ({
    dataType: DataType.UInt64,
    arrayType: VariantArrayType.Scalar,
    value: [0, value],
  });
  t.is((await onFile(student, sent, 'SetPosition', at(4))).statusCode, StatusCodes.Good);
  t.is((await onFile(student, sent, 'SetPosition', at(0))).statusCode, StatusCodes.BadNotSupported);
  const read = await onFile(student, sent, 'Read', { dataType: DataType.Int32, value: 10 });
  t.is(read.statusCode, StatusCodes.BadInvalidState);
  const reading = await transfer(student, 'GenerateFileForRead', { dataType: DataType.Null });
  t.is(reading.statusCode, StatusCodes.BadNotSupported);
  await student.close();
  await other.close();
});

test.serial('a session has two uploads and an account four; without an account there is none', async t => {
  const { begin, generate, client, session } = t.context;
  const sessions = [await session('student'), await session('student'), await session('student')] as const;
  const [first, second, third] = sessions;
  await begin(first);
  await begin(first);
  t.is((await generate(first, 'c.gcode')).statusCode, StatusCodes.BadTooManyOperations);
  await begin(second);
  await begin(second);
  t.is((await generate(third, 'e.gcode')).statusCode, StatusCodes.BadTooManyOperations);
  await client.closeSession(first, true);
  await begin(third);
  for (const one of [second, third]) await one.close();

  const anonymous = await client.createSession();
  t.is((await generate(anonymous, 'a.gcode')).statusCode, StatusCodes.BadUserAccessDenied);
  await anonymous.close();
});

test.serial(
  'everybody may see how files are sent: the type, its methods with their arguments, the time-out',
  async t => {
    const { client } = t.context;
    const anonymous = await client.createSession();
    const browsed = await anonymous.browse({ nodeId: TRANSFER, resultMask: 63, includeSubtypes: true });
    const found = (browsed.references ?? []).map(({ browseName }) => browseName.name);
    for (const name of [
      'GenerateFileForRead',
      'GenerateFileForWrite',
      'CloseAndCommit',
      'ClientProcessingTimeout',
    ])
      t.true(found.includes(name), name);
    const path = `${TRANSFER}.CloseAndCommit/OutputArguments`;
    const outputs = await anonymous.read({ nodeId: path, attributeId: AttributeIds.Value });
    t.is((outputs.value.value as { name: string }[])[0]?.name, 'CompletionStateMachine');
    const timeout = await anonymous.read({
      nodeId: `${TRANSFER}/ClientProcessingTimeout`,
      attributeId: AttributeIds.Value,
    });
    t.is(timeout.value.value, 60_000);
    await anonymous.close();
  },
);
