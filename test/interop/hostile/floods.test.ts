import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { AttributeIds, type ClientSession, type OPCUAClient } from 'node-opcua';
import { connect } from '../../support/opcua-server.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { until } from '../../support/until.ts';
import { createServerProcess, type ServerProcess } from '../support/server-process.ts';
import { floods } from './floods.ts';

const attackerFile = fileURLToPath(new URL('./attacker.ts', import.meta.url));
/** ms of each flood. */
const DURATION = 3000;
/** ms that somebody else may wait. */
const LONGEST_WAIT = 1000;
/** MB more than before the floods: the heap grows to what it works with. */
const MOST_KEPT = 250;

const folder = temporaryFolder();
let server: ServerProcess;
let attacker: ChildProcess;
let client: OPCUAClient;
let session: ClientSession;
let before = 0;

test.before(async () => {
  server = await createServerProcess(join(folder, 'server'));
  attacker = fork(attackerFile, { stdio: 'ignore' });
  await Promise.all([server.start(), once(attacker, 'message')]);
  client = await connect({ url: server.opcuaUrl, pki: join(folder, 'client') });
  session = await client.createSession();
  before = await memory();
});
test.after.always(async () => {
  await client?.disconnect();
  if (attacker?.connected) attacker.disconnect();
  await server?.stop();
});

/** MB that the server holds. */
const memory = async (): Promise<number> => {
  const pid = (await readFile(join(folder, 'server', 'data', 'lock.pid'), 'utf8')).trim();
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) / 1024;
};

/** What a well-behaved client waits at most while something goes on: ms. */
const longestWait = async (goesOn: () => boolean): Promise<{ longest: number; answers: number }> => {
  let longest = 0;
  let answers = 0;
  while (goesOn()) {
    const begin = performance.now();
    const { statusCode } = await session.read({ nodeId: 'i=2258', attributeId: AttributeIds.Value });
    if (!statusCode.isGood()) throw new Error(statusCode.name);
    longest = Math.max(longest, performance.now() - begin);
    answers += 1;
    await sleep(20);
  }
  return { longest, answers };
};

for (const name of Object.keys(floods)) {
  test.serial(`while one floods the server others wait less than a second: ${name}`, async t => {
    let done: { count?: number; error?: string } | undefined;
    attacker.once('message', message => {
      done = message as typeof done;
    });
    attacker.send({ name, url: server.opcuaUrl, pki: join(folder, 'attacker'), duration: DURATION });
    const { longest, answers } = await longestWait(() => done === undefined);
    t.log(`${done?.count} done, ${answers} answers, the longest after ${longest.toFixed(0)} ms`);
    t.is(done?.error, undefined);
    t.true((done?.count ?? 0) > 0);
    t.true(answers > 5, String(answers));
    t.true(longest < LONGEST_WAIT, `${longest} ms`);
    t.true(server.isRunning());
  });
}

test.serial('afterwards the memory comes back, and a newcomer gets in', async t => {
  // Of what the floods left, some only goes when sessions and subscriptions run out.
  const held = await until('the memory to come back', async () => {
    const now = await memory();
    return now < before + MOST_KEPT && now;
  });
  t.log(`${before.toFixed(0)} MB before, ${held.toFixed(0)} MB afterwards`);
  const newcomer = await connect({ url: server.opcuaUrl, pki: join(folder, 'client') });
  t.truthy(await newcomer.createSession());
  await newcomer.disconnect();
  const { statusCode } = await session.read({ nodeId: 'i=2258', attributeId: AttributeIds.Value });
  t.is(statusCode.name, 'Good');
});
