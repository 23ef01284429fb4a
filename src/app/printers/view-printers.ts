import { overdueReason } from '../../domain/pickup.ts';
import type { Application, PrinterView } from '../application.ts';
import type { ApplicationDeps } from '../deps.ts';
import { findPrinter } from './find-printer.ts';
import { type Place, readLab } from './lab.ts';

const viewOf = async ({ store, live, clock }: ApplicationDeps, place: Place): Promise<PrinterView> => {
  const pickup = place.bed.pickupId === 0 ? undefined : await store.get('pickups', place.bed.pickupId);
  return {
    printer: place.printer,
    bed: place.bed,
    snapshot: live.read(place.printer.name),
    job: place.job,
    pickup,
    // An arm that may be inside comes before anything else.
    notReadyReason: overdueReason(pickup, clock.now()) || place.notReady,
  };
};

export const createFindPrinters =
  (deps: ApplicationDeps): Application['findPrinters'] =>
  async group => {
    const { places } = await readLab(deps.store, deps.live);
    const wanted = places.filter(({ printer }) => group === undefined || printer.group === group);
    return Promise.all(wanted.map(place => viewOf(deps, place)));
  };

export const createGetPrinter =
  (deps: ApplicationDeps): Application['getPrinter'] =>
  async name => {
    const printer = await findPrinter(deps.store, name);
    const { places } = await readLab(deps.store, deps.live);
    const place = places.find(one => one.printer.id === printer.id);
    if (place === undefined) throw new Error(`The store has no bed of ${printer.name}.`);
    return viewOf(deps, place);
  };
