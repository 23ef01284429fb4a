/** A server whose clock stands still until it is advanced, and clients that listen to alarms and answer them. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  AttributeIds,
  ClientMonitoredItem,
  type ClientSession,
  ClientSubscription,
  constructEventFilter,
  DataType,
  LocalizedText,
  type OPCUAClient,
  ofType,
  type StatusCode,
  TimestampsToReturn,
  type Variant,
  type VariantOptions,
} from 'node-opcua';
import type { CentralStatus, Disk } from '../../../src/app/ports.ts';
import { createTestApp, type Person, type TestApp } from '../../support/app.ts';
import { connect, logIn, opcuaServer, opcuaSettings } from '../../support/opcua-server.ts';

export const SERVER = 'i=2253';
export const conditionOf = (printer: string, kind: string): string =>
  `ns=3;s=Printers/${printer}/Alarms/${kind}`;

/** Of the standard: clients that do not browse know them. */
export const methods = {
  Enable: 'i=9027',
  Disable: 'i=9028',
  AddComment: 'i=9029',
  Acknowledge: 'i=9111',
  Confirm: 'i=9113',
  Unshelve: 'i=9211',
  OneShotShelve: 'i=9212',
  TimedShelve: 'i=9213',
} as const;

export const fields = [
  'EventId',
  'EventType',
  'SourceNode',
  'SourceName',
  'Time',
  'ReceiveTime',
  'Message',
  'Severity',
  'ConditionClassId',
  'ConditionClassName',
  'ConditionName',
  'ConditionId',
  'BranchId',
  'Retain',
  'EnabledState.Id',
  'ActiveState',
  'ActiveState.Id',
  'AckedState.Id',
  'ConfirmedState.Id',
  'ShelvingState.CurrentState',
  'ShelvingState.CurrentState.Id',
  'SuppressedOrShelved',
  'Comment',
  'ClientUserId',
  'Quality',
  'LastSeverity',
  'InputNode',
  'ExpirationDate',
] as const;
type Field = (typeof fields)[number];

/** As clients would compare it: texts of LocalizedTexts, ids as strings. */
export type Heard = Readonly<Record<Field, unknown>>;

const plain = ({ dataType, value }: Variant): unknown => {
  if (value === null || value === undefined) return null;
  if (dataType === DataType.LocalizedText) return (value as LocalizedText).text;
  if (dataType === DataType.NodeId) return String(value);
  if (dataType === DataType.StatusCode) return (value as StatusCode).name;
  return value;
};

export interface Subscription {
  readonly heard: Heard[];
  readonly subscriptionId: number;
  readonly monitoredItemId: number;
  end(): Promise<void>;
}

export const startAlarms = async () => {
  const folder = mkdtempSync(join(tmpdir(), 'alarms-'));
  const app: TestApp = await createTestApp();
  let central: CentralStatus = { enabled: false, connected: false, lastPush: null };
  const disk = { free: 10_000 };
  const make = () =>
    opcuaServer({
      app,
      settings: opcuaSettings(join(folder, 'server')),
      clock: app.clock,
      central: () => central,
      diskSpace: {
        look: async (): Promise<readonly Disk[]> => [{ name: 'the data folder', free: disk.free }],
        alarmFree: 1000,
      },
    });
  let server = make();
  await server.start();
  let client: OPCUAClient = await connect({ url: server.endpointUrl(), pki: join(folder, 'client') });
  const sessions = new Map<string, ClientSession>();

  const session = async (person: Person | 'anonymous'): Promise<ClientSession> => {
    const known = sessions.get(person);
    if (known !== undefined) return known;
    const made = person === 'anonymous' ? await client.createSession() : await logIn(client, person);
    sessions.set(person, made);
    return made;
  };

  const disconnect = async (): Promise<void> => {
    for (const one of sessions.values()) await one.close();
    sessions.clear();
    await client.disconnect();
  };

  const listen = async (
    person: Person | 'anonymous',
    nodeId = SERVER,
    where: 'ConditionType' | 'BaseEventType' | 'CertificateExpirationAlarmType' = 'ConditionType',
  ): Promise<Subscription> => {
    const subscription = ClientSubscription.create(await session(person), {
      requestedPublishingInterval: 20,
      requestedLifetimeCount: 1000,
      requestedMaxKeepAliveCount: 10,
      publishingEnabled: true,
    });
    const heard: Heard[] = [];
    const item = ClientMonitoredItem.create(
      subscription,
      { nodeId, attributeId: AttributeIds.EventNotifier },
      {
        samplingInterval: 0,
        queueSize: 1000,
        filter: constructEventFilter([...fields], ofType(where)),
      },
      TimestampsToReturn.Both,
    );
    item.on('changed', ((values: Variant[]) => {
      heard.push(
        Object.fromEntries(
          fields.map((field, index) => [field, values[index] ? plain(values[index]) : null]),
        ) as Heard,
      );
    }) as never);
    await new Promise<void>((resolve, reject) => {
      item.once('initialized', () => resolve());
      item.once('err', reason => reject(new Error(reason)));
    });
    return {
      heard,
      subscriptionId: Number(subscription.subscriptionId),
      monitoredItemId: Number(item.monitoredItemId),
      end: () => subscription.terminate(),
    };
  };

  const call = async (
    person: Person | 'anonymous',
    objectId: string,
    methodId: string,
    inputArguments: VariantOptions[],
  ): Promise<string> =>
    (await (await session(person)).call({ objectId, methodId, inputArguments })).statusCode.name;

  return {
    app,
    disk,
    session,
    listen,
    setCentral(status: Pick<CentralStatus, 'enabled' | 'connected'>) {
      central = { ...status, lastPush: null };
    },
    /** Acknowledge, Confirm, AddComment. */
    answer: (
      person: Person | 'anonymous',
      condition: string,
      method: 'Acknowledge' | 'Confirm' | 'AddComment',
      eventId: unknown,
      comment = '',
    ) =>
      call(person, condition, methods[method], [
        { dataType: DataType.ByteString, value: eventId as Buffer },
        {
          dataType: DataType.LocalizedText,
          value: comment === '' ? new LocalizedText({}) : new LocalizedText({ locale: 'en', text: comment }),
        },
      ]),
    change: (
      person: Person | 'anonymous',
      object: string,
      method: Exclude<keyof typeof methods, 'Acknowledge' | 'Confirm' | 'AddComment'>,
      duration?: number,
    ) =>
      call(
        person,
        object,
        methods[method],
        duration === undefined ? [] : [{ dataType: DataType.Double, value: duration }],
      ),
    refresh: async (person: Person, { subscriptionId }: Subscription, monitoredItemId?: number) =>
      call(person, 'i=2782', monitoredItemId === undefined ? 'i=3875' : 'i=12912', [
        { dataType: DataType.UInt32, value: subscriptionId },
        ...(monitoredItemId === undefined ? [] : [{ dataType: DataType.UInt32, value: monitoredItemId }]),
      ]),
    /** A new server on the same store, as after a restart. */
    async restart() {
      await disconnect();
      await server.stop();
      server = make();
      await server.start();
      client = await connect({ url: server.endpointUrl(), pki: join(folder, 'client') });
    },
    async close() {
      await disconnect();
      await server.stop();
      await app.close();
    },
  };
};

export type AlarmLab = Awaited<ReturnType<typeof startAlarms>>;
