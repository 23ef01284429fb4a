/** An answer that did not come in time. */
export class DeadlinePassed extends Error {
  constructor(what: string, milliseconds: number) {
    super(`${what} took longer than ${milliseconds} ms.`);
    this.name = 'DeadlinePassed';
  }
}

/**
 * Waits so long at most. The work itself goes on, and what comes of it later is dropped: the caller closes or
 * cancels what it waited on.
 * @param what is awaited, such as `Reading the printer`
 * @param signal its reason is thrown when it is aborted first
 * @throws DeadlinePassed
 */
export const within = async <T>(
  milliseconds: number,
  what: string,
  work: Promise<T>,
  signal?: AbortSignal,
): Promise<T> => {
  const { promise: end, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new DeadlinePassed(what, milliseconds)), milliseconds);
  const abort = (): void => reject(signal?.reason);
  if (signal?.aborted) abort();
  signal?.addEventListener('abort', abort, { once: true });
  try {
    return await Promise.race([work, end]);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', abort);
  }
};

/**
 * The same for work that obeys a signal: it is aborted, and ends with DeadlinePassed.
 * @param stop aborts it as well; its reason is then the work's
 */
export const withDeadline = async <T>(
  milliseconds: number,
  what: string,
  work: (signal: AbortSignal) => Promise<T>,
  stop?: AbortSignal,
): Promise<T> => {
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(new DeadlinePassed(what, milliseconds)), milliseconds);
  try {
    return await work(stop === undefined ? late.signal : AbortSignal.any([late.signal, stop]));
  } finally {
    clearTimeout(timer);
  }
};
