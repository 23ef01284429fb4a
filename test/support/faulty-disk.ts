/**
 * A disk in memory that forgets what was not synced, as a power failure does: contents without an fdatasync,
 * names without an fsync of their folder. It keeps what a crash could leave at every moment, and fails on demand.
 */
import { basename, dirname } from 'node:path';
import { crc32 } from 'node:zlib';
import type { Disk, DiskFile } from '../../src/store/disk.ts';

/** A file: what is on the platter, and what the system shows. */
interface Content {
  synced: Buffer;
  current: Buffer;
}

export type Files = ReadonlyMap<string, Buffer>;
export type OperationKind = 'create' | 'append' | 'sync' | 'truncate' | 'rename' | 'remove' | 'syncFolder';

export interface Operation {
  /** Counts from 1. */
  readonly number: number;
  readonly kind: OperationKind;
  readonly path: string;
}

/** What happens to an operation: fails before it does anything, after half of it, or after all of it. */
export interface Fault {
  readonly code: 'ENOSPC' | 'EIO';
  readonly done: 'nothing' | 'half' | 'all';
}

/** One moment, as seen by the system and as it is on the platter. */
export interface Moment {
  /** What the caller of `disk.note` had noted then. */
  readonly note: number;
  readonly operation: Operation | undefined;
  readonly names: ReadonlyMap<string, Content>;
  readonly syncedNames: ReadonlyMap<string, Content>;
}

export interface FaultyDisk extends Disk {
  readonly moments: Moment[];
  readonly operations: Operation[];
  /** Kept with each moment: what was acknowledged. */
  note: number;
  /** Asked before each operation. */
  fault: (operation: Operation) => Fault | undefined;
  /** Off: no moments are kept. */
  recording: boolean;
  files(): Files;
}

const failure = (code: string, path: string): Error => Object.assign(new Error(`${code}: ${path}`), { code });

/** @param before the files, all synced; or a moment: the process was killed then, the system runs on */
export const faultyDisk = (before: Files | Moment = new Map()): FaultyDisk => {
  let names = new Map<string, Content>();
  let syncedNames = new Map<string, Content>();
  if ('names' in before) {
    const copies = new Map(
      [...before.names.values(), ...before.syncedNames.values()].map(one => [one, { ...one }]),
    );
    const copied = (files: ReadonlyMap<string, Content>): Map<string, Content> =>
      new Map([...files].map(([path, content]) => [path, copies.get(content) ?? content]));
    names = copied(before.names);
    syncedNames = copied(before.syncedNames);
  } else {
    for (const [path, bytes] of before) names.set(path, { synced: bytes, current: bytes });
    syncedNames = new Map(names);
  }

  const keep = (operation: Operation | undefined): void => {
    if (!disk.recording) return;
    const copies = new Map<Content, Content>();
    const copy = (content: Content): Content => {
      const one = copies.get(content) ?? { ...content };
      copies.set(content, one);
      return one;
    };
    disk.moments.push({
      note: disk.note,
      operation,
      names: new Map([...names].map(([path, content]) => [path, copy(content)])),
      syncedNames: new Map([...syncedNames].map(([path, content]) => [path, copy(content)])),
    });
  };

  /** Nothing is done before the caller waits, as on a real disk. */
  const operate = async (
    kind: OperationKind,
    path: string,
    half: () => void,
    whole: () => void,
  ): Promise<void> => {
    await new Promise(resolve => setImmediate(resolve));
    const operation = { number: disk.operations.length + 1, kind, path };
    disk.operations.push(operation);
    keep(operation);
    const fault = disk.fault(operation);
    if (fault === undefined || fault.done === 'all') whole();
    else if (fault.done === 'half') half();
    keep(operation);
    if (fault !== undefined) throw failure(fault.code, path);
  };

  const nothing = (): void => undefined;

  const existing = (path: string): Content => {
    const content = names.get(path);
    if (content === undefined) throw failure('ENOENT', path);
    return content;
  };

  const handle = (path: string, content: Content): DiskFile => {
    const add = (bytes: Uint8Array): void => {
      content.current = Buffer.concat([content.current, bytes]);
    };
    return {
      append: bytes =>
        operate(
          'append',
          path,
          () => add(bytes.subarray(0, Math.ceil(bytes.length / 2))),
          () => add(bytes),
        ),
      sync: () =>
        operate('sync', path, nothing, () => {
          content.synced = content.current;
        }),
      truncate: size =>
        operate('truncate', path, nothing, () => {
          content.current = content.current.subarray(0, size);
        }),
      close: async () => undefined,
    };
  };

  const disk: FaultyDisk = {
    moments: [],
    operations: [],
    note: 0,
    recording: true,
    fault: () => undefined,
    files: () => new Map([...names].map(([path, content]) => [path, content.current])),
    makeFolder: async () => undefined,
    list: async folder =>
      [...names.keys()].filter(path => dirname(path) === folder).map(path => basename(path)),
    read: async path => names.get(path)?.current,
    async create(path) {
      const content = { synced: Buffer.alloc(0), current: Buffer.alloc(0) };
      await operate('create', path, nothing, () => names.set(path, content));
      return handle(path, content);
    },
    open: async path => handle(path, existing(path)),
    rename: (from, to) =>
      operate('rename', to, nothing, () => {
        names.set(to, existing(from));
        names.delete(from);
      }),
    remove: path => operate('remove', path, nothing, () => names.delete(path)),
    syncFolder: folder =>
      operate('syncFolder', folder, nothing, () => {
        syncedNames = new Map(names);
      }),
    lock: async () => ({ release: async () => undefined, isHeld: async () => true }),
  };
  return disk;
};

