import type { Account, AccountCertificate } from '../../domain/account.ts';
import type { Alarm } from '../../domain/alarm.ts';
import type { Bed } from '../../domain/bed.ts';
import type { GcodeFile } from '../../domain/gcode-file.ts';
import type { Job } from '../../domain/job.ts';
import type { JobStatus } from '../../domain/job-status.ts';
import type { PrinterOperation } from '../../domain/operation.ts';
import type { Order } from '../../domain/order.ts';
import type { Pickup } from '../../domain/pickup.ts';
import type { Printer } from '../../domain/printer.ts';

/** A bearer token or log-in session; `id` is the SHA-256 of the secret, which is never stored. */
export interface Token {
  readonly id: string;
  readonly accountId: string;
  readonly createTime: string;
  readonly expireTime: string;
}

/** The remembered success of an idempotent call. `id` is `<account>:<method>:<RequestId>`. */
export interface SpentRequest {
  readonly id: string;
  /** Of the call's arguments: a repeat with others is a conflict. */
  readonly argumentsHash: string;
  readonly jobId: number;
  readonly expireTime: string;
}

export interface Counter {
  readonly id: 'jobs' | 'orders' | 'printers' | 'pickups' | 'outbox';
  /** The last number given. */
  readonly last: number;
}

/** A job transition that the central server still has to be told, in the order of ids. */
export interface CentralTransition {
  readonly id: number;
  readonly printer: string;
  readonly jobId: number;
  readonly status: JobStatus;
  readonly file: string;
  /** % */
  readonly progress: number;
  /** When it happened: becomes the SourceTimestamp. */
  readonly time: string;
}

/** Every collection with its row type; a row's `id` is its key. */
export interface Collections {
  accounts: Account;
  tokens: Token;
  certificates: AccountCertificate;
  printers: Printer;
  beds: Bed;
  files: GcodeFile;
  jobs: Job;
  orders: Order;
  pickups: Pickup;
  operation: PrinterOperation;
  requests: SpentRequest;
  counters: Counter;
  centralOutbox: CentralTransition;
  alarms: Alarm;
}
export type CollectionName = keyof Collections;
export type RowId<C extends CollectionName> = Collections[C]['id'];

/** Fields to compare: a value, or an array of which one must be equal. All must match. */
export type Where<Row> = { readonly [Field in keyof Row]?: Row[Field] | readonly Row[Field][] };

export interface Query<Row> {
  readonly where?: Where<Row>;
  /** Only rows with a greater id (a smaller one when descending). */
  readonly after?: number | string;
  readonly limit?: number;
  readonly descending?: boolean;
}

export interface Reader {
  get<C extends CollectionName>(collection: C, id: RowId<C>): Promise<Collections[C] | undefined>;
  /** In the order of ids. */
  find<C extends CollectionName>(
    collection: C,
    query?: Query<Collections[C]>,
  ): Promise<readonly Collections[C][]>;
  /** Cheap for the indexed fields, see `store/`. */
  count<C extends CollectionName>(collection: C, where?: Where<Collections[C]>): Promise<number>;
}

/** Reads see this transaction's own writes over everything that was accepted before it. */
export interface Transaction extends Reader {
  put<C extends CollectionName>(collection: C, row: Collections[C]): void;
  delete<C extends CollectionName>(collection: C, id: RowId<C>): void;
  /** What this transaction has changed so far, one entry per row. */
  changes(): readonly RowChange[];
}

/** One row's change; `before` is undefined for a new row, `after` for a deleted one. */
export type RowChange = {
  [C in CollectionName]: {
    readonly collection: C;
    readonly before: Collections[C] | undefined;
    readonly after: Collections[C] | undefined;
  };
}[CollectionName];

export interface Committed<T> {
  readonly result: T;
  /** Ascending by one per commit that wrote; 0 when nothing was written. */
  readonly seq: number;
  readonly changes: readonly RowChange[];
}

/** Durable facts. Rows are immutable. */
export interface Store extends Reader {
  /**
   * Runs the closure over an overlay and resolves once all of it is on disk; transactions are serialised and
   * resolve in the order of `seq`. The closure may run again, so it does no I/O but through `tx`.
   * @throws Refusal StorageFailed when the write failed: then nothing was done
   * @throws OutcomeUnknown when the write failed and could not be taken back
   * @throws DataUnreadable when the closure reads rows whose file is damaged, as every read of them does
   * @throws whatever the closure throws: then nothing was done
   */
  transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<Committed<T>>;
}

/**
 * A write failed and the disk refused to take it back in time: nothing was done so far, but after a crash it may
 * turn out to have been. Transports say so (BadTimeout, 503), never that nothing was done; the identical call can be
 * repeated, with the same request id where it has one. Its message is ASCII of at most 200 characters.
 */
export class OutcomeUnknown extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'OutcomeUnknown';
  }
}

/**
 * Stored rows cannot be read, because their file is damaged or the disk fails; nothing was done. All that needs none of
 * them works. Its message names the file and what to do, in ASCII of at most 200 characters; the store has logged it.
 */
export class DataUnreadable extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'DataUnreadable';
  }
}
