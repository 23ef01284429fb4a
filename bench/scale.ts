/**
 * `npm run bench:scale -- [--seconds=N] [--only=bare|ours] [--profile=FOLDER]`: 1000 printers (BENCH_PRINTERS) whose
 * values are written each second, as their workers would: the start, idle, 100 sessions that read, 10 clients that
 * subscribe to every live value. A bare node-opcua server and ours, one after the other.
 */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { RunResult } from './client/main.ts';
import type { TaskName, TaskOptions } from './client/tasks.ts';
import type { Usage } from './servers/controls.ts';
import { type Started, startServer } from './start-up.ts';
import { type Child, startChild } from './support/child.ts';
import { short, table } from './support/figures.ts';
import { liveIds, printerNames } from './support/lab.ts';
import { populate } from './support/populate.ts';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '15' },
    only: { type: 'string', default: '' },
    profile: { type: 'string', default: '' },
  },
});
const seconds = Number(values.seconds);
const until = { milliseconds: seconds * 1000, operations: Number.MAX_SAFE_INTEGER };
const UPDATE_EVERY = 1000;

/** All clients come from one address here. */
const settings = {
  OPCUA_MAX_SESSIONS_PER_ADDRESS: '200',
  OPCUA_MAX_SESSIONS_PER_ACCOUNT: '200',
  OPCUA_MAX_MONITORED_ITEMS_PER_ADDRESS: '100000',
};

interface Phase {
  readonly name: string;
  readonly task: TaskName;
  readonly options: TaskOptions;
  readonly updates: boolean;
}

const none: TaskOptions = { sessions: 0, inFlight: 1, anonymous: false };
const phases: readonly Phase[] = [
  { name: 'idle', task: 'idle', options: none, updates: false },
  { name: 'updates, no client', task: 'idle', options: none, updates: true },
  {
    name: 'updates, 100 sessions reading',
    task: 'readOne',
    options: { ...none, sessions: 100 },
    updates: true,
  },
  {
    name: `updates, 10 clients x ${liveIds.length} items`,
    task: 'notifications',
    options: { ...none, sessions: 10, interval: UPDATE_EVERY },
    updates: true,
  },
];

const load = (): string => short(loadavg()[0] ?? Number.NaN);

const runPhase = async (
  { name, task, options, updates }: Phase,
  { url, child }: Started,
  client: Child,
  folder: string,
): Promise<string[]> => {
  await client.call('prepare', { task, target: { url, folder }, options });
  try {
    await child.call('changeEvery', updates ? UPDATE_EVERY : 0);
    // One round warms up.
    await client.call('run', { ...until, milliseconds: 3000 });
    const before = await child.call<Usage>('usage');
    const { operations, wall, cpu } = await client.call<RunResult>('run', until);
    const after = await child.call<Usage>('usage');
    const used = after.cpu - before.cpu;
    const rounds = after.changes - before.changes;
    return [
      name,
      (used / 1000 / wall).toFixed(2),
      updates ? short(used / 1000 / rounds) : '-',
      task === 'idle' ? '-' : short((operations * 1000) / wall),
      task === 'idle' ? '-' : short(used / operations),
      short(after.memory / 1e6),
      (cpu / 1000 / wall).toFixed(2),
      load(),
    ];
  } finally {
    await child.call('changeEvery', 0);
    await client.call('finish');
  }
};

const head = [
  '',
  'cores',
  'CPU ms a round',
  'operations/s',
  'CPU us each',
  'RSS MB',
  'cores of the clients',
  'load',
];

const measureServer = async (name: 'bare' | 'ours', folder: string): Promise<void> => {
  const own = join(folder, name);
  await mkdir(own, { recursive: true });
  if (name === 'ours') await populate(join(own, 'store'), { archived: 0, open: 0 });
  // The first start makes keys.
  await (await startServer(name, own, { settings })).child.stop();
  const nodeArguments =
    values.profile === '' ? [] : ['--cpu-prof', `--cpu-prof-dir=${resolve(values.profile, name)}`];
  const server = await startServer(name, own, { settings, nodeArguments });
  const { time, cpu, memory } = server.startUp;
  console.log(
    `${name}, ${printerNames.length} printers: start ${short(time)} ms, CPU ${short(cpu)} ms, ${short(memory)} MB, load ${load()}`,
  );
  try {
    const rows = [head];
    for (const phase of phases) {
      const client = await startChild({
        file: new URL('client/main.ts', import.meta.url),
        options: null,
        logFile: join(folder, 'client.log'),
      });
      try {
        rows.push(
          await runPhase(phase, server, client, folder).catch(error => [phase.name, `${error}`.slice(0, 60)]),
        );
        console.error(rows.at(-1)?.join('  '));
      } finally {
        await client.stop();
      }
    }
    console.log(table(rows), '\n');
  } finally {
    await server.child.stop();
  }
};

const folder = await mkdtemp(join(tmpdir(), 'mes-scale-'));
try {
  for (const name of ['bare', 'ours'] as const) {
    if (values.only === '' || values.only === name) await measureServer(name, folder);
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}