/** From now on nothing is synced, nor taken back: whether a change was stored is unknown. */
export const refuseToSync = (disk: FaultyDisk): void => {
  disk.fault = ({ kind }) =>
    kind === 'sync' || kind === 'truncate' ? { code: 'EIO', done: 'nothing' } : undefined;
};

/** How much of what was not synced survives. */
const survivals: Readonly<Record<string, (content: Content) => Buffer>> = {
  'unsynced lost': ({ synced }) => synced,
  'unsynced whole': ({ current }) => current,
  'torn after a byte': content => torn(content, () => 1),
  'torn in the middle': content => torn(content, added => added >> 1),
  'torn before the last byte': content => torn(content, added => added - 1),
  'first half lost': content => {
    const { synced, current } = content;
    const added = current.length - synced.length;
    if (added <= 0) return current;
    const bytes = Buffer.from(current);
    return bytes.fill(0, synced.length, synced.length + (added >> 1));
  },
};

const torn = ({ synced, current }: Content, keep: (added: number) => number): Buffer => {
  const added = current.length - synced.length;
  return added > 0 ? current.subarray(0, synced.length + keep(added)) : synced;
};

/** Every state in which a crash at that moment could leave the disk, each once. */
export const crashesAt = (
  moment: Moment,
): { readonly name: string; readonly key: string; readonly files: Files }[] => {
  const crashes = new Map<string, { name: string; key: string; files: Files }>();
  for (const [names, which] of [
    [moment.syncedNames, 'unsynced names lost'],
    [moment.names, 'unsynced names kept'],
    // A file system may write the changes of a folder in any order.
    [new Map([...moment.syncedNames].filter(([path]) => moment.names.has(path))), 'only removals kept'],
    [new Map([...moment.syncedNames, ...moment.names]), 'only additions kept'],
  ] as const) {
    for (const [survival, survive] of Object.entries(survivals)) {
      const files = new Map([...names].map(([path, content]) => [path, survive(content)]));
      const key = [...files]
        .map(([path, bytes]) => `${path} ${bytes.length} ${crc32(bytes)}`)
        .sort()
        .join('\n');
      if (!crashes.has(key)) crashes.set(key, { name: `${which}, ${survival}`, key, files });
    }
  }
  return [...crashes.values()];
};
