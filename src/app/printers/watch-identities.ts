import { PRINTER_ACTOR } from '../../domain/job.ts';
import { machineIdentity } from '../../domain/machine-identity.ts';
import { isOnline, isResting, type PrinterSnapshot } from '../../domain/printer.ts';
import type { ApplicationDeps } from '../deps.ts';
import { printerRow } from './find-printer.ts';
import { learnPrinter, probed } from './learn-printer.ts';

export type IdentityWatchDeps = Pick<
  ApplicationDeps,
  'store' | 'commit' | 'clock' | 'live' | 'probe' | 'log'
>;

export interface IdentityWatch {
  start(): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Looks at each printer, one after the other, once it rests and whenever it has come back since: its firmware, or the
 * whole machine, may be another by then. What it tells of itself is stored with it.
 */
export const createIdentityWatch = (deps: IdentityWatchDeps): IdentityWatch => {
  const { store, commit, clock, live, probe, log } = deps;
  /** Looked at, or about to be, since they were last away. */
  const known = new Set<string>();
  const waiting = new Set<string>();
  let working: Promise<void> | undefined;
  let stopped = true;
  let ends: readonly (() => void)[] = [];

  const learn = async (name: string): Promise<void> => {
    const looked = await printerRow(store, name);
    // A simulated machine has nothing to tell.
    if (looked === undefined || looked.removed || looked.api === 'Mock') return;
    const report = await probe.probe(looked);
    if (machineIdentity(report) === undefined) return;
    const step = { time: clock.now().toISOString(), actor: PRINTER_ACTOR };
    await commit({ actor: PRINTER_ACTOR }, tx =>
      learnPrinter(tx, looked, printer => probed(printer, report), step),
    );
  };

  const work = async (): Promise<void> => {
    for (const name of waiting) {
      if (stopped) return;
      waiting.delete(name);
      await learn(name).catch(error =>
        log.warn({ err: error, printer: name }, 'Who made a printer could not be asked'),
      );
    }
  };

  const begin = (): void => {
    if (stopped || working !== undefined || waiting.size === 0) return;
    working = work().finally(() => {
      working = undefined;
      begin();
    });
  };

  const see = (name: string, { state }: PrinterSnapshot): void => {
    if (!isOnline(state)) known.delete(name);
    if (!isResting(state) || known.has(name)) return;
    known.add(name);
    waiting.add(name);
    begin();
  };

  return {
    async start() {
      stopped = false;
      ends = [
        live.onChange('identities', see),
        commit.listen('identities', ({ changes }) => {
          for (const { collection, before, after } of changes) {
            if (collection === 'printers' && before?.url !== after?.url) known.delete(after?.name ?? '');
          }
        }),
      ];
    },
    async stop() {
      stopped = true;
      for (const end of ends) end();
      await working;
    },
  };
};
