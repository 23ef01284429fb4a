import type { PrinterApi } from '../../domain/printer.ts';

export type KeyDecision =
  | { readonly kind: 'pending' }
  | { readonly kind: 'denied' }
  /** Told once. */
  | { readonly kind: 'granted'; readonly key: string };

/** A person at the printer's host was asked for a key. */
export interface KeyAsking {
  /** Where that person decides; '' when the host does not say. */
  readonly page: string;
  /** What was decided. Hosts forget a question that is not repeated: every 5 s at least. Throws DriverError. */
  poll(signal: AbortSignal): Promise<KeyDecision>;
}

/**
 * Asks the host at that URL for a key of our own, of that user there ('' for whoever decides).
 * Throws DriverError: refused when this host hands out no keys.
 */
export type AskForKey = (url: string, user: string, signal: AbortSignal) => Promise<KeyAsking>;

/** The kinds of printers whose hosts can be asked. */
export type KeyAskers = Readonly<Partial<Record<PrinterApi, AskForKey>>>;
