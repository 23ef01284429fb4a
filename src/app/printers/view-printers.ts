import type { Application, PrinterView } from '../application.ts';
import type { ApplicationDeps } from '../deps.ts';
import { findPrinter } from './find-printer.ts';
import { type Place, readLab, readPlace } from './lab.ts';

const viewOf = ({ live, capabilitiesOf }: ApplicationDeps, { notReady, ...facts }: Place): PrinterView => ({
  ...facts,
  snapshot: live.read(facts.printer.name),
  capabilities: capabilitiesOf?.(facts.printer.id),
  notReadyReason: notReady,
});

export const createFindPrinters =
  (deps: ApplicationDeps): Application['findPrinters'] =>
  async group => {
    const { places } = await readLab(deps);
    const wanted = places.filter(({ printer }) => group === undefined || printer.group === group);
    return wanted.map(place => viewOf(deps, place));
  };

export const createGetPrinter =
  (deps: ApplicationDeps): Application['getPrinter'] =>
  async name =>
    viewOf(deps, await readPlace(deps, deps.store, await findPrinter(deps.store, name)));
