/** The whole server as `npm start` runs it, with its own drivers, on printers that the runner has started. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Readable } from 'node:stream';
import type { DependencyContainer } from 'tsyringe';
import { createServer } from '../../src/compose/server.ts';
import { tokens } from '../../src/compose/tokens.ts';
import { actorOf } from '../../src/domain/account.ts';
import { loadSettings } from '../../src/settings/load.ts';
import { now } from '../hosts/host.ts';
import type { HostAddress } from '../hosts/main.ts';
import { serveCalls } from '../support/calls.ts';
import { populateFarm, printerNameOf } from '../support/farm.ts';
import { PASSWORD, USERNAME } from '../support/lab.ts';

export interface FarmOptions {
  readonly port: number;
  readonly folder: string;
  readonly hosts: readonly HostAddress[];
  readonly settings: Readonly<Record<string, string>>;
}

/** Bytes; CPU in ms. */
export interface Memory {
  readonly rss: number;
  readonly heap: number;
  readonly external: number;
  /** Open file descriptors, sockets among them; NaN where the system does not list them. */
  readonly descriptors: number;
  readonly cpu: number;
}

/** ms */
export interface LoopDelay {
  readonly mean: number;
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
  /** Part of the time in which the event loop was busy. */
  readonly busy: number;
}

const { port, folder, hosts, settings: others } = JSON.parse(process.argv[2] ?? '') as FarmOptions;
const { settings } = loadSettings({
  DATABASE_URL: join(folder, 'store'),
  UPLOAD_PATH: join(folder, 'upload'),
  CERTIFICATES_PATH: join(folder, 'certificates'),
  HTTP_PORT: '0',
  OPCUA_HOST: '127.0.0.1',
  OPCUA_HOSTNAMES: '127.0.0.1',
  OPCUA_PORT: String(port),
  LOGGING_LEVEL: 'error',
  ...others,
});
await populateFarm(join(folder, 'store'), hosts);

let container: DependencyContainer | undefined;
const server = createServer(settings, made => {
  container = made;
});
const loop = monitorEventLoopDelay({ resolution: 10 });
await server.start();
if (container === undefined) throw new Error('The server has no container.');
const live = container.resolve(tokens.live);
const application = server.application();
const actor = actorOf(
  await application.createAccount({ username: USERNAME, password: PASSWORD, role: 'machine' }),
);

const descriptors = (): number => {
  try {
    return readdirSync('/proc/self/fd').length;
  } catch {
    return Number.NaN;
  }
};

/** Text g-code of moves, made as it is read. */
function* moves(bytes: number): Generator<Buffer> {
  const line = 'G1 X100.125 Y100.250 E0.03125\n';
  const block = Buffer.from(line.repeat(Math.ceil(1_000_000 / line.length)));
  for (let left = bytes; left > 0; left -= block.length) yield block.subarray(0, left);
}

const PEAK_EVERY = 20;
let peak = 0;
let peakTimer: NodeJS.Timeout | undefined;
let utilisation = performance.eventLoopUtilization();

serveCalls({
  memory({ collect }: { collect: boolean }): Memory {
    // Only between two measurements: a collection holds everything up.
    if (collect) globalThis.gc?.();
    const { rss, heapUsed, external } = process.memoryUsage();
    const { user, system } = process.cpuUsage();
    return { rss, heap: heapUsed, external, descriptors: descriptors(), cpu: (user + system) / 1000 };
  },
  watchLoop(): void {
    loop.reset();
    loop.enable();
    utilisation = performance.eventLoopUtilization();
  },
  loopDelay(): LoopDelay {
    loop.disable();
    const ms = (nanoseconds: number): number => nanoseconds / 1e6;
    return {
      mean: ms(loop.mean),
      p50: ms(loop.percentile(50)),
      p99: ms(loop.percentile(99)),
      max: ms(loop.max),
      busy: performance.eventLoopUtilization(utilisation).utilization,
    };
  },
  watchPeak(): number {
    clearInterval(peakTimer);
    peak = process.memoryUsage.rss();
    const begin = peak;
    peakTimer = setInterval(() => {
      peak = Math.max(peak, process.memoryUsage.rss());
    }, PEAK_EVERY);
    return begin;
  },
  peak(): number {
    clearInterval(peakTimer);
    return peak;
  },
  /** The state of every printer, in the order of the hosts. */
  states: (): readonly string[] =>
    hosts.map((_, index) => live.read(printerNameOf(index))?.state ?? 'not read'),
  async storeFile(bytes: number): Promise<string> {
    const content = Readable.from(moves(bytes));
    const stored = await application.storeFile(actor, 'big.gcode', content, AbortSignal.timeout(600_000));
    return stored.id;
  },
  /** A job for each of those printers. @returns when the first was submitted, in ms since 1970 */
  async submit({ file, printers }: { file: string; printers: readonly number[] }): Promise<number> {
    const begin = now();
    const order = { file, owner: '', orderId: '', priority: 0, requestId: '' };
    await Promise.all(
      printers.map(index => application.submitJob(actor, { ...order, printer: printerNameOf(index) })),
    );
    return begin;
  },
});
