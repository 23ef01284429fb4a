import { within } from '../app/deadline.ts';

/** Waits for an answer; rejects when it takes too long, naming what was awaited, or when the client stops. */
export type Wait = <T>(what: string, answer: Promise<T>) => Promise<T>;

/** @param milliseconds for each answer */
export const createWait =
  (milliseconds: number, signal?: AbortSignal): Wait =>
  (what, answer) =>
    within(milliseconds, what, answer, signal);
