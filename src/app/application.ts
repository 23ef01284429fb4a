/**
 * The use cases, as transports (OPC UA methods, HTTP routes, later ISA-95 and slicers) see them.
 * Each takes the actor first, checks the right to the object, refuses with `Refusal` and has committed when
 * it returns. `createApplication` builds them, one file per use case.
 */
import type { Readable } from 'node:stream';
import type { Account, AccountCertificate, Actor, Role } from '../domain/account.ts';
import type { Bed, BedContent } from '../domain/bed.ts';
import type { BedSize, GcodeFile } from '../domain/gcode-file.ts';
import type { Job, JobOrder } from '../domain/job.ts';
import type { Order } from '../domain/order.ts';
import type { Pickup, Plate } from '../domain/pickup.ts';
import type { Printer, PrinterApi, PrinterSnapshot } from '../domain/printer.ts';
import type { PrintingHours } from '../domain/printing-hours.ts';
import type { RunningSimulation, Simulation } from '../domain/simulation.ts';
import type { CameraViewer, Picture, PrinterCapabilities, ProbeReport } from './ports.ts';

export interface SubmitJobCommand {
  /** File id or part name. */
  readonly file: string;
  /** A printer's name, `group:NAME`, or '' for any. */
  readonly printer: string;
  /** Username; '' for the caller. */
  readonly owner: string;
  readonly orderId: string;
  readonly priority: number;
  /** 1–64 ASCII characters, '' for none. */
  readonly requestId: string;
  /** Absent: a plain submission. */
  readonly jobOrder?: NewJobOrder;
}

/** An ISA-95 job order becomes a job like any other. */
export interface NewJobOrder {
  /** JobOrderID: of one job order for good. */
  readonly id: string;
  /** True for Store: the job waits for a start. Otherwise it is refused unless it may start at once. */
  readonly held: boolean;
  readonly said: JobOrder;
}

export interface Submitted {
  readonly jobId: number;
  /** The RequestId was seen before: nothing new was made. */
  readonly repeated: boolean;
}

/** A job with what is derived or live. */
export interface JobView {
  readonly job: Job;
  /** Username; '' for an account that is gone and for foreign jobs. */
  readonly ownerName: string;
  /** % */
  readonly progress: number;
  /** '' when it waits for nothing; at most 200 ASCII characters. */
  readonly waitingReason: string;
}

export interface FindJobsCommand {
  /** '' matches every one; statuses by name or code. */
  readonly status: string;
  /** Username. */
  readonly owner: string;
  readonly printer: string;
  readonly orderId: string;
  readonly afterJobId: number;
  /** 0 = 100, at most 1000. */
  readonly maxCount: number;
}

export interface SubmitOrderCommand {
  /** [A-Za-z0-9._-]{1,64}, never used before, ignoring case. */
  readonly orderId: string;
  /** File id or part name. */
  readonly file: string;
  /** 1 to MAX_ORDER_QUANTITY. */
  readonly quantity: number;
  /** Username; '' for the caller. */
  readonly owner: string;
  readonly priority: number;
}

export interface OrderView {
  readonly order: Order;
  /** Username; '' for an account that is gone. */
  readonly ownerName: string;
}

export interface FindOrdersCommand {
  /** '' matches every one; statuses by name or code. */
  readonly status: string;
  /** Username. */
  readonly owner: string;
  /** Number of the last order of the page before; 0 for the first page. */
  readonly after: number;
  /** At most 1000. */
  readonly maxCount: number;
}

export interface FindFilesCommand {
  /** Account id or username; '' for everybody's, as far as one may see them. */
  readonly owner: string;
  /** Id of the last file of the page before; '' for the first page. */
  readonly after: string;
  /** At most 1000. */
  readonly maxCount: number;
}

export interface PrinterView {
  readonly printer: Printer;
  readonly bed: Bed;
  readonly snapshot: PrinterSnapshot | undefined;
  /** Undefined while nobody follows it. */
  readonly capabilities: PrinterCapabilities | undefined;
  /** The job that is on it (scheduled to unknown), if any. */
  readonly job: Job | undefined;
  readonly pickup: Pickup | undefined;
  /** '' when it is ready for a job. */
  readonly notReadyReason: string;
}

