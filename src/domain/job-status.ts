/**
 * The life of a job: its statuses, their public codes and the transitions that exist.
 * Names and codes are part of the OPC UA and HTTP contracts: append, never renumber.
 */

interface StatusDefinition {
  /** Public StatusCode (OPC UA, HTTP `status_code`). */
  readonly code: number;
  /** Bit that the earlier server's accumulating `status` integer gains when a job passes here. */
  readonly bit: number;
  readonly leavesTo: readonly string[];
}

const definitions = {
  created: { code: 1, bit: 1, leavesTo: ['approved', 'rejected', 'cancelled'] },
  approved: { code: 2, bit: 2, leavesTo: ['scheduled', 'cancelled', 'failed'] },
  /** The printer is reserved and the file goes up. */
  scheduled: { code: 3, bit: 4, leavesTo: ['starting', 'approved', 'failed', 'cancelled'] },
  /** The file is there, the intent is stored, the start was perhaps sent. */
  starting: {
    code: 4,
    bit: 4,
    leavesTo: ['printing', 'paused', 'printed', 'cancelled', 'failed', 'unknown', 'cancelIssued', 'approved'],
  },
  printing: {
    code: 5,
    bit: 8,
    leavesTo: ['paused', 'printed', 'cancelIssued', 'cancelled', 'failed', 'unknown'],
  },
  paused: {
    code: 6,
    bit: 8,
    leavesTo: ['printing', 'printed', 'cancelIssued', 'cancelled', 'failed', 'unknown'],
  },
  printed: { code: 7, bit: 16, leavesTo: ['pickupIssued', 'picked', 'failed'] },
  pickupIssued: { code: 8, bit: 1024, leavesTo: ['picked', 'printed', 'failed'] },
  /** In storage, with its place (or none, when a person took it). */
  picked: { code: 9, bit: 256, leavesTo: ['collected', 'failed', 'discarded'] },
  /** Handed out. That the part is bad may show only then: staff can still record it. */
  collected: { code: 10, bit: 256, leavesTo: ['failed'] },
  cancelIssued: {
    code: 11,
    bit: 2048,
    leavesTo: ['cancelled', 'printed', 'failed', 'unknown', 'printing', 'paused'],
  },
  cancelled: { code: 12, bit: 512, leavesTo: [] },
  rejected: { code: 13, bit: 512, leavesTo: [] },
  failed: { code: 14, bit: 512, leavesTo: [] },
  /** The outcome cannot be known until a person decides or certain evidence appears. */
  unknown: {
    code: 15,
    bit: 512,
    leavesTo: ['printed', 'cancelled', 'failed', 'printing', 'paused', 'cancelIssued', 'picked'],
  },
  discarded: { code: 16, bit: 512, leavesTo: [] },
} as const satisfies Record<string, StatusDefinition>;

export type JobStatus = keyof typeof definitions;

export const jobStatuses = Object.keys(definitions) as readonly JobStatus[];

const byCode = new Map<number, JobStatus>(jobStatuses.map(status => [definitions[status].code, status]));

export const statusCodeOf = (status: JobStatus): number => definitions[status].code;
export const statusBitOf = (status: JobStatus): number => definitions[status].bit;
export const statusOfCode = (code: number): JobStatus | undefined => byCode.get(code);
export const isJobStatus = (name: string): name is JobStatus => Object.hasOwn(definitions, name);

/** Whether the table lets a job go from one status to the other. */
export const mayBecome = (from: JobStatus, to: JobStatus): boolean =>
  (definitions[from].leavesTo as readonly JobStatus[]).includes(to);

/** Jobs that may still use a printer: bounded by MAX_OPEN_JOBS and counted by quotas. */
export const openStatuses: readonly JobStatus[] = [
  'created',
  'approved',
  'scheduled',
  'starting',
  'printing',
  'paused',
  'cancelIssued',
  'unknown',
];

/** A job in one of these holds its printer. More than one can: unknown ones may lie under a later print. */
export const onPrinterStatuses: readonly JobStatus[] = [
  'scheduled',
  'starting',
  'printing',
  'paused',
  'cancelIssued',
  'unknown',
];

/** The start may have been sent, and no outcome is stored. */
export const startedStatuses: readonly JobStatus[] = ['starting', 'printing', 'paused', 'cancelIssued'];

/** Printer evidence may still move it: started, or lost from sight. */
export const unsettledStatuses: readonly JobStatus[] = [...startedStatuses, 'unknown'];

/** Its print was seen on the printer: what the printer shows of progress is the job's. */
export const followedStatuses: readonly JobStatus[] = ['printing', 'paused', 'cancelIssued'];

/** A job in one of these keeps its printer from being removed. */
export const pinsPrinterStatuses: readonly JobStatus[] = [
  'starting',
  'printing',
  'paused',
  'printed',
  'pickupIssued',
  'cancelIssued',
  'unknown',
];

/** The job has come to its end (a retry is a new job); of a collected one staff can still record a bad part. */
export const finalStatuses: readonly JobStatus[] = [
  'collected',
  'cancelled',
  'rejected',
  'failed',
  'discarded',
];

/** It has come to its end; a job that was started at its printer has at printed. */
export const isFinished = (job: { readonly status: JobStatus; readonly fromServer: boolean }): boolean =>
  finalStatuses.includes(job.status) || (!job.fromServer && job.status === 'printed');

/** The outcome of its print is stored: its file on the printer is not needed any more. */
export const printOverStatuses: readonly JobStatus[] = [
  ...finalStatuses,
  'printed',
  'pickupIssued',
  'picked',
];

/** A retry makes a new job of these. */
export const retryableStatuses: readonly JobStatus[] = ['failed', 'cancelled', 'discarded', 'collected'];
