import { createPrivateKey } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type Argument,
  AttributeIds,
  BrowseDirection,
  ClientMonitoredItem,
  type ClientSession,
  type ClientSubscription,
  coerceNodeId,
  crypto_utils,
  type DataValue,
  EventFilter,
  type HistoryData,
  HistoryReadRequest,
  MessageSecurityMode,
  makeBrowsePath,
  type NodeId,
  OPCUACertificateManager,
  OPCUAClient,
  ofType,
  ReadRawModifiedDetails,
  resolveNodeId,
  SecurityPolicy,
  SimpleAttributeOperand,
  type StatusCode,
  StatusCodes,
  stringToQualifiedName,
  TimestampsToReturn,
  type UserIdentityInfo,
  UserTokenType,
  type Variant,
} from 'node-opcua';
import { argumentOf, plain, typeOf } from './values.ts';

const INSTANCES = 'http://monashautomation.com/UA/MesPrinting/Instances/';
const TYPES = 'http://monashautomation.com/UA/MesPrinting/';

/** A request of the protocol that support/ua-client.ts describes. */
export interface Request {
  readonly url: string;
  readonly user?: string;
  readonly password?: string;
  readonly policy?: keyof typeof SecurityPolicy;
  readonly mode?: 'Sign' | 'SignAndEncrypt';
  readonly certificate?: string;
  readonly key?: string;
  readonly applicationUri?: string;
  readonly userCertificate?: string;
  readonly userKey?: string;
  readonly object?: string;
  readonly method: string;
  readonly args: readonly unknown[];
  readonly types?: readonly string[];
  readonly node: string;
  readonly nodes: readonly string[];
  readonly value: unknown;
  readonly source: string;
  readonly type: string;
  readonly fields: readonly string[];
  readonly start: string;
  readonly end: string;
  readonly max: number;
}

export class BadStatus extends Error {
  readonly status: string;

  constructor(status: StatusCode) {
    super(status.toString());
    this.status = status.name;
  }
}

const pemOf = async (key: string): Promise<string> =>
  createPrivateKey({ key: await readFile(key), format: 'der', type: 'pkcs8' })
    .export({ format: 'pem', type: 'pkcs8' })
    .toString();

const identityOf = async (request: Request): Promise<UserIdentityInfo> => {
  const { user, password = '', userCertificate, userKey } = request;
  if (userCertificate !== undefined && userKey !== undefined) {
    return {
      type: UserTokenType.Certificate,
      certificateData: await readFile(userCertificate),
      privateKey: await pemOf(userKey),
    };
  }
  if (user === undefined) return { type: UserTokenType.Anonymous };
  return { type: UserTokenType.UserName, userName: user, password };
};

const securityOf = async ({ policy, mode = 'SignAndEncrypt', certificate, key, applicationUri }: Request) => {
  if (policy === undefined || certificate === undefined || key === undefined) return {};
  const [der, privateKey] = [
    await readFile(certificate),
    crypto_utils.makePrivateKeyFromPem(await pemOf(key)),
  ];
  return {
    securityPolicy: SecurityPolicy[policy],
    securityMode: MessageSecurityMode[mode],
    applicationUri,
    certificateKeyPairProvider: {
      getCertificate: () => der,
      getCertificateChain: () => [der],
      getPrivateKey: () => privateKey,
    },
  };
};

const operandOf = (path: string): SimpleAttributeOperand =>
  new SimpleAttributeOperand({
    typeDefinitionId: resolveNodeId(path === '' ? 'ConditionType' : 'BaseEventType'),
    attributeId: path === '' ? AttributeIds.NodeId : AttributeIds.Value,
    browsePath: path === '' ? [] : path.split('/').map(name => stringToQualifiedName(name)),
  });

