/** Registration with a discovery server: one by asyncua, which the server has to trust first. */
import { copyFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { createTestApp } from '../../support/app.ts';
import { freePort } from '../../support/free-port.ts';
import { opcuaServer, opcuaSettings } from '../../support/opcua-server.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { until } from '../../support/until.ts';
import { type Child, startChild, tailOf } from '../support/child.ts';
import { pythonPath } from '../support/peers.ts';

interface Registration {
  readonly uri: string;
  readonly urls: readonly string[];
  readonly names: readonly string[];
  readonly online: boolean;
}

const script = fileURLToPath(new URL('./discovery_server.py', import.meta.url));
const folder = temporaryFolder();
const seen: Registration[] = [];
let discovery: Child | undefined;

test.after.always(() => discovery?.kill('SIGTERM'));

const startDiscovery = async (port: number): Promise<void> => {
  const logFile = join(folder, 'discovery.log');
  const child = startChild(pythonPath(), [script, '--port', `${port}`, '--folder', folder], {
    logFile,
    talk: true,
  });
  discovery = child;
  let ready = false;
  const { stdout } = child.process;
  if (stdout === null) throw new Error('The discovery server has no stdout');
  createInterface({ input: stdout }).on('line', line => {
    const said = JSON.parse(line) as Registration & { readonly ready?: boolean };
    if (said.ready) ready = true;
    else seen.push(said);
  });
  await until('the discovery server to be ready', () => {
    if (!child.isRunning()) throw new Error(`The discovery server ended: ${tailOf(logFile)}`);
    return ready;
  });
};

test('a server registers with the discovery server that it trusts, and takes it back when it stops', async t => {
  const port = await freePort();
  await startDiscovery(port);
  const certificates = join(folder, 'server');
  await mkdir(join(certificates, 'trusted', 'certs'), { recursive: true });
  await copyFile(join(folder, 'certificate.der'), join(certificates, 'trusted', 'certs', 'discovery.der'));
  const app = await createTestApp();
  const server = opcuaServer({
    app,
    settings: { ...opcuaSettings(certificates), discoveryUrl: `opc.tcp://127.0.0.1:${port}` },
  });
  try {
    await server.start();
    await until('the registration', () => seen.length > 0);
    const [registration] = seen;
    t.deepEqual(registration?.names, ['MES Printing Server']);
    t.true(registration?.online);
    t.regex(registration?.uri ?? '', /^urn:.*:MesPrintingServer$/);
    t.deepEqual(
      registration?.urls.map(url => new URL(url).port),
      [new URL(server.endpointUrl()).port],
    );
  } finally {
    await server.stop();
    await app.close();
  }
  t.is(seen.length, 2);
  t.like(seen[1], { uri: seen[0]?.uri, online: false });
});

test('a discovery server that is not there holds up neither the start nor the stop', async t => {
  const app = await createTestApp();
  const server = opcuaServer({
    app,
    settings: {
      ...opcuaSettings(join(folder, 'other')),
      discoveryUrl: `opc.tcp://127.0.0.1:${await freePort()}`,
    },
  });
  await server.start();
  const begin = performance.now();
  await server.stop();
  t.true(performance.now() - begin < 5000);
  await app.close();
});
