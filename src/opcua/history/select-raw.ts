import type { Ring } from './ring.ts';

/** What ReadRaw asks for (OPC 10000-11, 6.5.3); times in ms since 1970, undefined: not given. */
export interface RawRequest {
  readonly start: number | undefined;
  readonly end: number | undefined;
  /** 0: all. */
  readonly maximum: number;
  readonly bounds: boolean;
}

/** An entry of a ring, or a bound that it does not have. */
export type Selected = { readonly index: number } | { readonly missing: number };

/** What is still to be told, in the order in which it is asked for: forward, or backward from the newer time. */
export interface Selection {
  /** Next index of the ring. */
  readonly from: number;
  /** The index at which it stops, not told. */
  readonly to: number;
  readonly step: 1 | -1;
  /** Bounds for which there is no value, by their time: told before and after the entries. */
  readonly missingFirst: number | undefined;
  readonly missingLast: number | undefined;
  /** Entries that are told at most; an open end makes it the whole of what is asked. */
  readonly most: number;
}

/** Undefined when fewer than two of start, end and maximum are given. */
export const selectRaw = (ring: Ring, request: RawRequest): Selection | undefined => {
  const { start, end, maximum, bounds } = request;
  const given = [start !== undefined, end !== undefined, maximum > 0].filter(Boolean).length;
  if (given < 2) return undefined;
  const backward = start === undefined || (end !== undefined && end < start);
  const [first, last] = start === undefined ? [end, undefined] : [start, end];
  if (first === undefined) return undefined;
  const most = last === undefined ? maximum : Number.POSITIVE_INFINITY;
  return backward
    ? selectBackward(ring, first, last, bounds, most)
    : selectForward(ring, first, last, bounds, most);
};

/** The first index after every entry of that time. */
const after = (ring: Ring, time: number): number => ring.firstFrom(time + 1);

/** From `first` on, without `last` itself unless both are the same time. */
const selectForward = (
  ring: Ring,
  first: number,
  last: number | undefined,
  bounds: boolean,
  most: number,
): Selection => {
  let from = ring.firstFrom(first);
  let to = ring.end();
  if (last !== undefined) to = last === first ? after(ring, last) : ring.firstFrom(last);
  let missingFirst: number | undefined;
  let missingLast: number | undefined;
  if (bounds) {
    const exact = from < ring.end() && ring.timeAt(from) === first;
    if (!exact && from > ring.start()) from -= 1;
    else if (!exact) missingFirst = first;
    if (last !== undefined && last !== first) {
      if (to < ring.end()) to += 1;
      else missingLast = last;
    }
  }
  return { from, to, step: 1, missingFirst, missingLast, most };
};

/** From `first` back, without `last` itself. */
const selectBackward = (
  ring: Ring,
  first: number,
  last: number | undefined,
  bounds: boolean,
  most: number,
): Selection => {
  let from = after(ring, first) - 1;
  let to = ring.start() - 1;
  if (last !== undefined) to = after(ring, last) - 1;
  let missingFirst: number | undefined;
  let missingLast: number | undefined;
  if (bounds) {
    const exact = from >= ring.start() && ring.timeAt(from) === first;
    if (!exact && from + 1 < ring.end()) from += 1;
    else if (!exact) missingFirst = first;
    if (last !== undefined) {
      if (to >= ring.start()) to -= 1;
      else missingLast = last;
    }
  }
  return { from, to, step: -1, missingFirst, missingLast, most };
};

/**
 * The next so many, and what remains for a continuation point. What was overwritten meanwhile is left out.
 * @param maximum at least 1
 */
export const take = (
  ring: Ring,
  selection: Selection,
  maximum: number,
): { readonly taken: readonly Selected[]; readonly rest: Selection | undefined } => {
  const { to, step, missingFirst, missingLast } = selection;
  const taken: Selected[] = [];
  let { from, most } = selection;
  if (step === 1) from = Math.max(from, ring.start());
  const isOver = (): boolean => most <= 0 || (step === 1 ? from >= to : from <= to || from < ring.start());
  if (missingFirst !== undefined && most > 0) {
    taken.push({ missing: missingFirst });
    most -= 1;
  }
  while (!isOver() && taken.length < maximum) {
    taken.push({ index: from });
    from += step;
    most -= 1;
  }
  const left: Selection = { ...selection, from, most, missingFirst: undefined };
  if (!isOver()) return { taken, rest: left };
  if (missingLast === undefined || most <= 0) return { taken, rest: undefined };
  if (taken.length >= maximum) return { taken, rest: left };
  taken.push({ missing: missingLast });
  return { taken, rest: undefined };
};
