import type { Connection } from '../../domain/connection.ts';
import type { BedSize } from '../../domain/gcode-file.ts';
import type { Printer, PrinterSnapshot, PrinterState } from '../../domain/printer.ts';
import type { ProbeCode, ProbeStep } from '../../domain/probe-steps.ts';
import type { PrinterCamera, PrinterCapabilities } from './printer-driver.ts';

export interface ProbeProblem {
  readonly step: ProbeStep;
  readonly code: ProbeCode;
  /** What is wrong and what to do, for people. */
  readonly message: string;
}

/** What a look at a printer found. '' and null where it does not say. */
export interface ProbeReport {
  /** Something answers at its address. */
  readonly reached: boolean;
  /** Null when every step went through. */
  readonly problem: ProbeProblem | null;
  /** Kind and version: `OctoPrint 1.11.8`. */
  readonly software: string;
  readonly model: string;
  readonly serialNumber?: string;
  readonly manufacturer?: string;
  /** mm */
  readonly nozzleDiameter: number | null;
  readonly bedSize: BedSize | null;
  readonly material: string;
  readonly takesBgcode: boolean | null;
  readonly state: PrinterState | null;
  /** The printer's own words to its state. */
  readonly message: string;
  readonly camera: PrinterCamera | null;
  /** Of a printer of that kind, as far as the look has told; null when it came to no identification. */
  readonly capabilities: PrinterCapabilities | null;
  /** The whole of what `state` and `message` were taken from; null when it came to no reading. */
  readonly reading: PrinterSnapshot | null;
}

/** How a printer would be reached. */
export type ProbeTarget = Connection & Pick<Printer, 'name' | 'nameKey'>;

/** Looks at printers that need not be in the store; changes nothing. Never takes longer than a few seconds. */
export interface PrinterProbe {
  /**
   * Whatever is wrong with the printer stands in the report.
   * @throws Refusal Busy when too many are under way
   */
  probe(target: ProbeTarget): Promise<ProbeReport>;
}
