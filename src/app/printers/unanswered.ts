import type { PrinterSnapshot } from '../../domain/printer.ts';

/** Since when a printer has not answered, when it is tried again, and why; '' while it answers. */
export const unanswered = (printer: string, snapshot: PrinterSnapshot | undefined): string =>
  snapshot?.state === 'unreachable' ? `${printer} does not answer: ${snapshot.message}` : '';
