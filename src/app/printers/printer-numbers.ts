import type { Application } from '../application.ts';
import type { ApplicationDeps } from '../deps.ts';

/** The rows alone: nobody has to look at beds and jobs to name a printer. */
export const createPrinterNumbers =
  ({ store }: ApplicationDeps): Application['printerNumbers'] =>
  async () =>
    new Map((await store.find('printers')).map(({ name, id }) => [name, id]));
