import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import test from 'ava';

const root = resolve(import.meta.dirname, '..');
const source = join(root, 'src');

const filesBelow = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile() && entry.name.endsWith('.ts'))
    .map(entry => join(entry.parentPath, entry.name));

const importsOf = (file: string): string[] =>
  [...readFileSync(file, 'utf8').matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)].map(match => match[1] ?? '');

/** The folder below src/ that a file belongs to; '' for main.ts. */
const layerOf = (file: string): string => {
  const [first, ...rest] = relative(source, file).split('/');
  return rest.length === 0 ? '' : (first ?? '');
};

const edge = ['http', 'opcua', 'central', 'printers', 'store', 'files', 'notify', 'simulation'];
/** Which folders a folder may import, beside itself: the arrows of the design, one way. */
const allowed: Readonly<Record<string, readonly string[]>> = {
  domain: [],
  settings: ['domain'],
  app: ['domain'],
  contract: ['domain'],
  http: ['app', 'domain', 'contract'],
  web: ['contract'],
  'client-certificate': [],
  ...Object.fromEntries(edge.filter(name => name !== 'http').map(name => [name, ['app', 'domain']])),
  central: ['app', 'domain', 'client-certificate'],
  simulation: ['app', 'domain', 'client-certificate'],
  compose: ['settings', 'app', 'domain', ...edge],
  commands: ['settings', 'compose'],
  '': ['settings', 'compose'],
};

const packages: Readonly<Record<string, readonly string[]>> = {
  'node-opcua': ['opcua', 'central', 'simulation', 'client-certificate'],
  koa: ['http'],
  '@koa/': ['http'],
  lowdb: ['store'],
  tsyringe: ['compose'],
  'reflect-metadata': ['compose'],
  busboy: ['http'],
  pino: ['compose'],
  'tar-stream': ['store'],
  'temporal-polyfill': ['domain'],
  ws: ['printers'],
};

/** Also its parts and companions: `koa-body`, `@koa/router`, `node-opcua-client`, `temporal-polyfill/global`. */
const isPackage = (imported: string, name: string): boolean =>
  imported === name ||
  imported.startsWith(name.endsWith('/') ? name : `${name}/`) ||
  imported.startsWith(`${name}-`);

test('imports run one way: main, compose, the edges, app, domain', t => {
  for (const file of filesBelow(source)) {
    const layer = layerOf(file);
    for (const imported of importsOf(file).filter(name => name.startsWith('.'))) {
      const target = layerOf(resolve(dirname(file), imported));
      t.true(
        target === layer || (allowed[layer] ?? []).includes(target),
        `${relative(root, file)} imports ${imported}`,
      );
    }
  }
});

const opcua = join(source, 'opcua');
/** Parts of the server, each of which hangs nodes on the same objects, and may know no other. */
const opcuaParts = ['alarms', 'companion/machinery', 'companion/job-control', 'file-transfer', 'history'];
/** Which folders inside opcua/ may import which; the files beside them are for all. */
const opcuaAllowed: Readonly<Record<string, readonly string[]>> = {
  '': [],
  access: [],
  nodes: ['access'],
  methods: ['access'],
  companion: ['access', 'nodes'],
  ...Object.fromEntries(opcuaParts.map(part => [part, ['access', 'nodes']])),
  'companion/machinery': ['access', 'nodes', 'companion'],
  'companion/job-control': ['access', 'nodes', 'companion'],
  export: ['nodes'],
  // The history for HistoryRead, a service of the server.
  server: ['access', 'nodes', 'methods', 'companion', 'history'],
};
/** The list of all parts. */
const opcuaList = 'nodes/install-nodes.ts';
/** What parts share; the rest of nodes/ are parts as well. */
const sharedNodes = [
  'add-nodes',
  'find-node',
  'follow-commits',
  'instantiate',
  'printer-nodes-facts',
  'printer-objects',
  'time-slices',
  'variable-slot',
].map(name => `nodes/${name}.ts`);

test('inside opcua/ the server imports the parts, which import shared helpers and access, and not each other', t => {
  const folderOf = (file: string): string => dirname(relative(opcua, file)).replace(/^\.$/, '');
  const seen = new Set<string>();
  for (const file of filesBelow(opcua)) {
    const from = folderOf(file);
    const isList = relative(opcua, file) === opcuaList;
    for (const imported of importsOf(file).filter(name => name.startsWith('.'))) {
      const target = resolve(dirname(file), imported);
      if (!target.startsWith(`${opcua}/`)) continue;
      const to = folderOf(target);
      if (to === from || to === '') continue;
      seen.add(`${from} -> ${to}`);
      const isAllowed = (opcuaAllowed[from] ?? []).includes(to) || (isList && opcuaParts.includes(to));
      t.true(isAllowed, `${relative(root, file)} imports ${imported}`);
      if (to === 'nodes' && from !== 'server') {
        t.true(sharedNodes.includes(relative(opcua, target)), `${relative(root, file)} imports ${imported}`);
      }
    }
  }
  for (const arrow of ['server -> nodes', 'server -> methods', 'nodes -> alarms', 'alarms -> access']) {
    t.true(seen.has(arrow), arrow);
  }
});

test('each package that a folder owns is imported there alone', t => {
  for (const file of filesBelow(source)) {
    for (const imported of importsOf(file)) {
      for (const [name, owners] of Object.entries(packages)) {
        if (isPackage(imported, name)) {
          t.true(owners.includes(layerOf(file)), `${relative(root, file)} imports ${imported}`);
        }
      }
    }
  }
  t.true(filesBelow(source).length > 0);
});

test('no files import each other in a circle', t => {
  const files = filesBelow(source);
  const targets = new Map(
    files.map(file => [
      file,
      importsOf(file)
        .filter(name => name.startsWith('.'))
        .map(name => resolve(dirname(file), name)),
    ]),
  );
  const done = new Set<string>();
  const visit = (file: string, way: readonly string[]): void => {
    if (way.includes(file)) {
      const circle = [...way.slice(way.indexOf(file)), file].map(one => relative(source, one));
      t.fail(circle.join(' -> '));
      return;
    }
    if (done.has(file)) return;
    done.add(file);
    for (const target of targets.get(file) ?? []) visit(target, [...way, file]);
  };
  for (const file of files) visit(file, []);
  t.is(done.size, files.length);
});
