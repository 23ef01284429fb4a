import type { Log } from '../../src/app/ports.ts';
import type { Job } from '../../src/domain/job.ts';

export const silentLog: Log = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  child: () => silentLog,
};

/** A whole job row, for tests that care about some of its fields. */
export const makeJob = (changes: Partial<Job> & Pick<Job, 'id'>): Job => ({
  status: 'created',
  owner: 'a-1',
  submitter: 'a-1',
  fileId: 'f-1',
  fileName: 'cube.gcode',
  wantedPrinter: '',
  printer: '',
  orderId: '',
  jobOrderId: `MES-${changes.id}`,
  priority: 0,
  held: false,
  fromServer: true,
  attempt: 0,
  remoteName: '',
  native: null,
  requested: null,
  cancelAccepted: false,
  unreachableSince: null,
  progress: 0,
  storageLocation: '',
  createTime: '2026-01-01T00:00:00.000Z',
  startTime: null,
  endTime: null,
  history: [{ status: 'created', time: '2026-01-01T00:00:00.000Z', actor: 'a-1', reason: '' }],
  ...changes,
});
