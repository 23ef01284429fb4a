/**
 * The same server, over a disk that kills the process at a named point: KILL_POINT is
 * `before journal <what>` (the line is not written) or `after journal <what>` (it is on disk, nobody was told),
 * where <what> is a status that a job takes (`starting`) or a state that a pick-up takes (`pickup inProgress`).
 */
import { createServer } from '../../../src/compose/server.ts';
import { tokens } from '../../../src/compose/tokens.ts';
import { loadSettings } from '../../../src/settings/load.ts';
import { type Disk, type DiskFile, nodeDisk } from '../../../src/store/disk.ts';

const point = /^(before|after) journal (.+)$/.exec(process.env.KILL_POINT ?? '');
if (point === null) throw new Error(`KILL_POINT=${process.env.KILL_POINT}: no such point`);
const [, moment, what] = point;

const die = (): Promise<never> => {
  process.kill(process.pid, 'SIGKILL');
  return new Promise(() => {});
};

/** Whether a row in there has taken that status or state, however a line is laid out. */
const holds = (value: unknown): boolean => {
  if (typeof value !== 'object' || value === null) return false;
  const row = value as Record<string, unknown>;
  if ('history' in row && row.status === what) return true;
  if ('robot' in row && `pickup ${row.state}` === what) return true;
  return Object.values(row).some(holds);
};

const isThere = (bytes: Uint8Array): boolean =>
  Buffer.from(bytes)
    .toString()
    .split('\n')
    .some(line => {
      const begin = line.indexOf('{');
      return begin >= 0 && holds(JSON.parse(line.slice(begin, line.lastIndexOf('}') + 1)));
    });

const killing = (file: DiskFile): DiskFile => {
  let reached = false;
  return {
    async append(bytes) {
      reached ||= isThere(bytes);
      if (reached && moment === 'before') await die();
      await file.append(bytes);
    },
    async sync() {
      await file.sync();
      if (reached) await die();
    },
    truncate: size => file.truncate(size),
    close: () => file.close(),
  };
};

const isJournal = (path: string): boolean => /journal/.test(path);
const killingDisk: Disk = {
  ...nodeDisk,
  async create(path) {
    const file = await nodeDisk.create(path);
    return isJournal(path) ? killing(file) : file;
  },
  async open(path) {
    const file = await nodeDisk.open(path);
    return isJournal(path) ? killing(file) : file;
  },
};

const { settings } = loadSettings(process.env);
const server = createServer(settings, container => container.registerInstance(tokens.disk, killingDisk));
await server.start();
