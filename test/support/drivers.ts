import type { DriverFactories, DriverFactory } from '../../src/app/ports.ts';
import { type PrinterApi, printerApis } from '../../src/domain/printer.ts';

const none =
  (api: PrinterApi): DriverFactory =>
  () => {
    throw new Error(`Nothing here drives ${api}.`);
  };

/** Drivers for some kinds of printers; a printer of another kind is not to turn up. */
export const driversFor = (some: Partial<DriverFactories>): DriverFactories =>
  Object.fromEntries(printerApis.map(api => [api, some[api] ?? none(api)])) as Record<
    PrinterApi,
    DriverFactory
  >;

/** One driver for every kind. */
export const everyKind = (create: DriverFactory): DriverFactories =>
  Object.fromEntries(printerApis.map(api => [api, create])) as Record<PrinterApi, DriverFactory>;
