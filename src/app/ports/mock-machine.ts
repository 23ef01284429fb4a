import type { Temperature } from '../../domain/printer.ts';

/** What a simulated printer shows. */
export interface MockReading {
  readonly state: 'idle' | 'printing' | 'paused' | 'finished' | 'stopped' | 'error';
  readonly message: string;
  readonly nozzle: Temperature;
  readonly bed: Temperature;
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
 * The simulated machine behind the mock driver. It refuses by DriverError `refused`, like a printer that says no.
 */
export interface MockPrinterPhysics {
  read(): Promise<MockReading>;
  store(file: string): Promise<void>;
  /** Starts a stored file. */
  start(file: string): Promise<void>;
  pause(): Promise<void>;
  resume(): Promise<void>;
  cancel(): Promise<void>;
  /** A file that prints stays; one that is not there has been removed. */
  remove(file: string): Promise<void>;
  /** The latest print of that file. */
  lastPrintOf(file: string): Promise<MockPrint | undefined>;
}
