import type { BedSize, GcodeKind } from '../../domain/gcode-file.ts';
import type { NativeIdentity } from '../../domain/native-identity.ts';
import type { Printer, PrinterApi, PrinterSnapshot } from '../../domain/printer.ts';
import type { AttemptOutcome } from '../../domain/reconcile.ts';

/** What a printer's interface offers; whoever wants it asks for the capability, never for the kind of printer. */
export interface PrinterCapabilities {
  readonly pause: boolean;
  readonly resume: boolean;
  /** It tells where its camera is. */
  readonly camera: boolean;
  /** It tells what filament is loaded. */
  readonly filament: boolean;
  /** It says when something has changed. */
  readonly push: boolean;
}

/** What a printer's interface says of itself. '' and null where it does not say. */
export interface PrinterIdentity {
  /** Software and version, for people: `OctoPrint 1.11.8`. */
  readonly software: string;
  readonly model: string;
  /** Of the machine, not of the computer beside it; absent without. */
  readonly serialNumber?: string;
  /** Absent where only the model's name tells it. */
  readonly manufacturer?: string;
  /** mm */
  readonly nozzleDiameter: number | null;
  readonly bedSize: BedSize | null;
  readonly material: string;
  /** Whether it takes binary g-code; null when only a try would tell. */
  readonly takesBgcode: boolean | null;
  readonly camera: PrinterCamera | null;
}

/** Absolute http(s) URLs, reachable from this server; '' for none. */
export interface PrinterCamera {
  /** MJPEG. */
  readonly stream: string;
  /** One picture. */
  readonly snapshot: string;
  /** What both ask for, such as the key; secret. */
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * unreachable: no answer, so what was asked may still have happened; unauthorized: an operator must mend the key;
 * refused: the printer said no and did nothing; outOfOrder: it did nothing and can take no file, whichever it is,
 * until a person has seen to it; noBgcode: it did nothing and takes no binary g-code, whichever file it is; garbled: an
 * answer that makes no sense; wrongKind: something else than this kind of printer answers there.
 */
export type DriverErrorKind =
  | 'unreachable'
  | 'unauthorized'
  | 'refused'
  | 'outOfOrder'
  | 'noBgcode'
  | 'garbled'
  | 'wrongKind';

export class DriverError extends Error {
  readonly kind: DriverErrorKind;
  /** Of an unreachable one: a server answered, with trouble of its own. */
  readonly answered: boolean;

  constructor(
    kind: DriverErrorKind,
    message: string,
    { answered = false, ...options }: ErrorOptions & { readonly answered?: boolean } = {},
  ) {
    super(message, options);
    this.name = 'DriverError';
    this.kind = kind;
    this.answered = answered;
  }
}

/** A stored file, to be sent to a printer. */
export interface UploadSource {
  readonly path: string;
  readonly size: number;
  readonly sha256: string;
  readonly kind: GcodeKind;
}

/** One start of one job, as the intent record knows it. */
export interface PrintAttempt {
  /** Path on the printer, as `upload` returned it. */
  readonly file: string;
  /** The printer's own identity, once adopted. */
  readonly native: NativeIdentity | null;
  /** As `baseline` gave it just before the intent. */
  readonly baseline?: NativeIdentity | null;
  /** When the intent was stored; ISO 8601, UTC. */
  readonly intentTime: string;
  /** The file's name is used for this attempt alone: whatever the printer recorded of it is this attempt's. */
  readonly unique: boolean;
}

export type { AttemptOutcome };

/**
 * One printer behind its own interface. Narrow on purpose: the worker alone decides, a driver only asks and tells.
 * Every call obeys the signal, has a time-out of its own, and throws DriverError.
 */
export interface PrinterDriver {
  readonly capabilities: PrinterCapabilities;
  /** For adding a printer: proves address, kind and key. Throws also `wrongKind`. */
  identify(signal: AbortSignal): Promise<PrinterIdentity>;
  read(signal: AbortSignal): Promise<PrinterSnapshot>;
  /**
   * Calls back, until `close`, when there is something new to read; at once or never (without the capability push).
   * Only for promptness: what was missed shows in the next reading.
   */
  watch(changed: () => void): void;
  /**
   * Sends the file under that name and readies it for the start; the same file already there counts as sent.
   * Returns the printer's own path.
   */
  upload(source: UploadSource, remoteName: string, signal: AbortSignal): Promise<string>;
  /**
   * What the printer tells of its latest print: stored with the intent and given to `outcomeOf`, which sees by it
   * whether anything was started since. Null when it cannot be told; left out where there is other evidence.
   * @param latest the latest identity that the store knows of this printer
   */
  baseline?(
    latest: () => Promise<NativeIdentity | null>,
    signal: AbortSignal,
  ): Promise<NativeIdentity | null>;
  /** Sent once per attempt. `refused` means that it certainly did not start. */
  start(file: string, signal: AbortSignal): Promise<void>;
  pause(signal: AbortSignal): Promise<void>;
  resume(signal: AbortSignal): Promise<void>;
  cancel(file: string, signal: AbortSignal): Promise<void>;
  /** A file that is not there has been removed. */
  remove(file: string, signal: AbortSignal): Promise<void>;
  /** Asked only while the attempt's file is not active. */
  outcomeOf(attempt: PrintAttempt, signal: AbortSignal): Promise<AttemptOutcome>;
  close(): Promise<void>;
}

export type DriverFactory = (printer: Printer) => PrinterDriver;
export type DriverFactories = Readonly<Record<PrinterApi, DriverFactory>>;
