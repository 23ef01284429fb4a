import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import anyTest, { type TestFn } from 'ava';
import { type BaseNode, NodeClass } from 'node-opcua';
import { idsFile } from '../../model/build.ts';
import { readIds } from '../../model/ids.ts';
import { INSTANCES_INDEX, TYPES_INDEX } from '../../src/opcua/model-ids.ts';
import { nodesOf, startWalk, type Walk } from './walk-fixture.ts';

const test = anyTest as TestFn<Walk>;

/** One line for each node of the instances' namespace: id, class and browse name, of a printer, a job, an order … */
const listFile = new URL('node-ids.txt', import.meta.url);

test.before(async t => {
  t.context = await startWalk();
});
test.after.always(t => t.context?.stop());

const lineOf = ({ nodeId, nodeClass, browseName }: BaseNode): string =>
  `${nodeId.value} ${NodeClass[nodeClass]} ${browseName}`;

const withoutNames = (line: string): string =>
  line
    .replaceAll(/\bf-[0-9a-f]{20}\b/g, '<File>')
    .replaceAll('Printer1', '<Printer>')
    .replaceAll('A-1', '<Order>')
    .replace(/^Jobs\/\d+/, 'Jobs/<Job>')
    .replace(/ 3:\d+$/, ' 3:<Job>');

const linesOf = (nodes: readonly BaseNode[]): readonly string[] => nodes.map(lineOf).sort();

test.serial(
  'the ids of what is made at run time are those of the committed list: none moves, none vanishes',
  async t => {
    const lines = [...new Set(linesOf(nodesOf(t.context.space, INSTANCES_INDEX)).map(withoutNames))].sort();
    if (process.env.WRITE_NODE_IDS === 'true') await writeFile(listFile, `${lines.join('\n')}\n`);
    const committed = (await readFile(listFile, 'utf8')).trim().split('\n');
    const missing = committed.filter(line => !lines.includes(line));
    t.deepEqual(missing, [], 'Clients are configured with these ids: they stay for good.');
    const added = lines.filter(line => !committed.includes(line));
    t.deepEqual(added, [], 'New ids: run this test with WRITE_NODE_IDS=true and commit node-ids.txt.');
  },
);

test.serial('the ids of the model are in the server as the committed list has them', async t => {
  const pinned = await readIds(idsFile);
  t.true(pinned.length >= 240);
  for (const { symbol, id, nodeClass } of pinned) {
    const nodeId = typeof id === 'number' ? `ns=${TYPES_INDEX};i=${id}` : `ns=${INSTANCES_INDEX};s=${id}`;
    const node = t.context.space.findNode(nodeId);
    t.is(node === null ? 'none' : NodeClass[node.nodeClass], nodeClass, `${symbol} ${nodeId}`);
  }
});

test('what the model has had from its first release is never written anew: ids.csv only grows', async t => {
  const rows = (await readIds(idsFile)).slice(0, 240);
  const text = rows.map(({ symbol, id, nodeClass }) => `${symbol},${id},${nodeClass}`).join('\n');
  t.is(
    createHash('sha256').update(text).digest('hex'),
    'ba83defa2ed52d36a59e1414ccd080e4b31e1b1be73771bdbe46ac9890e335b0',
  );
});

test.serial('after a restart over the same data every node has the id that it had', async t => {
  const lasting = (line: string): boolean => !line.startsWith('f-');
  const before = linesOf(nodesOf(t.context.space, INSTANCES_INDEX)).filter(lasting);
  const after = linesOf(await t.context.restart());
  t.deepEqual(after, before);
});
