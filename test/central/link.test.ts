import test from 'ava';
import {
  type BrowsePath,
  DataType,
  DataValue,
  resolveNodeId,
  StatusCodes,
  Variant,
  type WriteValueOptions,
} from 'node-opcua-client';
import { centralPaths } from '../../src/central/layout.ts';
import { createLink, type WriteItem } from '../../src/central/link.ts';
import type { OpenSession } from '../../src/central/session.ts';
import { createWait } from '../../src/central/wait.ts';
import { memoryLog } from '../support/fakes.ts';

const NAMESPACE = 'http://monashautomation.com/opcua-server';
const wait = createWait(1000);

/** A central server behind a session, with what it was asked; only Printer.1 exists. */
const fakeServer = ({ limit = 0, longest = Number.POSITIVE_INFINITY, type = DataType.Float } = {}) => {
  const server = {
    firstId: 1,
    lookUps: 0,
    /** Node ids of each Write. */
    writes: [] as string[][],
    refused: new Map<string, typeof StatusCodes.BadNotWritable>(),
  };
  const idOf = (path: string): string =>
    `ns=2;i=${server.firstId + (centralPaths as readonly string[]).indexOf(path)}`;
  const session = {
    readNamespaceArray: async () => ['ua', 'own', NAMESPACE],
    read: async (nodes: readonly { nodeId: unknown }[]) =>
      nodes.map(({ nodeId }) =>
        typeof nodeId === 'string'
          ? new DataValue({ value: new Variant({ dataType: DataType.UInt32, value: limit }) })
          : new DataValue({
              value: new Variant({ dataType: DataType.NodeId, value: resolveNodeId(`i=${type}`) }),
            }),
      ),
    translateBrowsePath: async (paths: readonly BrowsePath[]) => {
      server.lookUps++;
      return paths.map(({ relativePath }) => {
        const names = (relativePath.elements ?? []).map(({ targetName }) => targetName.name ?? '');
        if (names[0] !== 'Printer.1') return { statusCode: StatusCodes.BadNoMatch, targets: [] };
        const targetId = resolveNodeId(idOf(names.slice(1).join('/')));
        return { statusCode: StatusCodes.Good, targets: [{ targetId }] };
      });
    },
    write: async (nodes: readonly WriteValueOptions[]) => {
      if (nodes.length > longest) throw new Error('serviceResult = BadTooManyOperations');
      const ids = nodes.map(({ nodeId }) => String(nodeId));
      server.writes.push(ids);
      return ids.map(id => {
        const known = centralPaths.some(path => idOf(path) === id);
        return known ? (server.refused.get(id) ?? StatusCodes.Good) : StatusCodes.BadNodeIdUnknown;
      });
    },
  };
  const open = { session, isLost: () => false, close: async () => undefined } as unknown as OpenSession;
  return { server, open, idOf };
};

const item = (path: string, value = 1, printer = 'Printer.1'): WriteItem => ({
  printer,
  value: { path, value, quality: 'good', time: new Date(0) },
});

const linkTo = async (open: OpenSession, log = memoryLog()) => {
  const link = await createLink(open, NAMESPACE, new Set(), wait, log);
  await link.resolve(['Printer.1', 'Printer2'], wait);
  return link;
};

test('nodes that moved are looked up again and written to where they are now', async t => {
  const { server, open, idOf } = fakeServer();
  const link = await linkTo(open);
  const generation = link.generation();
  server.firstId = 900;
  t.deepEqual(await link.write([item('bed/actual'), item('head/x')], wait), ['written', 'written']);
  t.is(server.lookUps, 2);
  t.deepEqual(server.writes.at(-1), [idOf('bed/actual'), idOf('head/x')]);
  t.not(link.generation(), generation, 'all that was written before counts no more');
});

test('nodes that move for ever are an error, not a loop', async t => {
  const { server, open } = fakeServer();
  const link = await linkTo(open);
  server.refused.set('ns=2;i=7', StatusCodes.BadNodeIdUnknown);
  await t.throwsAsync(
    link.write(
      centralPaths.map(path => item(path)),
      wait,
    ),
    { message: /does not know the nodes/ },
  );
});

test("a batch is cut to the server's limit, in its order", async t => {
  const { server, open, idOf } = fakeServer({ limit: 2 });
  const link = await linkTo(open);
  await link.write(
    ['bed/actual', 'head/x', 'head/y'].map(path => item(path)),
    wait,
  );
  t.deepEqual(server.writes, [[idOf('bed/actual'), idOf('head/x')], [idOf('head/y')]]);
});

test('a server that finds a Write too long gets shorter ones', async t => {
  const { server, open } = fakeServer({ longest: 5 });
  const link = await linkTo(open);
  const items = centralPaths.map(path => item(path));
  t.true((await link.write(items, wait)).every(outcome => outcome === 'written'));
  t.deepEqual(
    server.writes.map(ids => ids.length),
    [5, 5, 5, 2],
  );
});

test('each item has its own outcome, and a refusal is logged once', async t => {
  const log = memoryLog();
  const { server, open, idOf } = fakeServer();
  server.refused.set(idOf('bed/actual'), StatusCodes.BadNotWritable);
  const link = await linkTo(open, log);
  const items = [item('head/x'), item('bed/actual'), item('head/x', 1, 'Printer2')];
  t.deepEqual(await link.write(items, wait), ['written', 'refused', 'absent']);
  await link.write(items, wait);
  t.deepEqual(
    log.lines.map(({ fields }) => fields),
    [{ printer: 'Printer.1', variable: 'bed/actual', fault: 'BadNotWritable' }],
  );
  t.true(link.has('Printer.1'));
  t.false(link.has('Printer2'));
});

test('an answer that does not come names what was awaited', async t => {
  const { open } = fakeServer();
  const link = await linkTo(open);
  Object.assign(open.session, { write: () => new Promise(() => undefined) });
  await t.throwsAsync(link.write([item('head/x')], createWait(20)), {
    message: 'Writing 1 values to the central server took longer than 20 ms.',
  });
});
