/**
 * `npm run bench:uploads -- [--megabytes=N] [--printers=N] [--line=MEGABYTES_PER_SECOND] [--rounds=N]`: a file to one
 * printer, then to 20 at once; from the submission to the last byte that a host took. `--line=0`: hosts without a
 * limit, which measures this machine's processors.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { Taken } from './hosts/host.ts';
import type { LoopDelay, Memory } from './servers/farm.ts';
import { median, short, table } from './support/figures.ts';
import { type Farm, startFarm } from './support/start-farm.ts';

const { values } = parseArgs({
  options: {
    megabytes: { type: 'string', default: '500' },
    printers: { type: 'string', default: '20' },
    // A 100 Mbit/s port, as printers and small computers have.
    line: { type: 'string', default: '12.5' },
    rounds: { type: 'string', default: '1' },
    set: { type: 'string', multiple: true, default: [] },
  },
});
const MB = 1e6;
const size = Number(values.megabytes) * MB;
const many = Number(values.printers);
const rounds = Number(values.rounds);
const LIMIT = 1_800_000;
const LOOK = 200;
/** Megabytes of the file that warms up. */
const SMALL = 5;

interface Result {
  /** s from the submission to the last byte, for each printer. */
  readonly times: readonly number[];
  /** Bytes: beyond what the process had before. */
  readonly more: number;
  readonly peak: number;
  readonly loop: LoopDelay;
  /** Processor time of the server per MB sent, in ms. */
  readonly cpu: number;
}

const taken = async ({ hosts }: Farm, index: number, deadline: number): Promise<Taken> => {
  for (;;) {
    const [upload] = await hosts.call<readonly Taken[]>('uploads', index);
    if (upload !== undefined) return upload;
    if (performance.now() > deadline) throw new Error(`Host ${index} got no file in ${LIMIT / 1000} s.`);
    await sleep(LOOK);
  }
};

const send = async (
  farm: Farm,
  file: string,
  printers: readonly number[],
  bytes: number,
): Promise<Result> => {
  const { server } = farm;
  const { cpu } = await server.call<Memory>('memory', { collect: true });
  const before = await server.call<number>('watchPeak');
  await server.call('watchLoop');
  const begin = await server.call<number>('submit', { file, printers });
  const deadline = performance.now() + LIMIT;
  const uploads = await Promise.all(printers.map(index => taken(farm, index, deadline)));
  const short = uploads.find(upload => upload.bytes < bytes);
  if (short !== undefined) throw new Error(`A host took ${short.bytes} of ${bytes} bytes.`);
  const loop = await server.call<LoopDelay>('loopDelay');
  const peak = await server.call<number>('peak');
  const after = await server.call<Memory>('memory', { collect: false });
  return {
    times: uploads.map(({ end }) => (end - begin) / 1000),
    more: peak - before,
    peak,
    loop,
    cpu: (after.cpu - cpu) / ((bytes * printers.length) / MB),
  };
};

const lastOf = ({ times }: Result): number => Math.max(...times);
const rowOf = (name: string, results: readonly Result[]): string[] => {
  const middle = (of: (result: Result) => number): string => short(median(results.map(of)));
  return [
    name,
    middle(({ times }) => Math.min(...times)),
    middle(lastOf),
    middle(result => (size * result.times.length) / MB / lastOf(result)),
    middle(({ more }) => more / MB),
    middle(({ peak }) => peak / MB),
    middle(({ loop }) => loop.p99),
    middle(({ loop }) => loop.busy),
    middle(({ cpu }) => cpu),
  ];
};

const head = ['', 'first s', 'last s', 'MB/s', 'memory +MB', 'peak', 'loop p99 ms', 'busy', 'CPU ms/MB'];
const tell = (text: string): void => console.error(text);

const folder = await mkdtemp(join(tmpdir(), 'mes-bench-'));
let farm: Farm | undefined;
try {
  tell(`Starting (${availableParallelism()} cores, load ${loadavg().map(short)}) ...`);
  // Each printer is used once: what was sent to it prints on.
  const each = 1 + many;
  const sound = 2 + rounds * each;
  const settings = Object.fromEntries(values.set.map(one => one.split('=', 2)));
  const pace = (Number(values.line) * MB) / 1000;
  farm = await startFarm(
    folder,
    { kinds: ['PrusaLink', 'OctoPrint'], sound, dead: 0, pace },
    { MAX_UPLOAD_MB: '10000', ...settings },
  );
  const { server } = farm;
  while ((await server.call<readonly string[]>('states')).some(state => state !== 'idle')) await sleep(LOOK);
  await send(farm, await server.call<string>('storeFile', SMALL * MB), [0, 1], SMALL * MB);
  const file = await server.call<string>('storeFile', size);
  const ones: Result[] = [];
  const all: Result[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const first = 2 + round * each;
    ones.push(await send(farm, file, [first], size));
    const others = Array.from({ length: many }, (_, index) => first + 1 + index);
    all.push(await send(farm, file, others, size));
    tell(`Round ${round + 1}: load ${loadavg().map(short)}`);
  }
  console.log(table([head, rowOf('1 printer', ones), rowOf(`${many} at once`, all)]));
  const ratio = median(all.map((result, round) => lastOf(result) / lastOf(ones[round] ?? result)));
  console.log(`\nTime of ${many} at once / of one: ${ratio.toFixed(2)}`);
} finally {
  await farm?.stop();
  await rm(folder, { recursive: true, force: true });
}
