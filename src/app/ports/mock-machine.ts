import type { LoadedFilament, Printer, PrinterState, Temperature } from '../../domain/printer.ts';
import type { RunningSimulation, Simulation } from '../../domain/simulation.ts';

/** What a simulated printer shows, when it answers at all. */
export interface MockReading {
  readonly state: Exclude<PrinterState, 'unreachable' | 'unauthorized'>;
  readonly message: string;
  readonly nozzle: Temperature;
  readonly bed: Temperature;
  readonly filament: LoadedFilament | null;
  /** `print` counts the prints of this machine: its own identity of each. */
  readonly job: {
    readonly file: string;
    readonly print: number;
    /** 0-100 */
    readonly progress: number;
    /** s */
    readonly timeUsed: number;
    /** s */
    readonly timeLeft: number;
  } | null;
}

/** A print of a simulated printer, as it remembers it. */
export interface MockPrint {
  readonly print: number;
  readonly file: string;
  readonly outcome: 'active' | 'finished' | 'cancelled' | 'failed';
  /** Why it failed. */
  readonly message: string;
}

/**
 * The simulated machine behind the mock driver. It fails by DriverError as a driver that reaches a real printer does:
 * `refused` like a printer that says no, and whatever a script provokes.
 */
export interface MockPrinterPhysics {
  read(signal?: AbortSignal): Promise<MockReading>;
  store(file: string, signal?: AbortSignal): Promise<void>;
  /** Starts a stored file. */
  start(file: string, signal?: AbortSignal): Promise<void>;
  pause(signal?: AbortSignal): Promise<void>;
  resume(signal?: AbortSignal): Promise<void>;
  cancel(signal?: AbortSignal): Promise<void>;
  /** A file that prints stays; one that is not there has been removed. */
  remove(file: string, signal?: AbortSignal): Promise<void>;
  /** The latest print of that file. */
  lastPrintOf(file: string, signal?: AbortSignal): Promise<MockPrint | undefined>;
  /** Of what was before, it has no memory; ISO 8601, UTC; '' when it remembers all. */
  remembersSince(signal?: AbortSignal): Promise<string>;
}

/** Provokes states and faults of one simulated printer. */
export interface MockSimulation {
  /**
   * In the place of what was provoked before, which ends as if its time were over.
   * @throws Refusal InvalidState when `now` is not possible as the machine is
   */
  simulate(simulation: Simulation): Promise<void>;
  simulation(): Promise<RunningSimulation>;
}

/** The simulated machine of a Mock printer. */
export type MockSimulations = (printer: Pick<Printer, 'name' | 'nameKey'>) => MockSimulation;
