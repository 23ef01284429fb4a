import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import anyTest, { type TestFn } from 'ava';
import {
  AccessLevelFlag,
  type AddressSpace,
  AttributeIds,
  type ClientSession,
  type HistoryData,
  HistoryReadRequest,
  type HistoryReadResult,
  type ISessionContext,
  NodeClass,
  NumericRange,
  PermissionType,
  ReadAtTimeDetails,
  ReadEventDetails,
  ReadProcessedDetails,
  ReadRawModifiedDetails,
  resolveNodeId,
  type StatusCode,
  StatusCodes,
  TimestampsToReturn,
} from 'node-opcua';
import { createHistory } from '../../../src/opcua/history/history.ts';
import { historizedPaths } from '../../../src/opcua/history/install-history.ts';
import { createReadHistory } from '../../../src/opcua/history/read-history.ts';
import { createTestApp, type TestApp } from '../../support/app.ts';
import { snapshotOf } from '../../support/fakes.ts';
import { connect, logIn, opcuaServer, opcuaSettings } from '../../support/opcua-server.ts';

const ACTUAL = 'ns=3;s=Printers/Printer1/Nozzle/Actual';
const BEGIN = Date.parse('2026-01-06T08:00:00.000Z');
const COUNT = 2500;
const KEPT = 2400;
const FIRST_KEPT = COUNT - KEPT;
const at = (index: number): Date => new Date(BEGIN + 1000 * index);

interface Lab {
  readonly app: TestApp;
  readonly plc: ClientSession;
  readonly anonymous: ClientSession;
  stop(): Promise<void>;
}
const test = anyTest as TestFn<Lab>;

const start = async (historyValues: number): Promise<Lab> => {
  const folder = mkdtempSync(join(tmpdir(), 'history-'));
  const app = await createTestApp();
  await app.addPrinter('Printer1');
  const server = opcuaServer({ app, settings: { ...opcuaSettings(join(folder, 'server')), historyValues } });
  await server.start();
  const client = await connect({ url: server.endpointUrl(), pki: join(folder, 'client') });
  return {
    app,
    plc: await logIn(client, 'plc'),
    anonymous: await client.createSession(),
    async stop() {
      await client.disconnect();
      await server.stop();
    },
  };
};

const nozzle = (app: TestApp, index: number): void =>
  app.live.write(
    'Printer1',
    snapshotOf('printing', {
      nozzle: { actual: 100 + index / 10, target: 215 },
      time: at(index).toISOString(),
    }),
  );

test.before(async t => {
  t.context = await start(KEPT);
  for (let index = 0; index < COUNT; index += 1) nozzle(t.context.app, index);
});
test.after.always(t => t.context.stop());

interface Asked {
  readonly nodes?: readonly string[];
  readonly details?: ConstructorParameters<typeof ReadRawModifiedDetails>[0];
  readonly other?: ReadProcessedDetails | ReadAtTimeDetails | ReadEventDetails;
  readonly points?: readonly (Buffer | undefined)[];
  readonly release?: boolean;
  readonly timestamps?: TimestampsToReturn;
  readonly indexRange?: string;
}

const read = async (session: ClientSession, asked: Asked): Promise<readonly HistoryReadResult[]> => {
  const { nodes = [ACTUAL], details = {}, points = [], release = false } = asked;
  const response = await session.historyRead(
    new HistoryReadRequest({
      historyReadDetails: asked.other ?? new ReadRawModifiedDetails(details ?? {}),
      timestampsToReturn: asked.timestamps ?? TimestampsToReturn.Both,
      releaseContinuationPoints: release,
      nodesToRead: nodes.map((nodeId, index) => ({
        nodeId: resolveNodeId(nodeId),
        ...(asked.indexRange !== undefined && { indexRange: new NumericRange(asked.indexRange) }),
        ...(points[index] && { continuationPoint: points[index] }),
      })),
    }),
  );
  return response.results ?? [];
};

const first = (results: readonly HistoryReadResult[]): HistoryReadResult => {
  const [result] = results;
  if (result === undefined) throw new Error('There is no result.');
  return result;
};
const valuesOf = ({ historyData }: HistoryReadResult) =>
  (historyData as HistoryData | null)?.dataValues ?? [];
const indicesOf = (result: HistoryReadResult): number[] =>
  valuesOf(result).map(({ value }) => Math.round((Number(value.value) - 100) * 10));
const range = (from: number, to: number): number[] =>
  Array.from({ length: to - from }, (_, index) => from + index);

