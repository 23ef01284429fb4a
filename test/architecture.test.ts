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

const opcuaFolders = ['access', 'nodes', 'methods', 'server'];

test('inside opcua/ the server imports nodes and methods, which import access, and none the other way', t => {
  const opcua = join(source, 'opcua');
  const partOf = (file: string): string => relative(opcua, file).split('/')[0] ?? '';
  const files = opcuaFolders.flatMap(folder => filesBelow(join(opcua, folder)));
  const seen = new Set<string>();
  for (const file of files) {
    for (const imported of importsOf(file).filter(name => name.startsWith('../'))) {
      const [from, to] = [partOf(file), partOf(resolve(dirname(file), imported))];
      if (from === to || !opcuaFolders.includes(to)) continue;
      seen.add(to);
      t.true(to === 'access' || from === 'server', `${relative(root, file)} imports ${imported}`);
    }
  }
  t.deepEqual([...seen].sort(), ['access', 'methods', 'nodes']);
});

test('a driver imports neither the worker nor what follows prints nor another driver', t => {
  const drivers = join(source, 'printers/drivers');
  /** The folder of a kind, or its file, or `shared`; undefined for what is no part of a driver. */
  const kindOf = (file: string): string | undefined => {
    const path = relative(drivers, file);
    return path.startsWith('..') ? undefined : path.split('/')[0];
  };
  const seen = new Set<string>();
  for (const file of filesBelow(drivers)) {
    const own = kindOf(file);
    seen.add(own ?? '');
    for (const imported of importsOf(file).filter(name => name.startsWith('.'))) {
      const target = resolve(dirname(file), imported);
      const kind = kindOf(target);
      const isTool = kind === own || kind === 'shared';
      const isOutside = kind === undefined && layerOf(target) !== 'printers';
      const follows = relative(source, target).startsWith('app/follow-print/');
      t.true(isTool || (isOutside && !follows), `${relative(root, file)} imports ${imported}`);
    }
  }
  t.true(seen.has('shared') && seen.size > 1);
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
