import { asciiText } from './ascii-text.ts';

/** ReturnCodes of the OPC UA contract; HTTP maps the same names to status codes. */
export const returnCodes = {
  OK: 0,
  NotFound: 1,
  InvalidState: 2,
  /** The role may call this, but not for this object. */
  NotPermitted: 3,
  InvalidArgument: 4,
  NoCompatiblePrinter: 5,
  QuotaExceeded: 6,
  /** A RequestId or OrderId was used before with other arguments. */
  RequestIdConflict: 7,
  PrinterUnavailable: 8,
  /** Nothing was done. */
  StorageFailed: 9,
  /** Repeat the same call later. */
  Busy: 10,
  HeldByOther: 11,
} as const;

export type ReturnCodeName = keyof typeof returnCodes;
export type RefusalName = Exclude<ReturnCodeName, 'OK'>;

export interface RefusalDetail {
  /** A printer's name. */
  readonly of: string;
  readonly reason: string;
}

/**
 * A refusal of the business kind: an expected answer, translated once at each edge. Its message is ASCII of at
 * most 200 characters, since PLCs show it.
 */
export class Refusal extends Error {
  readonly code: RefusalName;
  /** What does not fit into the message: one for each thing that it speaks of. */
  readonly details: readonly RefusalDetail[];

  constructor(
    code: RefusalName,
    message: string,
    options?: ErrorOptions & { readonly details?: readonly RefusalDetail[] },
  ) {
    super(asciiText(message), options);
    this.name = 'Refusal';
    this.code = code;
    this.details = options?.details ?? [];
  }
}