export interface AddPrinterCommand {
  readonly name: string;
  readonly api: PrinterApi;
  readonly url: string;
  readonly apiKey: string;
  /** For a log-in by name, with the key as its password; '' for the key alone. */
  readonly username?: string;
  readonly group: string;
  readonly model: string;
  readonly nozzleDiameter: number | null;
  /** Null when nobody knows. */
  readonly bedSize?: BedSize | null;
  readonly material: string;
  readonly colour?: string;
  readonly cameraUrl: string;
  readonly worker: boolean;
}

export type ChangePrinterCommand = Partial<Omit<AddPrinterCommand, 'name' | 'api'>>;

/** A look at a printer, with what staff have to say that it does not; each warning is for people. */
export interface ProbedPrinter extends ProbeReport {
  readonly warnings: readonly string[];
}

/** reached: something answers there; ok: it is the kind that was said, takes the key and tells its state. */
export type RequiredOfPrinter = 'reached' | 'ok';

export interface AddedPrinter {
  readonly printer: Printer;
  readonly report: ProbedPrinter;
}

/** What is left out stays; '' and null: nobody knows any more. */
export interface SetLoadedMaterialCommand {
  readonly material?: string;
  readonly colour?: string;
  /** mm */
  readonly nozzleDiameter?: number | null;
}

/** A key that a person at the printer's host was asked for; the key itself is in no answer. */
export interface KeyRequest {
  readonly id: string;
  /** Its name. */
  readonly printer: string;
  readonly state: 'pending' | 'granted' | 'denied' | 'expired' | 'failed';
  /** Why it was not granted; '' while it is pending. */
  readonly reason: string;
  /** Where the person decides; '' when the host does not say. */
  readonly page: string;
  readonly createTime: string;
  /** Until when the person may decide; ISO 8601, UTC. */
  readonly expireTime: string;
}

/** A plate that waits for a robot or a person, or is being taken. */
export interface WaitingPlate extends Plate {
  readonly state: Exclude<Plate['state'], 'none'>;
  readonly printer: string;
  /** A robot holds it for too long. */
  readonly overdue: boolean;
}

export interface BegunPickup {
  readonly pickupId: number;
  readonly printer: string;
  readonly jobId: number;
  readonly content: BedContent;
}

export interface CreateAccountCommand {
  readonly username: string;
  readonly password: string;
  readonly role: Role;
  readonly approvesOwn?: boolean;
}

/** What is left out stays. */
export interface ChangeAccountCommand {
  readonly role?: Role | undefined;
  readonly approvesOwn?: boolean | undefined;
  readonly disabled?: boolean | undefined;
  /** The account's log-ins end. */
  readonly password?: string | undefined;
}

export interface LoggedIn {
  readonly account: Account;
  /** The secret; shown once. */
  readonly token: string;
  readonly expireTime: string;
}

/** Figures that one polls; derived from the store and the live values. */
export interface Figures {
  readonly accepting: boolean;
  readonly jobsToApprove: number;
  readonly jobsWaiting: number;
  readonly jobsPrinting: number;
  readonly jobsUnknown: number;
  readonly pickupsWaiting: number;
  readonly printersOnline: number;
  readonly printersReady: number;
}

export interface Application {
  submitJob(actor: Actor, command: SubmitJobCommand): Promise<Submitted>;
  retryJob(actor: Actor, jobId: number, requestId: string): Promise<Submitted>;
  approveJob(actor: Actor, jobId: number): Promise<void>;
  rejectJob(actor: Actor, jobId: number, reason: string): Promise<void>;
  cancelJob(actor: Actor, jobId: number, reason: string): Promise<void>;
  pauseJob(actor: Actor, jobId: number): Promise<void>;
  resumeJob(actor: Actor, jobId: number): Promise<void>;
  collectJob(actor: Actor, jobId: number): Promise<void>;
  /** It is not dispatched until it is released; one whose file goes up leaves its printer. */
  holdJob(actor: Actor, jobId: number, reason: string): Promise<void>;
  releaseJob(actor: Actor, jobId: number, reason: string): Promise<void>;
  /** Releases it, and approves it where the caller may. @throws Refusal NotPermitted when it must be approved first */
  startJob(actor: Actor, jobId: number, reason: string): Promise<void>;
  /** Cancels what was not started, and takes it off the list of job orders. */
  withdrawJob(actor: Actor, jobId: number, reason: string): Promise<void>;
  /** Takes a job whose print is over off the list of job orders. */
  clearJob(actor: Actor, jobId: number, reason: string): Promise<void>;
  /** By its JobOrderID. @throws Refusal NotFound, also for one that is off the list */
  getJobOrder(actor: Actor, jobOrderId: string): Promise<Job>;
  assignJob(actor: Actor, jobId: number, printer: string): Promise<void>;
  resolveJob(actor: Actor, jobId: number, outcome: string, reason: string): Promise<void>;
  getJob(actor: Actor, jobId: number): Promise<JobView>;
  /** Ascending by id. */
  findJobs(actor: Actor, command: FindJobsCommand): Promise<readonly JobView[]>;
  /** For the server's own view of its jobs: asks nobody's right. */
  viewJobs(jobs: readonly Job[]): Promise<readonly JobView[]>;

