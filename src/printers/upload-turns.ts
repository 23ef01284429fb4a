import type { Clock } from '../app/ports.ts';

/** After so long an upload no longer counts: a slow line keeps nobody else waiting. In ms. */
export const LONGEST_TURN = 30_000;

/** How many printers get their files at once: the network and the disk are shared by all. */
export interface UploadTurns {
  /** First come, first served. Rejects with the signal's reason when aborted while it waits. */
  run<T>(upload: () => Promise<T>, signal: AbortSignal): Promise<T>;
}

export const createUploadTurns = (atOnce: number, clock: Clock): UploadTurns => {
  const waiting = new Set<() => void>();
  let running = 0;

  /** The turn goes to who waits longest. */
  const pass = (): void => {
    const [enter] = waiting;
    if (enter === undefined) {
      running -= 1;
      return;
    }
    waiting.delete(enter);
    enter();
  };

  const take = async (signal: AbortSignal): Promise<void> => {
    signal.throwIfAborted();
    if (running < atOnce) {
      running += 1;
      return;
    }
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const giveUp = (): void => {
      if (waiting.delete(resolve)) reject(signal.reason);
    };
    waiting.add(resolve);
    signal.addEventListener('abort', giveUp, { once: true });
    await promise.finally(() => signal.removeEventListener('abort', giveUp));
  };

  return {
    async run(upload, signal) {
      await take(signal);
      const done = new AbortController();
      const over = clock.sleep(LONGEST_TURN, done.signal).catch(() => undefined);
      const passed = over.then(pass);
      try {
        return await upload();
      } finally {
        done.abort();
        await passed;
      }
    },
  };
};
