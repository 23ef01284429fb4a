import { join } from 'node:path';
import test from 'ava';
import {
  AttributeIds,
  BrowseDirection,
  type ClientSession,
  NodeClass,
  type NodeId,
  type OPCUAClient,
  resolveNodeId,
  type WriteValueOptions,
} from 'node-opcua';
import type { OpcuaServer } from '../../../src/opcua/server/server.ts';
import { createTestApp, type TestApp } from '../../support/app.ts';
import { connect, logIn, opcuaServer, opcuaSettings } from '../../support/opcua-server.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const folder = temporaryFolder();
let app: TestApp;
let server: OpcuaServer;
let client: OPCUAClient;
let nodes: readonly Found[] = [];

interface Found {
  readonly nodeId: NodeId;
  readonly nodeClass: NodeClass;
  readonly name: string;
  /** Of a method: the objects and types that have it. */
  readonly parents: readonly NodeId[];
}

const CHUNK = 90;

/** The whole address space, as a session sees it. */
const walk = async (session: ClientSession): Promise<readonly Found[]> => {
  const found = new Map<string, Found & { readonly parents: NodeId[] }>();
  let level: NodeId[] = [resolveNodeId('RootFolder')];
  while (level.length > 0) {
    const next: NodeId[] = [];
    for (let at = 0; at < level.length; at += CHUNK) {
      const asked = level.slice(at, at + CHUNK);
      const results = await session.browse(
        asked.map(nodeId => ({
          nodeId,
          browseDirection: BrowseDirection.Forward,
          referenceTypeId: 'References',
          includeSubtypes: true,
          resultMask: 63,
        })),
      );
      for (const [index, result] of results.entries()) {
        const parent = asked[index];
        const references = [...(result.references ?? [])];
        let point = result.continuationPoint;
        while (point && point.length > 0) {
          const more = await session.browseNext(point, false);
          references.push(...(more.references ?? []));
          point = more.continuationPoint;
        }
        for (const { nodeId, nodeClass, browseName } of references) {
          const key = nodeId.toString();
          const known = found.get(key);
          if (known === undefined) {
            const parents = parent === undefined ? [] : [parent];
            found.set(key, { nodeId, nodeClass, name: browseName.toString(), parents });
            next.push(nodeId);
          } else if (parent !== undefined && nodeClass === NodeClass.Method) {
            known.parents.push(parent);
          }
        }
      }
    }
    level = next;
  }
  return [...found.values()];
};

const inChunks = async <One, Result>(
  all: readonly One[],
  ask: (some: readonly One[]) => Promise<readonly Result[]>,
): Promise<readonly Result[]> => {
  const results: Result[] = [];
  for (let at = 0; at < all.length; at += 500) results.push(...(await ask(all.slice(at, at + 500))));
  return results;
};

test.before(async () => {
  app = await createTestApp();
  await app.addPrinter('Printer1', { url: 'http://10.0.0.7/' });
  await app.submit('student');
  const { id: file } = await app.addFile('student');
  await app.application.submitOrder(app.actors.student, {
    orderId: 'A-1',
    file,
    quantity: 1,
    owner: '',
    priority: 0,
  });
  server = opcuaServer({ app, settings: opcuaSettings(join(folder, 'server')) });
  await server.start();
  client = await connect({ url: server.endpointUrl(), pki: join(folder, 'client') });
  const admin = await logIn(client, 'admin');
  nodes = await walk(admin);
  await admin.close();
});
test.after.always(async () => {
  await client?.disconnect();
  await server?.stop();
  await app?.close();
});

test('the walk comes to every namespace', t => {
  const namespaces = new Set(nodes.map(({ nodeId }) => nodeId.namespace));
  for (const index of [0, 2, 3, 4, 5, 6, 7, 8]) t.true(namespaces.has(index), String(index));
  t.true(nodes.length > 5000, String(nodes.length));
});

/** All attributes that a write could change, of what a node may have. */
const written = ({ nodeId, nodeClass }: Found): WriteValueOptions[] => [
  {
    nodeId,
    attributeId: AttributeIds.DisplayName,
    value: { value: { dataType: 'LocalizedText', value: { text: 'x' } } },
  } as WriteValueOptions,
  ...(nodeClass === NodeClass.Variable
    ? [
        {
          nodeId,
          attributeId: AttributeIds.Value,
          value: { value: { dataType: 'Boolean', value: true } },
        } as WriteValueOptions,
      ]
    : []),
];

test('nobody but admins writes anything, anywhere; nor do they, but switches of the standard', async t => {
  for (const who of ['anonymous', 'student', 'plc', 'operator', 'admin'] as const) {
    const session = who === 'anonymous' ? await client.createSession() : await logIn(client, who);
    // What an admin may switch is not switched here: the wrong type is refused after the right.
    const values = nodes
      .flatMap(written)
      .filter(({ nodeId }) => who !== 'admin' || resolveNodeId(nodeId as NodeId).namespace !== 0);
    const statuses = await inChunks(values, some => session.write([...some]));
    const taken = values.filter((_, index) => statuses[index]?.isGood());
    t.deepEqual(
      taken.map(({ nodeId }) => String(nodeId)),
      [],
      who,
    );
    await session.close();
  }
});

/** What tells a session of its own subscriptions alone. */
const ownSubscriptions = ['0:GetMonitoredItems', '0:ResendData', '0:ConditionRefresh', '0:ConditionRefresh2'];
const plainName = (name: string): string => (name.includes(':') ? name : `0:${name}`);

test('without an account one calls nothing but what concerns the own subscriptions', async t => {
  const session = await client.createSession();
  const methods = nodes.filter(({ nodeClass }) => nodeClass === NodeClass.Method);
  t.true(methods.length > 100, String(methods.length));
  const calls = methods.flatMap(({ nodeId, parents, name }) =>
    parents.map(objectId => ({ objectId, methodId: nodeId, inputArguments: [], name })),
  );
  for (let at = 0; at < calls.length; at += 20) {
    const some = calls.slice(at, at + 20);
    const results = await session.call(some.map(({ name: _, ...call }) => call));
    for (const [index, { statusCode }] of results.entries()) {
      const { name = '', objectId } = some[index] ?? {};
      if (ownSubscriptions.includes(plainName(name))) continue;
      t.false(statusCode.isGood(), `${name} of ${objectId}`);
    }
  }
  const executable = await inChunks(methods, some =>
    session.read(some.map(({ nodeId }) => ({ nodeId, attributeId: AttributeIds.UserExecutable }))),
  );
  const open = methods
    .filter((_, index) => executable[index]?.value.value === true)
    .map(({ name }) => plainName(name));
  t.deepEqual(
    [...new Set(open)].filter(name => !ownSubscriptions.includes(name)),
    [],
  );
  await session.close();
});

test('session diagnostics are for admins alone, whoever browses', async t => {
  for (const who of ['anonymous', 'student', 'plc', 'operator'] as const) {
    const session = who === 'anonymous' ? await client.createSession() : await logIn(client, who);
    for (const nodeId of ['i=2290', 'i=3707', 'i=3708']) {
      const { statusCode } = await session.read({ nodeId, attributeId: AttributeIds.Value });
      t.regex(statusCode.name, /BadUserAccessDenied|BadNodeIdUnknown/, `${nodeId} as ${who}`);
    }
    await session.close();
  }
});
