import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { AttributeIds, type ClientSession, DataType, StatusCodes, TimestampsToReturn } from 'node-opcua';
import { methodTable } from '../../src/opcua/model-ids.ts';
import { FILE_ID, liveIds, readIds } from '../support/lab.ts';
import { type Connection, connect, disconnect, type Target } from './connection.ts';

export interface TaskOptions {
  /** Sessions, each with a connection of its own. */
  readonly sessions: number;
  /** Calls that each session has under way. */
  readonly inFlight: number;
  readonly anonymous: boolean;
  /** ms between two samples and two publications; absent: 100. */
  readonly interval?: number;
}

/** One kind of load: set up, run for a while or so many times, take down. */
export interface Task {
  prepare(target: Target, options: TaskOptions): Promise<void>;
  /** @returns how many operations were done */
  run(until: Until): Promise<number>;
  finish(): Promise<void>;
}

/** Whichever comes first. */
export interface Until {
  readonly milliseconds: number;
  readonly operations: number;
}

/** Repeats an operation in so many loops at once. */
const repeat = async (
  loops: readonly (() => Promise<void>)[],
  { milliseconds, operations }: Until,
): Promise<number> => {
  const end = performance.now() + milliseconds;
  let begun = 0;
  let done = 0;
  await Promise.all(
    loops.map(async operation => {
      while (begun < operations && performance.now() < end) {
        begun += 1;
        await operation();
        done += 1;
      }
    }),
  );
  return done;
};

/** @param operationOf one call on a session */
const onSessions = (operationOf: (session: ClientSession) => () => Promise<void>): Task => {
  let connections: Connection[] = [];
  let loops: (() => Promise<void>)[] = [];
  return {
    async prepare(target, { sessions, inFlight, anonymous }) {
      for (let one = 0; one < sessions; one += 1) connections.push(await connect(target, anonymous));
      loops = connections.flatMap(({ session }) =>
        Array.from({ length: inFlight }, () => operationOf(session)),
      );
    },
    run: until => repeat(loops, until),
    async finish() {
      for (const connection of connections) await disconnect(connection);
      connections = [];
    },
  };
};

const valuesOf = (ids: readonly string[]) => ids.map(nodeId => ({ nodeId, attributeId: AttributeIds.Value }));

const readOne = onSessions(session => {
  const values = valuesOf(readIds);
  let next = 0;
  return async () => {
    const node = values[next++ % values.length];
    if (node === undefined) return;
    const value = await session.read(node);
    if (value.statusCode.isBad()) throw new Error(`${node.nodeId}: ${value.statusCode}`);
  };
});

const readMany = onSessions(session => {
  const values = valuesOf(readIds);
  return async () => {
    const found = await session.read(values);
    const bad = found.findIndex(({ statusCode }) => statusCode.isBad());
    if (bad >= 0) throw new Error(`${values[bad]?.nodeId}: ${found[bad]?.statusCode}`);
  };
});

const { object, nodeId: methodId } = methodTable.SubmitJob;

const submit = onSessions(session => async () => {
  const { statusCode, outputArguments } = await session.call({
    objectId: `ns=3;s=${object}`,
    methodId,
    inputArguments: [
      { dataType: DataType.String, value: FILE_ID },
      { dataType: DataType.String, value: '' },
      { dataType: DataType.String, value: '' },
      { dataType: DataType.String, value: 'A-17' },
      { dataType: DataType.Int32, value: 0 },
      { dataType: DataType.String, value: randomUUID() },
    ],
  });
  if (statusCode !== StatusCodes.Good || outputArguments?.[0]?.value !== 0) {
    throw new Error(`SubmitJob: ${statusCode} ${outputArguments?.map(({ value }) => value)}`);
  }
});

const connecting = (): Task => {
  let loop: (() => Promise<void>) | undefined;
  return {
    async prepare(target, { anonymous }) {
      loop = async () => disconnect(await connect(target, anonymous));
    },
    run: until => repeat(loop === undefined ? [] : [loop], until),
    async finish() {},
  };
};

/** What any server takes in one call. */
const ITEMS_AT_ONCE = 1000;

/** Each session monitors every live value; an operation is one value that arrives. */
const notifications = (): Task => {
  let connections: Connection[] = [];
  let arrived = 0;
  return {
    async prepare(target, { sessions, anonymous, interval = 100 }) {
      for (let one = 0; one < sessions; one += 1) {
        const connection = await connect(target, anonymous);
        connections.push(connection);
        const subscription = await connection.session.createSubscription2({
          requestedPublishingInterval: interval,
          requestedLifetimeCount: 1000,
          requestedMaxKeepAliveCount: 10,
          maxNotificationsPerPublish: 0,
          publishingEnabled: true,
          priority: 0,
        });
        const values = valuesOf(liveIds);
        for (let first = 0; first < values.length; first += ITEMS_AT_ONCE) {
          const group = await subscription.monitorItems(
            values.slice(first, first + ITEMS_AT_ONCE),
            { samplingInterval: interval, queueSize: 10, discardOldest: true },
            TimestampsToReturn.Both,
          );
          group.on('changed', () => {
            arrived += 1;
          });
        }
      }
      await sleep(500);
    },
    async run({ milliseconds }) {
      const before = arrived;
      await sleep(milliseconds);
      return arrived - before;
    },
    async finish() {
      for (const connection of connections) await disconnect(connection);
      connections = [];
    },
  };
};

const idle: Task = {
  async prepare() {},
  async run({ milliseconds }) {
    await sleep(milliseconds);
    return milliseconds / 1000;
  },
  async finish() {},
};

export const tasks = {
  readOne,
  readMany,
  submit,
  connect: connecting(),
  notifications: notifications(),
  idle,
} as const satisfies Record<string, Task>;
export type TaskName = keyof typeof tasks;
