import type { PrinterSnapshot } from '../../domain/printer.ts';

/** Owner of live telemetry: the address space, with the typed snapshot beside its nodes. Never stored. */
export interface LiveValues {
  /** All variables of one printer change together. */
  write(printer: string, snapshot: PrinterSnapshot): void;
  read(printer: string): PrinterSnapshot | undefined;
  /**
   * @param name for the log, when the listener fails
   * @returns a function that ends the subscription
   */
  onChange(name: string, listener: (printer: string, snapshot: PrinterSnapshot) => void): () => void;
}
