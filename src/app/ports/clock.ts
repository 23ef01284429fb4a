export interface Clock {
  now(): Date;
  /** ms since some moment, by a clock that nobody sets; left out: by `now`. See app/elapsed.ts. */
  readonly elapsed?: () => number;
  /** Rejects with the signal's reason when aborted. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
}
