import type { Committed, Transaction } from '../app/ports.ts';
import type { GroupCommit } from './group-commit.ts';
import { type KnownArchived, Overlay } from './overlay.ts';
import type { State } from './state.ts';
import { View } from './view.ts';

type Outcome<T> = { readonly result: T } | { readonly error: unknown };

type Attempt<T> =
  | { readonly committed: Committed<T>; readonly durable: Promise<void> }
  /** Nothing to write: it holds if everything that it has seen gets on disk. */
  | { readonly outcome: Outcome<T>; readonly settled: Promise<boolean> }
  /** What it has seen is not there any more. */
  | undefined;

/**
 * Runs closures one after the other, each over everything accepted before it; none waits for the disk of
 * another. What a closure saw and then was refused never leaks: it runs again.
 */
export class Transactions {
  readonly #state: State;
  readonly #commits: GroupCommit;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(state: State, commits: GroupCommit) {
    this.#state = state;
    this.#commits = commits;
  }

  async run<T>(work: (tx: Transaction) => Promise<T>): Promise<Committed<T>> {
    for (;;) {
      const attempt = await this.#inTurn(() => this.#attempt(work));
      if (attempt === undefined) continue;
      if ('committed' in attempt) {
        await attempt.durable;
        return attempt.committed;
      }
      if (!(await attempt.settled)) continue;
      if ('error' in attempt.outcome) throw attempt.outcome.error;
      return { result: attempt.outcome.result, seq: 0, changes: [] };
    }
  }

  /** Resolves when no closure runs any more. */
  async idle(): Promise<void> {
    await this.#turn;
  }

  #inTurn<T>(step: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(step);
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  async #attempt<T>(work: (tx: Transaction) => Promise<T>): Promise<Attempt<T>> {
    const archived: KnownArchived = new Map();
    for (;;) {
      const { epoch } = this.#commits;
      const overlay = new Overlay(this.#state, this.#commits.accepted, archived);
      let outcome: Outcome<T>;
      try {
        outcome = { result: await work(overlay) };
      } catch (error) {
        outcome = { error };
      }
      const layer = overlay.close();
      const changes = overlay.changes();
      if (epoch !== this.#commits.epoch) return undefined;
      if (overlay.needs !== undefined) {
        archived.set(overlay.needs, await new View(this.#state, []).get('jobs', overlay.needs));
        continue;
      }
      if ('error' in outcome || changes.length === 0) return { outcome, settled: this.#commits.settled() };
      const { seq, durable } = this.#commits.accept(layer);
      return { committed: { result: outcome.result, seq, changes }, durable };
    }
  }
}