/** One session with the server, and what can be asked of it. */
export const createSession = (folder: string, say: (message: object) => void) => {
  let client: OPCUAClient | undefined;
  let session: ClientSession | undefined;
  let index = 0;

  const open = (): ClientSession => {
    if (session === undefined) throw new Error('Not connected');
    return session;
  };
  const node = (text: string): NodeId =>
    coerceNodeId(/^(ns=|i=)/.test(text) ? text : `ns=${index};s=${text}`);
  const create = (options: object): OPCUAClient =>
    OPCUAClient.create({
      applicationName: 'Interop client',
      endpointMustExist: false,
      keepSessionAlive: true,
      connectionStrategy: { maxRetry: 0, initialDelay: 50, maxDelay: 100 },
      clientCertificateManager: new OPCUACertificateManager({
        rootFolder: join(folder, 'pki'),
        automaticallyAcceptUnknownCertificate: true,
      }),
      ...options,
    });
  const answer = ({ value, statusCode, sourceTimestamp }: DataValue) => ({
    value: plain(value),
    status: statusCode.name,
    time: plain(sourceTimestamp),
  });

  const declared = async (method: NodeId, property: string): Promise<readonly Argument[]> => {
    const { targets } = await open().translateBrowsePath(makeBrowsePath(method, `.${property}`));
    const found = targets?.[0]?.targetId;
    if (found === undefined) return [];
    return (await open().read({ nodeId: found })).value.value as Argument[];
  };

  const watch = (): Promise<ClientSubscription> =>
    open().createSubscription2({
      requestedPublishingInterval: 100,
      requestedLifetimeCount: 1000,
      requestedMaxKeepAliveCount: 20,
      publishingEnabled: true,
    });

  return {
    async connect(request: Request) {
      client = create(await securityOf(request));
      try {
        await client.connect(request.url);
        session = await client.createSession(await identityOf(request));
      } catch (error) {
        await client.disconnect();
        throw error;
      }
      const namespaces = await session.readNamespaceArray();
      index = namespaces.indexOf(INSTANCES);
      return { instances: index, types: namespaces.indexOf(TYPES) };
    },
    async disconnect() {
      await session?.close();
      await client?.disconnect();
    },
    async endpoints({ url }: Request) {
      const asking = create({});
      await asking.connect(url);
      const found = await asking.getEndpoints();
      await asking.disconnect();
      return found.map(one => ({
        policy: one.securityPolicyUri?.split('#')[1],
        mode: MessageSecurityMode[one.securityMode],
        tokens: one.userIdentityTokens?.map(token => UserTokenType[token.tokenType]),
      }));
    },
    async call({ method, object = method.split('.')[0] ?? '', args, types }: Request) {
      const methodId = node(method);
      const kinds =
        types?.map(typeOf) ?? (await declared(methodId, 'InputArguments')).map(one => one.dataType);
      if (kinds.length !== args.length) throw new Error(`${method} declares ${kinds.length} arguments`);
      const inputArguments = await Promise.all(kinds.map((kind, at) => argumentOf(open(), kind, args[at])));
      const result = await open().call({ objectId: node(object), methodId, inputArguments });
      const given = result.outputArguments ?? [];
      const names = given.length === 0 ? [] : await declared(methodId, 'OutputArguments');
      const outputs = Object.fromEntries(names.map(({ name }, at) => [name, plain(given[at])]));
      return { status: result.statusCode.name, outputs: result.statusCode.isBad() ? null : outputs };
    },
    read: async ({ nodes }: Request) =>
      (await open().read(nodes.map(one => ({ nodeId: node(one) })))).map(answer),
    async write({ node: text, value, type }: Request) {
      const nodeId = node(text);
      const written = { value: await argumentOf(open(), typeOf(type), value) };
      const status = await open().write({ nodeId, attributeId: AttributeIds.Value, value: written });
      if (status.isNot(StatusCodes.Good)) throw new BadStatus(status);
    },
    async browse({ node: text }: Request) {
      let found = await open().browse({
        nodeId: node(text),
        browseDirection: BrowseDirection.Forward,
        resultMask: 63,
      });
      const references = [...(found.references ?? [])];
      while (found.continuationPoint && found.continuationPoint.length > 0) {
        found = await open().browseNext(found.continuationPoint, false);
        references.push(...(found.references ?? []));
      }
      return references.map(one => ({ name: one.browseName.name, node: plain(one.nodeId) }));
    },
    async subscribe({ nodes }: Request) {
      const subscription = await watch();
      for (const text of nodes) {
        const item = ClientMonitoredItem.create(
          subscription,
          { nodeId: node(text), attributeId: AttributeIds.Value },
          { samplingInterval: 100, queueSize: 100, discardOldest: true },
          TimestampsToReturn.Both,
        );
        item.on('changed', (value: DataValue) => say({ data: { node: text, ...answer(value) } }));
      }
    },
    async events({ source, type, fields }: Request) {
      const subscription = await watch();
      const filter = new EventFilter({
        selectClauses: fields.map(operandOf),
        whereClause: { elements: [ofType(type)] },
      });
      const item = ClientMonitoredItem.create(
        subscription,
        { nodeId: node(source), attributeId: AttributeIds.EventNotifier },
        { samplingInterval: 0, queueSize: 1000, discardOldest: true, filter },
      );
      const names = fields.map(path => (path === '' ? 'ConditionId' : path.replace(/\d+:/g, '')));
      item.on('changed', (values: Variant[]) =>
        say({ event: Object.fromEntries(names.map((name, at) => [name, plain(values[at])])) }),
      );
    },
    async history({ node: text, start, end, max }: Request) {
      const found: ReturnType<typeof answer>[] = [];
      const historyReadDetails = new ReadRawModifiedDetails({
        startTime: new Date(start),
        endTime: new Date(end),
        numValuesPerNode: max,
      });
      let continuationPoint: Buffer | undefined;
      do {
        const { results } = await open().historyRead(
          new HistoryReadRequest({
            historyReadDetails,
            timestampsToReturn: TimestampsToReturn.Both,
            nodesToRead: [{ nodeId: node(text), ...(continuationPoint && { continuationPoint }) }],
          }),
        );
        const result = results?.[0];
        if (result === undefined) throw new Error('No result');
        if (result.statusCode.isBad()) throw new BadStatus(result.statusCode);
        found.push(...((result.historyData as HistoryData | null)?.dataValues ?? []).map(answer));
        continuationPoint = result.continuationPoint;
      } while (continuationPoint && continuationPoint.length > 0);
      return found;
    },
  };
};
