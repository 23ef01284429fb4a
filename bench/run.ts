/**
 * `npm run bench -- [--rounds=N] [--only=TEXT] [--profile=FOLDER]
 * [--set=NAME=VALUE …]`: ours beside a bare node-opcua server, each a
 * process of its own, taking turns. Prints medians per operation.
 */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { type Case, cases, type ServerName } from './cases/cases.ts';
import { measure, type RunningServer, type Sample } from './measure.ts';
import { type StartUp, startServer } from './start-up.ts';
import { startChild } from './support/child.ts';
import { median, short, table } from './support/figures.ts';
import { type Population, populate } from './support/populate.ts';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    only: { type: 'string', default: '' },
    profile: { type: 'string', default: '' },
    set: { type: 'string', multiple: true, default: [] },
  },
});
const rounds = Number(values.rounds);
const named = cases.filter(({ name }) => name === values.only);
const chosen = named.length > 0 ? named : cases.filter(({ name }) => name.includes(values.only));
const START_ROUNDS = values.only === '' || values.only === 'start' ? 3 : 1;

const populations: Readonly<Record<Exclude<ServerName, 'bare'>, Population>> = {
  ours: { archived: 0, open: 0 },
  archived: { archived: 100_000, open: 0 },
  open: { archived: 0, open: 10_000 },
};

const tell = (text: string): void => console.error(text);
const folder = await mkdtemp(join(tmpdir(), 'mes-bench-'));
const needed = new Set<ServerName>(START_ROUNDS > 1 ? ['bare', 'ours', 'archived', 'open'] : []);
for (const { servers } of chosen) for (const name of servers) needed.add(name);

const settings = Object.fromEntries(values.set.map(one => one.split('=', 2)));
const profiling = (name: string): readonly string[] =>
  values.profile === '' ? [] : ['--cpu-prof', `--cpu-prof-dir=${resolve(values.profile, name)}`];

const folderOf = (name: ServerName): string => join(folder, name);

const prepare = async (): Promise<void> => {
  for (const name of needed) {
    await mkdir(folderOf(name), { recursive: true });
    if (name !== 'bare') await populate(join(folderOf(name), 'store'), populations[name]);
    // The first start makes keys.
    const { child } = await startServer(name, folderOf(name));
    await child.stop();
  }
};

const startUps = async (): Promise<ReadonlyMap<ServerName, readonly StartUp[]>> => {
  const taken = new Map<ServerName, StartUp[]>([...needed].map(name => [name, []]));
  for (let round = 0; round < START_ROUNDS; round += 1) {
    for (const name of needed) {
      const { child, startUp } = await startServer(name, folderOf(name));
      taken.get(name)?.push(startUp);
      await child.stop();
    }
  }
  return taken;
};

const showStartUps = (all: ReadonlyMap<ServerName, readonly StartUp[]>): void => {
  const rows = [...all].map(([name, taken]) => [
    name,
    short(median(taken.map(({ time }) => time))),
    short(median(taken.map(({ cpu }) => cpu))),
    short(median(taken.map(({ memory }) => memory))),
  ]);
  console.log(table([['Start-up', 'ms', 'CPU ms', 'MB'], ...rows]), '\n');
};

const cells = (
  base: readonly Sample[],
  own: readonly Sample[],
  field: 'cpu' | 'later' | 'wall',
): string[] => {
  const ratios = own.map((one, index) => one[field] / (base[index]?.[field] ?? Number.NaN));
  return [
    short(median(base.map(one => one[field]))),
    short(median(own.map(one => one[field]))),
    median(ratios).toFixed(2),
  ];
};

const head = [
  'per operation, us',
  'CPU',
  'ours',
  'ratio',
  'later',
  'ours',
  'wall',
  'ours',
  'ratio',
  'client busy',
];

/** Servers and client of its own for each case: what one leaves behind, or has warmed up, helps or hurts no other. */
const runCase = async (one: Case): Promise<string[]> => {
  const servers = new Map<ServerName, RunningServer>();
  const client = await startChild({
    file: new URL('client/main.ts', import.meta.url),
    options: null,
    logFile: join(folder, 'client.log'),
    nodeArguments: profiling('client'),
  });
  try {
    for (const name of one.servers) {
      const options = { nodeArguments: profiling(name), settings };
      servers.set(name, await startServer(name, folderOf(name), options));
    }
    const samples = await measure(one, servers, client, { rounds, folder });
    const [base = [], own = []] = one.servers.map(name => samples.get(name));
    const busy = median([...base, ...own].map(sample => sample.client));
    return [
      one.name,
      ...cells(base, own, 'cpu'),
      ...cells(base, own, 'later').slice(0, 2),
      ...cells(base, own, 'wall'),
      busy.toFixed(2),
    ];
  } finally {
    await client.stop();
    for (const { child } of servers.values()) await child.stop();
  }
};

const runCases = async (): Promise<void> => {
  const rows: string[][] = [head];
  for (const one of chosen) {
    const row = await runCase(one);
    rows.push(row);
    tell(table([head, row]));
  }
  console.log(table(rows));
};

try {
  tell('Preparing the data ...');
  await prepare();
  if (START_ROUNDS > 1) showStartUps(await startUps());
  if (chosen.length > 0) await runCases();
} finally {
  if (values.profile === '') await rm(folder, { recursive: true, force: true });
  else tell(`Logs and data: ${folder}`);
}
