import { setImmediate as nextTurn } from 'node:timers/promises';
import type { CollectionName, Log } from '../app/ports.ts';
import type { Journal } from './journal.ts';
import { encodeEntry, type JournalEntry } from './journal-line.ts';
import { entryOf } from './overlay.ts';
import type { Id, RowsById } from './row.ts';
import type { State } from './state.ts';
import type { Layer } from './view.ts';

/** A group is written at once: its size bounds the memory and the time of one write. */
const MAX_GROUP_BYTES = 8 * 1024 * 1024;

interface Waiting {
  readonly entry: JournalEntry;
  readonly json: string;
  readonly layer: Layer;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Writes accepted changes in groups: what is accepted while one write is under way shares the next.
 * Rows reach the state after the fdatasync; a failed write fails its group and all that was stacked on it.
 */
export class GroupCommit {
  readonly #state: State;
  readonly #journal: Journal;
  readonly #log: Log;
  #queue: Waiting[] = [];
  readonly #tasks: (() => Promise<void>)[] = [];
  #draining = false;
  #lastAccepted: number;
  #tail: Promise<void> = Promise.resolve();
  /** Accepted, not on disk yet. */
  readonly accepted = new Map<CollectionName, RowsById>();
  /** Who wrote an accepted row last. */
  readonly #writers = new Map<CollectionName, Map<Id, Layer>>();
  /** Changes whenever accepted changes were dropped: who has seen them must look again. */
  epoch = 0;
  /** Called after each group that got on disk. */
  onWritten: () => void = () => undefined;

  constructor(state: State, journal: Journal, log: Log) {
    this.#state = state;
    this.#journal = journal;
    this.#log = log;
    this.#lastAccepted = journal.synced;
  }

  /** @returns its seq, and a promise that settles once it is on disk or refused */
  accept(layer: Layer): { readonly seq: number; readonly durable: Promise<void> } {
    this.#lastAccepted += 1;
    const entry = entryOf(this.#lastAccepted, layer);
    const json = encodeEntry(entry);
    for (const [name, rows] of layer) {
      const accepted = this.accepted.get(name) ?? new Map();
      const writers = this.#writers.get(name) ?? new Map();
      this.accepted.set(name, accepted);
      this.#writers.set(name, writers);
      for (const [id, row] of rows) {
        accepted.set(id, row);
        writers.set(id, layer);
      }
    }
    const durable = new Promise<void>((resolve, reject) => {
      this.#queue.push({ entry, json, layer, resolve, reject });
    });
    this.#tail = durable;
    durable.catch(() => undefined);
    void this.#drain();
    return { seq: entry.seq, durable };
  }

  /** Whether everything accepted so far got on disk. */
  async settled(): Promise<boolean> {
    return this.#tail.then(
      () => true,
      () => false,
    );
  }

  /** Runs it while nothing is being written: then the state is exactly what the journal holds. */
  between<T>(task: () => Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#tasks.push(() => task().then(resolve, reject));
      void this.#drain();
    });
  }

  async #drain(): Promise<void> {
    if (this.#draining) return;
    this.#draining = true;
    for (;;) {
      const task = this.#tasks.shift();
      if (task !== undefined) await task();
      else if (this.#queue.length > 0) {
        // Who was just answered, or came in the same turn, gets into this group: one fdatasync for all of them.
        await nextTurn();
        await this.#writeGroup();
      } else break;
    }
    this.#draining = false;
  }

  async #writeGroup(): Promise<void> {
    const group = this.#takeGroup();
    try {
      await this.#journal.append(group.map(one => one.json));
    } catch (error) {
      this.#fail([...group, ...this.#queue.splice(0)], error);
      return;
    }
    for (const { entry, layer, resolve } of group) {
      this.#state.apply(entry);
      this.#forget(layer);
      resolve();
    }
    this.onWritten();
  }

  #takeGroup(): Waiting[] {
    let bytes = 0;
    const end = this.#queue.findIndex(one => {
      bytes += one.json.length;
      return bytes > MAX_GROUP_BYTES;
    });
    return this.#queue.splice(0, end < 0 ? this.#queue.length : Math.max(end, 1));
  }

  /** Accepted rows that nobody has changed again since. */
  #forget(layer: Layer): void {
    for (const [name, rows] of layer) {
      const writers = this.#writers.get(name);
      for (const id of rows.keys()) {
        if (writers?.get(id) !== layer) continue;
        writers.delete(id);
        this.accepted.get(name)?.delete(id);
      }
    }
  }

  #fail(group: readonly Waiting[], error: unknown): void {
    this.#log.error({ err: error, commits: group.length }, 'A write to the journal failed');
    this.epoch += 1;
    this.accepted.clear();
    this.#writers.clear();
    this.#tail = Promise.resolve();
    this.#lastAccepted = this.#journal.synced;
    for (const { reject } of group) reject(error);
  }
}
