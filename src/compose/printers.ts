import type { DependencyContainer } from 'tsyringe';
import type { DriverFactories } from '../app/ports.ts';
import { createCameras } from '../printers/camera/cameras.ts';
import { createMockDriver } from '../printers/drivers/mock.ts';
import { createMoonrakerDriver } from '../printers/drivers/moonraker/moonraker.ts';
import { createOctoPrintKeyAsker } from '../printers/drivers/octoprint/app-keys.ts';
import { createOctoPrintDriver } from '../printers/drivers/octoprint/octoprint.ts';
import { createPrusaLinkDriver } from '../printers/drivers/prusalink/prusalink.ts';
import { createFleet } from '../printers/fleet.ts';
import { createPrinterProbe } from '../printers/probe.ts';
import { createMockPrinter, type MockPrinter } from '../simulation/mock-printer.ts';
import { memoryFileOf } from './mock-machines.ts';
import { registerOnce } from './register.ts';
import { type MockPrinters, tokens } from './tokens.ts';

/** The simulated machines, one per printer: a machine outlives the connections to it. */
const mockPrinters = (scope: DependencyContainer): MockPrinters => {
  const settings = scope.resolve(tokens.settings);
  const machines = new Map<string, MockPrinter>();
  return ({ name, nameKey }) => {
    const memoryFile = memoryFileOf(settings, name);
    const machine =
      machines.get(nameKey) ??
      createMockPrinter({
        clock: scope.resolve(tokens.clock),
        interval: settings.MOCK_PRINTER_INTERVAL,
        jobTime: settings.MOCK_PRINTER_JOB_TIME,
        bedTarget: settings.MOCK_PRINTER_TARGET_BED_TEMPERATURE,
        nozzleTarget: settings.MOCK_PRINTER_TARGET_BED_NOZZLE,
        ...(memoryFile && { memoryFile }),
      });
    machines.set(nameKey, machine);
    return machine;
  };
};

/** One line per kind of printer. */
const driversOf = (scope: DependencyContainer): DriverFactories => {
  const clock = scope.resolve(tokens.clock);
  const mockPrinterOf = scope.resolve(tokens.mockPrinters);
  return {
    Mock: printer => createMockDriver({ physics: mockPrinterOf(printer), clock }),
    Moonraker: printer => createMoonrakerDriver(printer, { clock }),
    OctoPrint: printer => createOctoPrintDriver(printer, { clock }),
    PrusaLink: printer => createPrusaLinkDriver(printer, { clock }),
  };
};

export const registerPrinters = (container: DependencyContainer): void => {
  registerOnce(container, tokens.mockPrinters, mockPrinters);
  registerOnce(container, tokens.drivers, driversOf);
  registerOnce(container, tokens.keys, () => ({ OctoPrint: createOctoPrintKeyAsker() }));
  registerOnce(container, tokens.cameras, scope =>
    createCameras({
      drivers: scope.resolve(tokens.drivers),
      clock: scope.resolve(tokens.clock),
      log: scope.resolve(tokens.log),
    }),
  );
  registerOnce(container, tokens.probe, scope =>
    createPrinterProbe({ drivers: scope.resolve(tokens.drivers), clock: scope.resolve(tokens.clock) }),
  );
  registerOnce(container, tokens.fleet, scope => {
    const settings = scope.resolve(tokens.settings);
    return createFleet({
      store: scope.resolve(tokens.store),
      commit: scope.resolve(tokens.commit),
      live: scope.resolve(tokens.live),
      files: scope.resolve(tokens.files),
      drivers: scope.resolve(tokens.drivers),
      clock: scope.resolve(tokens.clock),
      log: scope.resolve(tokens.log),
      settings: {
        workerInterval: settings.PRINTER_WORKER_INTERVAL,
        printerLostAfter: settings.PRINTER_LOST_AFTER,
        parallelUploads: settings.MAX_PARALLEL_UPLOADS,
      },
    });
  });
};
