import { readFile } from 'node:fs/promises';
import { AddressSpace, generateAddressSpace } from 'node-opcua';
import { INSTANCES_INDEX, INSTANCES_URI, instanceIds, TYPES_URI, typeIds } from '../model-ids.ts';
import { instantiate } from '../nodes/instantiate.ts';
import { modelFile, nodesetFiles } from '../nodesets.ts';

/** Indices inside our nodeset's own file, where the standard namespace is 0 and no server has one. */
const fileIndexOf: Readonly<Record<string, number>> = { [TYPES_URI]: 1, [INSTANCES_URI]: 2 };

/** Values are written with the prefix `uax`. */
const UA_TYPES = 'http://opcfoundation.org/UA/2008/02/Types.xsd';

const element = /<(UAObject|UAVariable|UAMethod) NodeId="([^"]*)"[\s\S]*?<\/\1>/g;

/** Namespace indices of the written file by those of ours, which differ: each file lists its own. */
const indicesOf = (xml: string): ReadonlyMap<string, number> =>
  new Map(
    [
      ...(/<NamespaceUris>([\s\S]*?)<\/NamespaceUris>/.exec(xml)?.[1] ?? '').matchAll(/<Uri>(.*?)<\/Uri>/g),
    ].map(([, uri = ''], index) => {
      const ours = fileIndexOf[uri];
      if (ours === undefined) throw new Error(`Printers have nodes of the namespace ${uri}.`);
      return [`${index + 1}`, ours];
    }),
  );

const withIndicesOfOurFile = (xml: string): ((node: string) => string) => {
  const indices = indicesOf(xml);
  const indexOf = (index: string): number => indices.get(index) ?? 0;
  const aliases = new Map(
    [...xml.matchAll(/<Alias Alias="(.*?)">(.*?)<\/Alias>/g)].map(([, alias = '', id = '']) => [alias, id]),
  );
  return node =>
    node
      .replace(
        /(DataType|ReferenceType)="(.*?)"/g,
        (_, name: string, alias: string) => `${name}="${aliases.get(alias) ?? alias}"`,
      )
      .replace(/ns=(\d+);/g, (_, index: string) => `ns=${indexOf(index)};`)
      .replace(/BrowseName="(\d+):/g, (_, index: string) => `BrowseName="${indexOf(index)}:`);
};

/** The written file has only the forward references, and `Printers` is not written with it. */
const hangOnPrinters = (node: string): string =>
  node.replace(
    '<References>',
    `<References>
            <Reference ReferenceType="HasComponent" IsForward="false">ns=2;s=Printers</Reference>
            <Reference ReferenceType="HasNotifier" IsForward="false">ns=2;s=Printers</Reference>`,
  );

/**
 * Our nodeset with the lab's printers as objects, for engineering tools that take their variables and methods from a
 * file (TIA Portal makes its data types of it). Needs no other file, so jobs, which come and go, and what hangs on
 * the companion specifications are left out.
 * @param printers their names, which are their browse names
 */
export const instanceNodeset = async (printers: readonly string[]): Promise<string> => {
  const addressSpace = AddressSpace.create();
  try {
    addressSpace.registerNamespace('urn:export');
    await generateAddressSpace(addressSpace, nodesetFiles.slice(0, 2));
    const roots = new Set(printers.map(name => `${instanceIds.Printers.split(';')[1]}/${name}`));
    for (const name of printers) {
      instantiate(addressSpace, {
        type: typeIds.PrinterType,
        parent: instanceIds.Printers,
        name,
        description: `Printer ${name}.`,
        notifier: true,
      });
    }
    const xml = addressSpace.getNamespace(INSTANCES_INDEX).toNodeset2XML();
    const translate = withIndicesOfOurFile(xml);
    const nodes = [...xml.matchAll(element)]
      .map(([node, , nodeId = '']) => ({ node, id: nodeId.replace(/^ns=\d+;/, '') }))
      .filter(({ id }) => id.startsWith('s=Printers/'))
      .map(({ node, id }) => (roots.has(id) ? hangOnPrinters(translate(node)) : translate(node)));
    const model = await readFile(modelFile, 'utf8');
    return model
      .replace('<UANodeSet ', `<UANodeSet xmlns:uax="${UA_TYPES}" `)
      .replace(/\s*<\/UANodeSet>\s*$/, `\n  ${nodes.join('\n  ')}\n</UANodeSet>\n`);
  } finally {
    addressSpace.dispose();
  }
};
