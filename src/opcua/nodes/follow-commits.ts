import type { Commit, Publication } from '../../app/commit.ts';

/** A part of the address space that is kept up to date. */
export interface Installed {
  start(): Promise<void>;
  stop(): Promise<void>;
}

export interface FollowDeps {
  readonly commit: Pick<Commit, 'listen'>;
  /** The listener's name in the log. */
  readonly name: string;
  /** Reads what is there already. */
  readonly load: () => Promise<void>;
  readonly apply: (publication: Publication) => void;
}

/**
 * First what the store holds, then every publication in its order. What is published while the store is being read
 * waits and is applied after it: applying an older row again is harmless, since its newer one follows.
 */
export const createFollower = ({ commit, name, load, apply }: FollowDeps): Installed => {
  let end: (() => void) | undefined;
  let early: Publication[] | undefined;
  return {
    async start() {
      early = [];
      end = commit.listen(name, publication => {
        if (early === undefined) apply(publication);
        else early.push(publication);
      });
      await load();
      const waiting = early;
      early = undefined;
      for (const publication of waiting) apply(publication);
    },
    async stop() {
      end?.();
      end = undefined;
    },
  };
};
