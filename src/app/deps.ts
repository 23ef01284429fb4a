import type { Background } from './background.ts';
import type { Commit } from './commit.ts';
import type {
  Cameras,
  Clock,
  FileStorage,
  KeyAskers,
  LiveValues,
  Log,
  MockSimulations,
  PasswordHasher,
  PrinterCapabilities,
  PrinterProbe,
  Store,
} from './ports.ts';

/** How this lab wants it: from the settings. */
export interface Rules {
  /** Every submitted job is approved (AUTO_APPROVE). */
  readonly autoApprove: boolean;
  /** False: only jobs that name a printer are dispatched (AUTO_SCHEDULE). */
  readonly autoSchedule: boolean;
  /** Printers that may heat up at once; 0 for any number (MAX_HEATING_PRINTERS). */
  readonly maxHeating: number;
  /** ms of waiting that count as one more of priority; 0 for never (PRIORITY_AGEING_HOURS). */
  readonly ageing: number;
  /** The lab's; IANA name (TIME_ZONE). */
  readonly timeZone: string;
  /** More open jobs than this answer Busy (MAX_OPEN_JOBS). */
  readonly maxOpenJobs: number;
  /** Of one account of role user: QuotaExceeded beyond (MAX_OPEN_JOBS_PER_USER). */
  readonly maxOpenJobsPerUser: number;
  /** In ms. */
  readonly tokenLifetime: number;
  /** In characters. */
  readonly minPasswordLength: number;
}

/** What the use cases need of the world outside; compose/ injects it. */
export interface ApplicationDeps {
  readonly store: Store;
  readonly commit: Commit;
  readonly live: LiveValues;
  readonly files: FileStorage;
  readonly clock: Clock;
  readonly background: Background;
  readonly hasher: PasswordHasher;
  readonly log: Log;
  readonly rules: Rules;
  readonly probe: PrinterProbe;
  /** A person waits for news of a printer, by its id: it is looked at at once. None: nobody follows printers. */
  readonly lookNow?: (printerId: number) => void;
  /** What a printer that is followed can do, by its id. None: nobody follows printers. */
  readonly capabilitiesOf?: (printerId: number) => PrinterCapabilities | undefined;
  /** None: this server shows no cameras. */
  readonly cameras?: Cameras;
  /** None: no printer's host can be asked for a key. */
  readonly keys?: KeyAskers;
  /** None: there are no simulated printers. */
  readonly simulations?: MockSimulations;
  /** Opens the first set-up, once; undefined when no set-up is offered. */
  readonly setUpToken?: string | undefined;
}
