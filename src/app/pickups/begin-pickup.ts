import type { Actor } from '../../domain/account.ts';
import { awaitsPickup, type Bed, beginClearing } from '../../domain/bed.ts';
import { advance } from '../../domain/job.ts';
import type { Pickup } from '../../domain/pickup.ts';
import { isActive } from '../../domain/printer.ts';
import { Refusal } from '../../domain/refusal.ts';
import { checkedText, requiredText } from '../../domain/text.ts';
import { checkedRight } from '../access/checked-right.ts';
import type { Application, BegunPickup } from '../application.ts';
import type { ApplicationDeps } from '../deps.ts';
import { nextNumber } from '../next-number.ts';
import type { LiveValues, Transaction } from '../ports.ts';
import { findBed, findPrinter } from '../printers/find-printer.ts';
import { stepBy } from '../step-by.ts';
import { unlessUnreadable } from '../unless-unreadable.ts';
import { holdOn } from './hold-on.ts';

const begunOf = ({ id, printer, jobId, content }: Pickup): BegunPickup => ({
  pickupId: id,
  printer,
  jobId,
  content,
});

/** What, beside another's hold, keeps a named printer's plate from being picked up. */
const refusalOf = (bed: Bed): Refusal => {
  const { printer, pickupId } = bed;
  switch (bed.state) {
    case 'clear':
      return new Refusal('InvalidState', `The bed of ${printer} is clear: nothing to pick up.`);
    case 'inUse':
      return new Refusal('InvalidState', `${printer} is printing: nothing to pick up yet.`);
    case 'beingCleared':
    case 'occupied':
      return new Refusal(
        'InvalidState',
        pickupId === 0
          ? `Nobody has looked at the bed of ${printer} yet: a person confirms that it is clear.`
          : `Pick-up ${pickupId} of ${printer} failed: a person is needed.`,
      );
  }
};

/** Whatever the store knows of a bed: no arm goes where the printer was last seen to move. */
const isMoving = (live: LiveValues, printer: string): boolean => {
  const snapshot = live.read(printer);
  return snapshot !== undefined && isActive(snapshot.state);
};

const longestWaiting = async (tx: Transaction, live: LiveValues): Promise<Bed> => {
  const occupied = await tx.find('beds', { where: { state: 'occupied' } });
  const holds = await tx.find('pickups', { where: { state: 'inProgress' } });
  const held = new Set(holds.map(({ printer }) => printer));
  const waiting = occupied.filter(
    bed => awaitsPickup(bed) && !held.has(bed.printer) && !isMoving(live, bed.printer),
  );
  const [first] = waiting.sort((left, right) => (left.since < right.since ? -1 : 1));
  if (first === undefined) throw new Refusal('NotFound', 'No plate waits for a pick-up.');
  return first;
};

const wantedBed = async (tx: Transaction, live: LiveValues, printer: string): Promise<Bed> => {
  if (printer === '') return longestWaiting(tx, live);
  const bed = await findBed(tx, await findPrinter(tx, printer));
  const hold = await holdOn(tx, bed.printer);
  if (hold !== undefined) throw new Refusal('HeldByOther', `Pick-up ${hold.id} holds ${bed.printer}.`);
  if (!awaitsPickup(bed)) throw refusalOf(bed);
  if (isMoving(live, bed.printer)) {
    throw new Refusal('InvalidState', `${bed.printer} is printing: nothing to pick up yet.`);
  }
  return bed;
};

const holdOf = async (tx: Transaction, actor: Actor, robot: string): Promise<Pickup | undefined> =>
  (
    await tx.find('pickups', { where: { state: 'inProgress', account: actor.accountId, robot }, limit: 1 })
  )[0];

/**
 * Gives a robot the hold of one plate; repeated by the same account and robot it returns the same hold.
 * A printed job goes to pickupIssued; of cancelled, failed and foreign prints the bed alone moves.
 */
export const createBeginPickup =
  ({ commit, clock, live }: ApplicationDeps): Application['beginPickup'] =>
  async (actor, printer, robot) => {
    checkedRight(actor, 'BeginPickup');
    const name = requiredText('Robot', robot, 64);
    const wanted = checkedText('Printer', printer, 80);
    return commit({ actor: actor.accountId }, async tx => {
      const hold = await holdOf(tx, actor, name);
      if (hold !== undefined) {
        if (wanted === '' || wanted.toLowerCase() === hold.printer.toLowerCase()) return begunOf(hold);
        throw new Refusal(
          'InvalidState',
          `${name} still holds pick-up ${hold.id} of ${hold.printer}: end it.`,
        );
      }
      const bed = await wantedBed(tx, live, wanted);
      const step = stepBy(clock, actor);
      const pickup: Pickup = {
        id: await nextNumber(tx, 'pickups'),
        state: 'inProgress',
        printer: bed.printer,
        jobId: bed.jobId,
        content: bed.content,
        robot: name,
        account: actor.accountId,
        storageLocation: '',
        reason: '',
        beginTime: step.time,
        endTime: null,
      };
      tx.put('pickups', pickup);
      tx.put('beds', beginClearing(bed, pickup.id, step.time));
      const job = await unlessUnreadable(tx.get('jobs', bed.jobId));
      if (job?.status === 'printed' && job.fromServer) {
        tx.put('jobs', advance(job, 'pickupIssued', { ...step, reason: `Pick-up ${pickup.id} by ${name}.` }));
      }
      return begunOf(pickup);
    });
  };
