import type { Ring } from './ring.ts';
import type { Selection } from './select-raw.ts';

/** A read that a client may go on with. */
export interface Paused {
  readonly nodeId: string;
  readonly ring: Ring;
  readonly rest: Selection;
  /** Values that it wants in an answer; 0: as many as fit. */
  readonly maximum: number;
}

/** Of a session at once; the oldest gives way (OPC 10000-4, 7.9). MaxHistoryContinuationPoints tells it. */
export const MAX_CONTINUATION_POINTS = 100;

/** Continuation points of each session, which go with it. */
export interface Continuations {
  add(session: object, paused: Paused): Buffer;
  /** Undefined when the session has none of that name; it is spent. */
  take(session: object, point: Buffer): Paused | undefined;
}

export const createContinuations = (): Continuations => {
  const sessions = new WeakMap<object, Map<string, Paused>>();
  let last = 0;
  return {
    add(session, paused) {
      const points = sessions.get(session) ?? new Map<string, Paused>();
      sessions.set(session, points);
      last += 1;
      const key = String(last);
      points.set(key, paused);
      const [oldest] = points.keys();
      if (points.size > MAX_CONTINUATION_POINTS && oldest !== undefined) points.delete(oldest);
      return Buffer.from(key);
    },
    take(session, point) {
      const points = sessions.get(session);
      const key = point.toString('latin1');
      const paused = points?.get(key);
      points?.delete(key);
      return paused;
    },
  };
};
