import {
  createMockPrinter,
  type MockPrinter,
  type MockPrinterOptions,
} from '../../src/simulation/mock-printer.ts';

/** A simulated machine whose prints take 30 steps of 2 s. */
export const mockPrinter = (
  options: Partial<MockPrinterOptions> & Pick<MockPrinterOptions, 'clock'>,
): MockPrinter =>
  createMockPrinter({ interval: 2, jobTime: 30, bedTarget: 100, nozzleTarget: 120, ...options });