test.serial(
  'ReadRaw tells values with their times, forward and backward, a thousand in an answer',
  async t => {
    const { plc } = t.context;
    const some = first(await read(plc, { details: { startTime: at(500), endTime: at(510) } }));
    t.is(some.statusCode, StatusCodes.Good);
    t.deepEqual(indicesOf(some), range(500, 510));
    t.deepEqual(
      valuesOf(some).map(({ sourceTimestamp }) => sourceTimestamp),
      range(500, 510).map(at),
    );
    const last = first(await read(plc, { details: { endTime: at(9999), numValuesPerNode: 3 } }));
    t.deepEqual(indicesOf(last), [COUNT - 1, COUNT - 2, COUNT - 3]);
    t.is(last.continuationPoint?.length ?? 0, 0);

    const all: number[] = [];
    let point: Buffer | undefined;
    const sizes: number[] = [];
    do {
      const result = first(
        await read(plc, { details: { startTime: at(0), endTime: at(COUNT) }, points: [point] }),
      );
      sizes.push(valuesOf(result).length);
      all.push(...indicesOf(result));
      point = result.continuationPoint?.length > 0 ? result.continuationPoint : undefined;
    } while (point !== undefined);
    t.deepEqual(sizes, [1000, 1000, KEPT - 2000]);
    t.deepEqual(all, range(FIRST_KEPT, COUNT));
  },
);

test.serial('bounds that there are not are BadBoundNotFound; nothing at all is GoodNoData', async t => {
  const { plc } = t.context;
  const bounds = first(
    await read(plc, { details: { startTime: at(2498.5), endTime: at(2600), returnBounds: true } }),
  );
  t.deepEqual(
    valuesOf(bounds).map(({ statusCode }) => statusCode.name),
    ['Good', 'Good', 'BadBoundNotFound'],
  );
  t.deepEqual(valuesOf(bounds)[2]?.sourceTimestamp, at(2600));
  const none = first(await read(plc, { details: { startTime: at(0), endTime: at(FIRST_KEPT) } }));
  t.is(none.statusCode, StatusCodes.GoodNoData);
  t.deepEqual(valuesOf(none), []);
});

test.serial(
  'a continuation point is spent by its use, belongs to its session and node, and can be released',
  async t => {
    const { plc, anonymous } = t.context;
    const details = { startTime: at(500), endTime: at(600), numValuesPerNode: 10 };
    const begin = async () => first(await read(plc, { details })).continuationPoint;
    const [spent, released, others] = [await begin(), await begin(), await begin()];
    const go = async (session: ClientSession, point: Buffer, node = ACTUAL) =>
      first(await read(session, { details, points: [point], nodes: [node] }));
    t.deepEqual(indicesOf(await go(plc, spent)), range(510, 520));
    t.is((await go(plc, spent)).statusCode, StatusCodes.BadContinuationPointInvalid);

    const invalid = StatusCodes.BadContinuationPointInvalid as StatusCode;
    t.is(first(await read(plc, { release: true, points: [released] })).statusCode, StatusCodes.Good);
    t.is(first(await read(plc, { release: true, points: [released] })).statusCode, invalid);
    t.is((await go(plc, released)).statusCode, invalid);
    t.is((await go(anonymous, others)).statusCode, invalid);
    t.is((await go(plc, others, 'ns=3;s=Printers/Printer1/Bed/Actual')).statusCode, invalid);

    // A client that never goes on costs no more than so many.
    const oldest = await begin();
    for (let one = 0; one < 100; one += 1) await begin();
    t.is((await go(plc, oldest)).statusCode, invalid);
  },
);

test.serial(
  'nothing but raw data of historized variables is told, each node with a status of its own',
  async t => {
    const { plc, anonymous } = t.context;
    const details = { startTime: at(500), endTime: at(510) };
    const nodes = [ACTUAL, 'ns=3;s=Printers/Printer1/State', 'ns=3;s=Printers/Printer1', 'ns=3;s=None'];
    t.deepEqual(
      (await read(plc, { nodes, details })).map(({ statusCode }) => statusCode.name),
      ['Good', 'BadHistoryOperationUnsupported', 'BadHistoryOperationUnsupported', 'BadNodeIdUnknown'],
    );
    const unsupported = StatusCodes.BadHistoryOperationUnsupported as StatusCode;
    t.is(first(await read(plc, { details: { ...details, isReadModified: true } })).statusCode, unsupported);
    for (const other of [
      new ReadAtTimeDetails({ reqTimes: [at(500)] }),
      new ReadEventDetails({ startTime: at(0), endTime: at(1) }),
      new ReadProcessedDetails({ ...details, aggregateType: [resolveNodeId('i=2342')] }),
    ]) {
      t.is(first(await read(plc, { other })).statusCode, unsupported);
    }
    t.is(first(await read(plc, { details: {} })).statusCode, StatusCodes.BadHistoryOperationInvalid);
    const neither = await read(plc, { details, timestamps: TimestampsToReturn.Neither });
    t.is(first(neither).statusCode, StatusCodes.BadTimestampsToReturnInvalid);
    const part = first(await read(plc, { details, indexRange: '0:1' }));
    t.is(part.statusCode, StatusCodes.BadIndexRangeNoData);
    // Whoever may read the value may read what it was.
    t.is(first(await read(anonymous, { details })).statusCode, StatusCodes.Good);
  },
);

