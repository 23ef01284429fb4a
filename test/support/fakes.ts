import { randomUUID } from 'node:crypto';
import type { Readable } from 'node:stream';
import type {
  Clock,
  FileStorage,
  Log,
  PasswordHasher,
  PrinterProbe,
  ProbeReport,
} from '../../src/app/ports.ts';
import type { GcodeMetadata } from '../../src/domain/gcode-file.ts';
import type { PrinterSnapshot, PrinterState } from '../../src/domain/printer.ts';

export interface FakeClock extends Clock {
  /** Lets time pass: sleepers whose time has come wake. */
  advance(milliseconds: number): void;
}

/** Stands still until it is advanced. */
export const fakeClock = (start = '2026-01-05T08:00:00.000Z'): FakeClock => {
  let now = Date.parse(start);
  const sleepers = new Set<{ readonly until: number; readonly wake: () => void }>();
  return {
    now: () => new Date(now),
    sleep: (milliseconds, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason);
        const sleeper = { until: now + milliseconds, wake: resolve };
        sleepers.add(sleeper);
        signal?.addEventListener(
          'abort',
          () => {
            sleepers.delete(sleeper);
            reject(signal.reason);
          },
          { once: true },
        );
      }),
    advance(milliseconds) {
      now += milliseconds;
      for (const sleeper of [...sleepers]) {
        if (sleeper.until > now) continue;
        sleepers.delete(sleeper);
        sleeper.wake();
      }
    },
  };
};

export interface LogLine {
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly fields: object;
  readonly message: string;
}

export interface MemoryLog extends Log {
  readonly lines: LogLine[];
}

export const memoryLog = (): MemoryLog => {
  const lines: LogLine[] = [];
  const at = (level: LogLine['level']) => (fields: object, message: string) => {
    lines.push({ level, fields, message });
  };
  const log: MemoryLog = {
    lines,
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    child: () => log,
  };
  return log;
};

export const snapshotOf = (state: PrinterState, changes: Partial<PrinterSnapshot> = {}): PrinterSnapshot => ({
  state,
  message: '',
  nozzle: { actual: 25, target: 0 },
  bed: { actual: 25, target: 0 },
  head: { x: 0, y: 0, z: 0 },
  filament: null,
  job: null,
  time: '2026-01-05T08:00:00.000Z',
  ...changes,
});

/** Tells right from wrong passwords at no cost; counts how often it is asked. */
export const cheapHasher = (): PasswordHasher & { verifications: number } => ({
  verifications: 0,
  hash: async password => `cheap$${password}`,
  async verify(password, hash) {
    this.verifications += 1;
    return hash === `cheap$${password}`;
  },
});

export const emptyMetadata: GcodeMetadata = {
  slicer: null,
  printTime: null,
  printerModel: null,
  nozzleDiameter: null,
  material: null,
  filamentWeight: null,
  layerHeight: null,
  bedSize: null,
};

/** Keeps the bytes in memory and believes every file. */
export const memoryFiles = (): FileStorage & { readonly contents: Map<string, Buffer> } => {
  const contents = new Map<string, Buffer>();
  return {
    contents,
    async save(name: string, content: Readable, signal: AbortSignal, id: string = `f-${randomUUID()}`) {
      const bytes = Buffer.concat((await content.toArray({ signal })).map(chunk => Buffer.from(chunk)));
      contents.set(id, bytes);
      return {
        id,
        name,
        kind: name.endsWith('.bgcode') ? 'bgcode' : 'gcode',
        size: bytes.length,
        sha256: '00'.repeat(32),
        metadata: emptyMetadata,
      };
    },
    pathOf: file => `/memory/${file.id}`,
    exists: async file => contents.has(file.id),
    async remove(id) {
      contents.delete(id);
    },
  };
};

/** Of a printer that answers and says no more of itself. */
export const probeReport = (changes: Partial<ProbeReport> = {}): ProbeReport => ({
  reached: true,
  problem: null,
  software: 'Mock',
  model: '',
  nozzleDiameter: null,
  bedSize: null,
  material: '',
  takesBgcode: true,
  state: 'idle',
  message: '',
  camera: null,
  capabilities: null,
  reading: null,
  ...changes,
});

/** Of a printer that is not powered yet. */
export const awayReport = probeReport({
  reached: false,
  problem: { step: 'reach', code: 'unreachable', message: 'Nothing answers.' },
  software: '',
  takesBgcode: null,
  state: null,
});

export const silentProbe = (changes: Partial<ProbeReport> = {}): PrinterProbe => ({
  probe: async () => probeReport(changes),
});