  /** `repeated`: the same account has made it with the same arguments before; nothing new was made. */
  submitOrder(actor: Actor, command: SubmitOrderCommand): Promise<{ readonly repeated: boolean }>;
  cancelOrder(actor: Actor, orderId: string, reason: string): Promise<void>;
  getOrder(actor: Actor, orderId: string): Promise<OrderView>;
  /** Numbers of its jobs in ascending order, retries among them; at most 2000. */
  getOrderJobs(actor: Actor, orderId: string): Promise<readonly number[]>;
  /** In the order in which they came. */
  findOrders(actor: Actor, command: FindOrdersCommand): Promise<readonly OrderView[]>;

  /** Looks at a printer as it would be added, and changes nothing; takes a few seconds at most. */
  probePrinter(actor: Actor, command: AddPrinterCommand): Promise<ProbedPrinter>;
  /** Looks at a printer that is there, and fills in what nobody has said of it. */
  probeAgain(actor: Actor, printer: string): Promise<ProbedPrinter>;
  /**
   * Asks the host of a printer for a key, instead of pasting one: a person there decides.
   * @param user of the host, who is to decide; '' for any
   */
  requestKeyOf(actor: Actor, printer: string, user: string): Promise<KeyRequest>;
  /** The printer is added once the key is granted. */
  requestKeyToAdd(actor: Actor, command: AddPrinterCommand, user: string): Promise<KeyRequest>;
  getKeyRequest(actor: Actor, id: string): Promise<KeyRequest>;
  /** The newest first; those that have ended, for a day. */
  findKeyRequests(actor: Actor): Promise<readonly KeyRequest[]>;
  /**
   * Looks at the printer, and adds it with what it tells where the command leaves that empty; takes a few seconds at most.
   * @throws Refusal PrinterUnavailable when the look found less than is required
   */
  addPrinter(
    actor: Actor,
    command: AddPrinterCommand,
    options?: { readonly require?: RequiredOfPrinter | undefined },
  ): Promise<AddedPrinter>;
  changePrinter(actor: Actor, name: string, command: ChangePrinterCommand): Promise<Printer>;
  /**
   * Staff and whose job prints there now; it ends when that is over.
   * @param token the secret of the log-in that it ends with
   * @returns leaves
   */
  watchCamera(actor: Actor, printer: string, viewer: CameraViewer, token: string): Promise<() => void>;
  takePicture(actor: Actor, printer: string): Promise<Picture>;
  /** Staff say what is loaded, on many at once: all of them or none. @param names or `group:NAME` */
  setLoadedMaterial(
    actor: Actor,
    names: readonly string[],
    command: SetLoadedMaterialCommand,
  ): Promise<readonly Printer[]>;
  removePrinter(actor: Actor, name: string): Promise<void>;
  /** Readable by every account; the transports drop what a role may not see. */
  findPrinters(group?: string): Promise<readonly PrinterView[]>;
  getPrinter(name: string): Promise<PrinterView>;
  /** By name, of removed printers too: old jobs name them. Cheap. */
  printerNumbers(): Promise<ReadonlyMap<string, number>>;
  startWorker(actor: Actor, printer: string): Promise<void>;
  stopWorker(actor: Actor, printer: string): Promise<void>;
  setMaintenance(actor: Actor, printer: string, on: boolean, reason: string): Promise<void>;
  setHours(actor: Actor, printer: string, hours: PrintingHours): Promise<void>;
  /**
   * Staff provoke states and faults of a Mock printer, in the place of what was provoked before.
   * @throws Refusal InvalidArgument for other printers, InvalidState when `now` is not possible now
   */
  simulate(actor: Actor, printer: string, simulation: Simulation): Promise<void>;
  getSimulation(actor: Actor, printer: string): Promise<RunningSimulation>;

