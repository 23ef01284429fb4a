import type { Actor } from '../../domain/account.ts';
import { type Bed, clearBed } from '../../domain/bed.ts';
import { advance, type Step } from '../../domain/job.ts';
import { isActive, type PrinterSnapshot } from '../../domain/printer.ts';
import { stateSentence } from '../../domain/printer-state.ts';
import { Refusal } from '../../domain/refusal.ts';
import { checkedText } from '../../domain/text.ts';
import { checkedRight } from '../access/checked-right.ts';
import type { Application } from '../application.ts';
import type { ApplicationDeps } from '../deps.ts';
import type { Transaction } from '../ports.ts';
import { findBed, findPrinter } from '../printers/find-printer.ts';
import { unanswered } from '../printers/unanswered.ts';
import { stepBy } from '../step-by.ts';
import { unlessUnreadable } from '../unless-unreadable.ts';
import { holdOn } from './hold-on.ts';

const checkMayClear = async (
  tx: Transaction,
  actor: Actor,
  bed: Bed,
  seen: PrinterSnapshot | undefined,
): Promise<void> => {
  const hold = await holdOn(tx, bed.printer);
  if (hold !== undefined) {
    throw new Refusal(
      hold.account === actor.accountId ? 'InvalidState' : 'HeldByOther',
      `Pick-up ${hold.id} holds the plate of ${bed.printer}: confirm or release it.`,
    );
  }
  if (bed.state === 'inUse') {
    const what = `${bed.printer} is printing${bed.jobId ? ` job ${bed.jobId}` : ''}.`;
    throw new Refusal('InvalidState', `${what} ${unanswered(bed.printer, seen)}`.trim());
  }
};

/** Somebody took the plate by hand: its job is picked, in the place that is given or none, or failed. */
const endJob = async (
  tx: Transaction,
  bed: Bed,
  step: Step,
  storageLocation: string,
  good: boolean,
): Promise<void> => {
  const job = await unlessUnreadable(tx.get('jobs', bed.jobId));
  if (job?.status !== 'printed' || !job.fromServer) return;
  tx.put(
    'jobs',
    good
      ? advance(job, 'picked', { ...step, reason: 'Taken by hand.' }, { storageLocation })
      : advance(job, 'failed', { ...step, reason: 'Taken by hand: a bad part.' }),
  );
};

export const createConfirmBedClear =
  ({ commit, clock, live }: ApplicationDeps): Application['confirmBedClear'] =>
  async (actor, printer, { storageLocation = '', good = true } = {}) => {
    checkedRight(actor, 'ConfirmBedClear');
    const place = checkedText('StorageLocation', storageLocation, 80);
    await commit({ actor: actor.accountId }, async tx => {
      const bed = await findBed(tx, await findPrinter(tx, printer));
      if (bed.state === 'clear') return;
      const seen = live.read(bed.printer);
      await checkMayClear(tx, actor, bed, seen);
      if (seen !== undefined && isActive(seen.state)) {
        throw new Refusal(
          'InvalidState',
          `${stateSentence(seen.state, '', bed.printer)} Its bed is not clear.`,
        );
      }
      const step = stepBy(clock, actor);
      tx.put('beds', clearBed(bed, step.time));
      await endJob(tx, bed, step, place, good);
    });
  };