const attributesOf = async (session: ClientSession, nodeId: string) => {
  const [level, userLevel, historizing] = await session.read(
    [AttributeIds.AccessLevel, AttributeIds.UserAccessLevel, AttributeIds.Historizing].map(attributeId => ({
      nodeId,
      attributeId,
    })),
  );
  return [
    Boolean(Number(level?.value.value) & AccessLevelFlag.HistoryRead),
    Boolean(Number(userLevel?.value.value) & AccessLevelFlag.HistoryRead),
    historizing?.value.value,
  ];
};
const capabilities = async (session: ClientSession) => {
  const path = ['i=11193', 'i=11242', 'i=11273', 'i=2737'];
  return (await session.read(path.map(nodeId => ({ nodeId, attributeId: AttributeIds.Value })))).map(
    ({ value }): unknown => value.value,
  );
};

test.serial('variables and server say what history there is', async t => {
  const { plc } = t.context;
  for (const path of historizedPaths) {
    t.deepEqual(await attributesOf(plc, `ns=3;s=Printers/Printer1/${path}`), [true, true, true], path);
  }
  t.deepEqual(await attributesOf(plc, 'ns=3;s=Printers/Printer1/Head/X'), [false, false, false]);
  t.deepEqual(await capabilities(plc), [true, false, 1000, 100]);
});

test.serial('what was lost is told with its status, and many nodes share an answer', async t => {
  const { app, plc } = t.context;
  const target = 'ns=3;s=Printers/Printer1/Bed/Target';
  app.live.write('Printer1', snapshotOf('unreachable', { time: at(9000).toISOString() }));
  const lost = first(
    await read(plc, { nodes: [target], details: { endTime: at(9999), numValuesPerNode: 1 } }),
  );
  t.is(valuesOf(lost)[0]?.statusCode.name, 'UncertainNoCommunicationLastUsableValue');
  nozzle(app, 9001);

  const many = Array.from({ length: 50 }, () => ACTUAL);
  const results = await read(plc, { nodes: many, details: { startTime: at(0), endTime: at(COUNT) } });
  t.true(results.every(result => valuesOf(result).length === 40 && result.continuationPoint.length > 0));
});

test.serial('without history nothing is kept, and the server says so', async t => {
  const lab = await start(0);
  t.teardown(lab.stop);
  nozzle(lab.app, 1);
  const result = first(await read(lab.plc, { details: { startTime: at(0), endTime: at(9) } }));
  t.is(result.statusCode, StatusCodes.BadHistoryOperationUnsupported);
  t.deepEqual(await attributesOf(lab.plc, ACTUAL), [false, false, false]);
  t.is((await capabilities(lab.plc))[0], false);
});

const readDirectly = async (indexRange: string | null, mayRead = true, restricted = false) => {
  const history = createHistory(10);
  history.add('ns=3;s=A').push(BEGIN, 1, 0);
  const addressSpace = { findNode: () => ({ nodeClass: NodeClass.Variable }) } as unknown as AddressSpace;
  const context = {
    checkPermission: (_node: unknown, asked: PermissionType) =>
      asked === PermissionType.ReadHistory && mayRead,
    isAccessRestricted: () => restricted,
  } as unknown as ISessionContext;
  const results = await createReadHistory(addressSpace, history)(
    context,
    new HistoryReadRequest({
      historyReadDetails: new ReadRawModifiedDetails({ startTime: at(0), numValuesPerNode: 1 }),
      timestampsToReturn: TimestampsToReturn.Source,
      nodesToRead: [{ nodeId: resolveNodeId('ns=3;s=A'), indexRange: new NumericRange(indexRange) }],
    }),
  );
  return first(results);
};

test('an empty index range, as asyncua sends it, asks for the whole value', async t => {
  const result = await readDirectly('');
  t.is(result.statusCode, StatusCodes.Good);
  t.is(valuesOf(result).length, 1);
});

test('who may not read history is told nothing of it, nor on a channel that is not enough', async t => {
  t.is((await readDirectly(null)).statusCode, StatusCodes.Good);
  const denied = await readDirectly(null, false);
  t.is(denied.statusCode, StatusCodes.BadUserAccessDenied);
  t.deepEqual(valuesOf(denied), []);
  t.is((await readDirectly(null, true, true)).statusCode, StatusCodes.BadSecurityModeInsufficient);
});
