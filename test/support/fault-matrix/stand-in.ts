import type { Clock, PrinterDriver } from '../../../src/app/ports.ts';
import type { PrinterApi } from '../../../src/domain/printer.ts';
import type { Connection } from './connection.ts';

/** A printer and its host, as the fault matrix wants them: whatever their interface, in virtual time. */
export interface StandIn {
  readonly api: PrinterApi;
  readonly address: { readonly url: string; readonly apiKey: string; readonly username?: string };
  /** The real driver, to that URL. */
  createDriver(url: string, clock: Clock): PrinterDriver;
  /** How its faults are made. */
  readonly connection: Connection;
  /** Time has passed, in ms. */
  advance(milliseconds: number): void;
  /** Names of the prints that have physically begun, in order: the evidence of "exactly once". */
  started(): readonly string[];
  /** Names of the prints that came to their end. */
  finished(): readonly string[];
  /** Something moves or is about to. */
  isActive(): boolean;
  /** What is stored there. */
  files(): readonly string[];
  /** The host is killed and started again; a power failure, where host and printer are one. */
  restart(): void;
  /** A print survives a restart of the host and is seen again. */
  readonly survivesRestart: boolean;
  /**
   * What shows that a start never came: `always` there; only `afterAPrint` of ours before; or `never`, as with a
   * printer of the latter kind that is new to us.
   */
  readonly tellsOfNoStart: 'always' | 'afterAPrint' | 'never';
  /** s for which it shows how a print ended; left out where that can be learnt later too. */
  readonly endShows?: number;
  revokeKey(): void;
  acceptKey(): void;
  stop(): Promise<void>;
}

/** s that each print takes on every stand-in. */
export const PRINT_TIME = 200;
