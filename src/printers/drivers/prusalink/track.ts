import type { NativeIdentity } from '../../../domain/native-identity.ts';
import type { PrinterState } from '../../../domain/printer.ts';
import type { PrusaLinkClient } from './client.ts';
import { type PrusaLinkKind, type Reading, stateOf } from './snapshot.ts';

/** How long a stop that was taken may take to show until the job counts as not being cancelled. In ms. */
const CANCEL_PATIENCE = 60_000;
/** Ids that are tried above the last known one: as many prints may have been started at the printer unseen. */
const FORWARD = 20;

export interface EndSeen {
  readonly id: number;
  readonly state: 'finished' | 'stopped' | 'error';
  /** The printer's own; '' for none. */
  readonly words: string;
}

/**
 * What the driver remembers of a printer that says little: PrusaLink shows its job's id while the job runs, and at
 * rest only answers whether a given id is that of its current or last job.
 */
export interface Track {
  /** Looks at a reading; asks the printer once whose end it shows. */
  follow(reading: Reading, signal: AbortSignal): Promise<void>;
  /** The end that was seen of that job. */
  endOf(id: number): EndSeen | undefined;
  cancelTaken(id: number, now: number): void;
  isCancelling(id: number | undefined, now: number): boolean;
  /** A start was refused while the printer showed that. */
  startRefused(state: PrinterState): void;
  endScreenBlocks(state: PrinterState): boolean;
  /** The id of the printer's current or last job; undefined when it is none that could be expected. */
  currentId(
    latest: () => Promise<number | undefined>,
    kind: PrusaLinkKind,
    signal: AbortSignal,
  ): Promise<number | undefined>;
}

/** The job id in an identity that was stored. */
export const idOf = (native: NativeIdentity | null | undefined): number | undefined =>
  typeof native?.id === 'number' ? native.id : undefined;

/** Buddy's ids are uint16. */
export const idAfter = (id: number, kind: PrusaLinkKind, steps = 1): number =>
  kind === 'buddy' ? (id + steps) & 0xffff : id + steps;

export const createTrack = (client: PrusaLinkClient): Track => {
  let lastId: number | undefined;
  let end: EndSeen | undefined;
  let askedFor: string | undefined;
  let cancelled: { readonly id: number; readonly at: number } | undefined;
  let refusedIn: PrinterState | undefined;

  return {
    async follow(reading, signal) {
      const state = stateOf(reading);
      if (state !== refusedIn) refusedIn = undefined;
      const id = reading.job?.id ?? reading.status.job?.id;
      if (id != null) {
        lastId = id;
        askedFor = undefined;
        if (end?.id === id) end = undefined;
        return;
      }
      if (state !== 'finished' && state !== 'stopped' && state !== 'error') return;
      const question = `${lastId} ${state}`;
      if (lastId === undefined || askedFor === question) return;
      if (await client.isCurrentJob(lastId, signal)) {
        const words = reading.status.printer.status_printer?.message ?? '';
        // The first one counts: once its cable is back, the Raspberry Pi calls the print that was lost stopped.
        if (end?.id !== lastId) end = { id: lastId, state, words };
      }
      askedFor = question;
    },
    endOf: id => (end?.id === id ? end : undefined),
    cancelTaken(id, now) {
      cancelled = { id, at: now };
    },
    isCancelling: (id, now) =>
      cancelled !== undefined && cancelled.id === id && now - cancelled.at < CANCEL_PATIENCE,
    startRefused(state) {
      if (state === 'finished' || state === 'stopped') refusedIn = state;
    },
    endScreenBlocks: state => refusedIn === state,
    async currentId(latest, kind, signal) {
      const from = lastId ?? (await latest());
      if (from === undefined) return undefined;
      for (let step = 0; step <= FORWARD; step++) {
        const id = idAfter(from, kind, step);
        if (!(await client.isCurrentJob(id, signal))) continue;
        lastId = id;
        return id;
      }
      return undefined;
    },
  };
};
