import type { Log } from './ports.ts';

/** What a use case begins and does not wait for: it ends with the server, so that nobody works on what is closed. */
export interface Background {
  /**
   * @param what for the log, such as `A key request`
   * @param work ends soon once the signal is aborted
   */
  run(what: string, work: (stop: AbortSignal) => Promise<void>): void;
  /** Resolves when everything has ended. */
  stop(): Promise<void>;
}

export const createBackground = ({ log }: { readonly log: Log }): Background => {
  const stopping = new AbortController();
  const running = new Set<Promise<void>>();
  return {
    run(what, work) {
      const { signal } = stopping;
      const ended = (signal.aborted ? Promise.resolve() : work(signal))
        .catch(error => {
          if (!signal.aborted) log.error({ err: error }, `${what} failed`);
        })
        .finally(() => running.delete(ended));
      running.add(ended);
    },
    async stop() {
      stopping.abort(new Error('The server is stopped.'));
      await Promise.all(running);
    },
  };
};
