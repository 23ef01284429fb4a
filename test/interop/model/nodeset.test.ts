import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import test from 'ava';
import {
  AddressSpace,
  type BaseNode,
  generateAddressSpace,
  NodeClass,
  nodesets,
  type UAObjectType,
} from 'node-opcua';
import { nodesetFile } from '../../../model/build.ts';
import { jobStatuses, statusCodeOf } from '../../../src/domain/job-status.ts';
import { instanceNodeset } from '../../../src/opcua/export/instance-nodeset.ts';
import { typeIds } from '../../../src/opcua/model-ids.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { pythonPath } from '../support/peers.ts';

const run = promisify(execFile);
const script = join(import.meta.dirname, 'import_nodeset.py');

/** The OPC Foundation's schema (OPC 10000-6, Annex F), bundled with node-opcua's nodesets. */
const schemaFile = (): string => {
  const resolve = createRequire(createRequire(import.meta.url).resolve('node-opcua'));
  return join(dirname(resolve.resolve('node-opcua-nodesets/package.json')), 'nodesets', 'UANodeSet.xsd');
};

interface Import {
  readonly nodes: number;
  readonly indices: readonly number[];
  readonly undescribed: readonly string[];
  readonly withoutValue: readonly string[];
  readonly submitJob: readonly (readonly [string, string])[];
  readonly unit: string;
  readonly statuses: readonly (readonly [string, number])[];
  readonly eventNotifier: readonly string[];
}

const ask = async <Answer>(...command: readonly string[]): Promise<Answer> => {
  const { stdout } = await run(pythonPath(), [script, ...command], { timeout: 120_000 });
  return JSON.parse(stdout) as Answer;
};

test('the nodeset validates against UANodeSet.xsd', async t => {
  t.deepEqual(await ask<readonly string[]>('validate', nodesetFile, schemaFile()), []);
});

test('the model with the printers of a lab validates too, and asyncua loads it', async t => {
  const file = join(temporaryFolder(), 'lab.NodeSet2.xml');
  await writeFile(file, await instanceNodeset(['Printer1', 'XL-2']));
  t.deepEqual(await ask<readonly string[]>('validate', file, schemaFile()), []);
  const alone = await ask<Import>('load', nodesetFile);
  const found = await ask<Import>('load', file);
  t.true(found.nodes >= alone.nodes + 2 * 60);
  t.deepEqual(found.undescribed, []);
});

test('the schema finds a fault where there is one', async t => {
  const folder = temporaryFolder();
  const file = join(folder, 'broken.xml');
  const text = await readFile(nodesetFile, 'utf8');
  await writeFile(file, text.replace('ValueRank="1"', 'ValueRank="many"'));
  const faults = await ask<readonly string[]>('validate', file, schemaFile());
  t.is(faults.length, 1);
});

test('asyncua loads the nodeset with all its values', async t => {
  const found = await ask<Import>('load', nodesetFile);
  t.true(found.nodes > 200);
  t.deepEqual(found.indices, [2, 3]);
  t.deepEqual(found.undescribed, []);
  t.deepEqual(found.withoutValue, []);
  t.deepEqual(found.submitJob, [
    ['File', 'String'],
    ['Printer', 'String'],
    ['Owner', 'String'],
    ['OrderId', 'String'],
    ['Priority', 'Int32'],
    ['RequestId', 'String'],
  ]);
  t.is(found.unit, '°C');
  t.deepEqual(
    found.statuses,
    jobStatuses.map(status => [status, statusCodeOf(status)]),
  );
  t.deepEqual(found.eventNotifier, ['SubscribeToEvents']);
});

/** What it consists of; the arguments of methods are the types'. */
const pathsOf = (node: BaseNode, above = ''): readonly string[] =>
  node.findReferencesExAsObject('Aggregates').flatMap(child => {
    const path = `${above}${child.browseName.name}`;
    return [path, ...(child.nodeClass === NodeClass.Method ? [] : pathsOf(child, `${path}/`))];
  });

test('asyncua and node-opcua make the same of every object type, and asyncua an event of every event type', async t => {
  const space = AddressSpace.create();
  t.teardown(() => space.dispose());
  space.registerNamespace('urn:own');
  await generateAddressSpace(space, [nodesets.standard, nodesetFile]);
  const made = await ask<Readonly<Record<string, readonly string[]>>>('instantiate', nodesetFile);
  const names = Object.keys(typeIds).filter(name => name.endsWith('Type'));
  t.deepEqual(Object.keys(made).sort(), names.sort());
  for (const name of names) {
    const type = space.findNode(typeIds[name as keyof typeof typeIds]) as UAObjectType;
    if (name.endsWith('EventType')) {
      t.deepEqual(made[name], [...pathsOf(type)].sort(), name);
      continue;
    }
    const object = type.instantiate({
      browseName: `Try${name}`,
      organizedBy: space.rootFolder.objects,
      namespace: space.getOwnNamespace(),
    });
    t.deepEqual(made[name], [...pathsOf(object)].sort(), name);
  }
});