  /** The longest waiting first; for robots and staff. */
  findPickups(actor: Actor): Promise<readonly WaitingPlate[]>;
  beginPickup(actor: Actor, printer: string, robot: string): Promise<BegunPickup>;
  confirmPickup(actor: Actor, pickupId: number, storageLocation: string): Promise<{ readonly jobId: number }>;
  reportPickupFailed(actor: Actor, pickupId: number, reason: string): Promise<void>;
  releasePickup(actor: Actor, pickupId: number, reason: string): Promise<void>;
  /** A waiting job becomes picked: with the place if one is given; `good` false: its part is bad. */
  confirmBedClear(
    actor: Actor,
    printer: string,
    details?: { readonly storageLocation?: string; readonly good?: boolean },
  ): Promise<void>;

  /** @param fileId of `newFileId`, for who has to tell it beforehand; absent: a new one */
  storeFile(
    actor: Actor,
    name: string,
    content: Readable,
    signal: AbortSignal,
    fileId?: string,
  ): Promise<GcodeFile>;
  getFile(actor: Actor, fileId: string): Promise<GcodeFile>;
  /** Own files, for staff everybody's, in the order of their ids. */
  findFiles(actor: Actor, command: FindFilesCommand): Promise<readonly GcodeFile[]>;
  /**
   * Removes an upload of one's own that came to nothing; one that a job uses or that is published stays. Never
   * rejects: a failure is logged.
   */
  discardFile(actor: Actor, fileId: string): Promise<void>;
  /** Staff publish a file as a part ('' takes it back); the newest file of a name holds it. */
  publishFile(actor: Actor, fileId: string, partName: string): Promise<GcodeFile>;

  /** @throws Refusal NotPermitted when the set-up was done before or the token is wrong */
  setUp(token: string, username: string, password: string): Promise<void>;
  /** Whether no account exists yet. */
  needsSetUp(): Promise<boolean>;
  /** @param by an admin; without, the server itself makes it */
  createAccount(command: CreateAccountCommand, by?: Actor): Promise<Account>;
  /** For admins. The hashes in it are for no eyes. */
  findAccounts(actor: Actor): Promise<readonly Account[]>;
  /** @throws Refusal InvalidState when no enabled admin would remain */
  changeAccount(actor: Actor, accountId: string, command: ChangeAccountCommand): Promise<Account>;
  /**
   * For oneself; all other tokens end.
   * @param keptToken the secret of the token that stays
   * @throws Refusal NotPermitted for a wrong old password
   */
  changePassword(actor: Actor, oldPassword: string, newPassword: string, keptToken: string): Promise<void>;
  /** Undefined for a wrong name or password, or a disabled account. */
  authenticate(username: string, password: string): Promise<Actor | undefined>;
  /** Of the SHA-256 thumbprint; undefined when no account has it, or a disabled one. */
  authenticateCertificate(thumbprint: string): Promise<Actor | undefined>;
  /**
   * In the place of those before; sessions of those that are left out end. For admins.
   * @param certificates PEM, or the thumbprint of one that stays
   */
  setCertificates(
    actor: Actor,
    accountId: string,
    certificates: readonly string[],
  ): Promise<readonly AccountCertificate[]>;
  /** For admins. */
  findCertificates(actor: Actor, accountId: string): Promise<readonly AccountCertificate[]>;
  /** @throws Refusal NotPermitted for a wrong name or password */
  logIn(username: string, password: string): Promise<LoggedIn>;
  logOut(token: string): Promise<void>;
  /** Undefined for an unknown or expired token, or a disabled account. */
  actorOfToken(token: string): Promise<Actor | undefined>;

  figures(): Promise<Figures>;
  usernameOf(accountId: string): Promise<string>;
}
