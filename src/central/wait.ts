/** Waits for an answer; rejects when it takes too long, naming what was awaited, or when the client stops. */
export type Wait = <T>(what: string, answer: Promise<T>) => Promise<T>;

/** An answer that did not come in time. */
export class DeadlinePassed extends Error {
  constructor(what: string, milliseconds: number) {
    super(`${what} took longer than ${milliseconds} ms.`);
    this.name = 'DeadlinePassed';
  }
}

/**
 * What comes after the deadline is dropped: the caller closes what it waited on.
 * @param milliseconds for each answer
 */
export const createWait =
  (milliseconds: number, signal?: AbortSignal): Wait =>
  async (what, answer) => {
    let timer: NodeJS.Timeout | undefined;
    let abort: (() => void) | undefined;
    const end = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => reject(new DeadlinePassed(what, milliseconds)), milliseconds);
      abort = () => reject(signal?.reason);
      if (signal?.aborted) abort();
      signal?.addEventListener('abort', abort, { once: true });
    });
    try {
      return await Promise.race([answer, end]);
    } finally {
      clearTimeout(timer);
      if (abort !== undefined) signal?.removeEventListener('abort', abort);
    }
  };
