import { isOverdue, plateOf } from '../../domain/pickup.ts';
import { seesAllJobs } from '../../domain/rights.ts';
import { checkRole } from '../access/check-role.ts';
import type { Application, WaitingPlate } from '../application.ts';
import type { ApplicationDeps } from '../deps.ts';
import { type Place, readLab } from '../printers/lab.ts';

const waitingOn = ({ printer, bed, pickup }: Place): readonly WaitingPlate[] => {
  const { state, ...plate } = plateOf(bed, pickup);
  return state === 'none' ? [] : [{ ...plate, state, printer: printer.name, overdue: isOverdue(pickup) }];
};

export const createFindPickups =
  (deps: Pick<ApplicationDeps, 'store' | 'live' | 'clock'>): Application['findPickups'] =>
  async actor => {
    checkRole(actor, seesAllJobs, 'see the pick-ups');
    const { places } = await readLab(deps);
    return places.flatMap(waitingOn).sort((left, right) => left.since.localeCompare(right.since));
  };
