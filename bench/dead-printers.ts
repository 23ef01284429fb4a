/**
 * `npm run bench:dead-printers -- [--minutes=N] [--warm-up=SECONDS] [--sound=N] [--dead=N] [--interval=SECONDS]
 * [--profile=FOLDER]`:
 * 100 sound printers beside 400 that are dead in eight ways, and at the same time a server that has the 100 alone.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { now } from './hosts/host.ts';
import type { Looks } from './hosts/main.ts';
import type { LoopDelay, Memory } from './servers/farm.ts';
import { short, table } from './support/figures.ts';
import { type Farm, startFarm } from './support/start-farm.ts';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '1' },
    'warm-up': { type: 'string', default: '40' },
    sound: { type: 'string', default: '100' },
    dead: { type: 'string', default: '400' },
    interval: { type: 'string', default: '5' },
    profile: { type: 'string', default: '' },
  },
});
const minutes = Number(values.minutes);
const interval = Number(values.interval) * 1000;
const sound = Number(values.sound);
const MB = 1e6;

interface Result {
  readonly looks: Looks;
  /** Of the time in which the dead ones are found to be dead. */
  readonly firstLoop: LoopDelay;
  readonly loop: LoopDelay;
  readonly memory: readonly Memory[];
  readonly time: number;
  readonly states: readonly string[];
}

const tell = (text: string): void => console.error(text);
const mean = (numbers: readonly number[]): number =>
  numbers.reduce((sum, one) => sum + one, 0) / numbers.length;
const atPart = (numbers: readonly number[], part: number): number =>
  numbers.toSorted((left, right) => left - right)[Math.floor((numbers.length - 1) * part)] ?? Number.NaN;

const measure = async ({ server, hosts }: Farm): Promise<Result> => {
  await server.call('watchLoop');
  await sleep(Number(values['warm-up']) * 1000);
  const firstLoop = await server.call<LoopDelay>('loopDelay');
  const memory = [await server.call<Memory>('memory', { collect: true })];
  const from = now();
  await server.call('watchLoop');
  const LOOKS_AT_MEMORY = 10;
  for (let part = 1; part <= LOOKS_AT_MEMORY; part += 1) {
    await sleep(Math.max(0, from + (minutes * 60_000 * part) / LOOKS_AT_MEMORY - now()));
    memory.push(await server.call<Memory>('memory', { collect: false }));
  }
  const to = now();
  const loop = await server.call<LoopDelay>('loopDelay');
  memory.push(await server.call<Memory>('memory', { collect: true }));
  const looks = await hosts.call<Looks>('looks', { from, to });
  const states = await server.call<readonly string[]>('states');
  return { looks, firstLoop, loop, memory, time: to - from, states };
};

const megabytes = (bytes: number | undefined): string => short((bytes ?? Number.NaN) / MB);
const counted = (states: readonly string[]): string =>
  [...new Set(states)].map(state => `${states.filter(one => one === state).length} ${state}`).join(', ');

const rowOf = (name: string, { looks, firstLoop, loop, memory, time }: Result): string[] => {
  const first = memory[0];
  const last = memory.at(-1);
  const rss = memory.slice(1, -1).map(one => one.rss);
  return [
    name,
    `${looks.hosts}`,
    `${looks.intervals.length}`,
    mean(looks.intervals).toFixed(0),
    (mean(looks.intervals) / interval).toFixed(3),
    atPart(looks.intervals, 0.99).toFixed(0),
    short(loop.p50),
    short(loop.p99),
    short(loop.max),
    short(firstLoop.p99),
    loop.busy.toFixed(2),
    (((last?.cpu ?? 0) - (first?.cpu ?? 0)) / time).toFixed(2),
    `${megabytes(first?.heap)} > ${megabytes(last?.heap)}`,
    `${megabytes(first?.rss)} > ${megabytes(last?.rss)}`,
    `${megabytes(Math.min(...rss))} - ${megabytes(Math.max(...rss))}`,
    `${first?.descriptors} > ${last?.descriptors}`,
  ];
};

const head = [
  '',
  'read',
  'waits',
  'mean ms',
  'of setting',
  'p99 ms',
  'loop p50',
  'p99',
  'max',
  'at first p99',
  'busy',
  'CPU',
  'heap MB',
  'RSS MB',
  'meanwhile',
  'descriptors',
];

const folder = await mkdtemp(join(tmpdir(), 'mes-bench-'));
const farms: Farm[] = [];
const settings = { PRINTER_WORKER_INTERVAL: values.interval };
const kinds = ['PrusaLink', 'OctoPrint'] as const;
try {
  tell(
    `Starting the hosts and the servers (${availableParallelism()} cores, load ${loadavg().map(short)}) ...`,
  );
  farms.push(await startFarm(join(folder, 'alone'), { kinds, sound, dead: 0, pace: 0 }, settings));
  const dead = Number(values.dead);
  const profiling = values.profile === '' ? [] : ['--cpu-prof', `--cpu-prof-dir=${resolve(values.profile)}`];
  farms.push(await startFarm(join(folder, 'both'), { kinds, sound, dead, pace: 0 }, settings, profiling));
  const idle = monitorEventLoopDelay({ resolution: 10 });
  idle.enable();
  const [alone, both] = await Promise.all(farms.map(measure));
  if (alone === undefined || both === undefined) throw new Error('A farm was not measured.');
  console.log(table([head, rowOf(`${sound} alone`, alone), rowOf(`beside ${dead} dead`, both)]));
  const ratio = mean(both.looks.intervals) / mean(alone.looks.intervals);
  console.log(`\nInterval beside the dead / alone: ${ratio.toFixed(3)}`);
  console.log(`Event loop of an idle process meanwhile: p99 ${short(idle.percentile(99) / 1e6)} ms`);
  console.log(
    `RSS in MB over time, beside the dead: ${both.memory.map(one => megabytes(one.rss)).join(', ')}`,
  );
  console.log(`Sound ones: ${counted(both.states.slice(0, sound))}`);
  console.log(`Dead ones: ${counted(both.states.slice(sound))}`);
  console.log(`Load at the end: ${loadavg().map(short).join(', ')}`);
} finally {
  for (const farm of farms) await farm.stop();
  await rm(folder, { recursive: true, force: true });
}
