import type { CollectionName, RowId, Transaction } from '../../src/app/ports.ts';
import type { Job } from '../../src/domain/job.ts';
import { someBed, someOrder, somePrinter } from '../support/domain.ts';

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

/** Collections whose rows can have the number of a job. */
type Numbered = Exclude<
  { [C in CollectionName]: RowId<C> extends number ? C : never }[CollectionName],
  'jobs'
>;

/** Puts a row of that number; a new collection with numeric ids does not compile until it is in here. */
const putters: { readonly [C in Numbered]: (tx: Transaction, id: number) => void } = {
  printers: (tx, id) => tx.put('printers', somePrinter({ id, name: `P${id}` })),
  beds: (tx, id) => tx.put('beds', someBed({ id, printer: `P${id}` })),
  pickups: (tx, id) =>
    tx.put('pickups', {
      id,
      state: 'confirmed',
      printer: `P${id}`,
      jobId: id,
      content: 'good',
      robot: 'R1',
      account: 'a-1',
      storageLocation: '',
      reason: '',
      beginTime: '',
      endTime: null,
    }),
  orders: (tx, id) => tx.put('orders', someOrder({ id, orderId: `A-${id}` })),
  centralOutbox: (tx, id) =>
    tx.put('centralOutbox', {
      id,
      printer: `P${id}`,
      jobId: id,
      status: 'cancelled',
      file: 'cube.gcode',
      progress: 0,
      time: '',
    }),
};

/** One per collection whose ids can collide with those of jobs. */
export const putNamesakes: readonly ((tx: Transaction, id: number) => void)[] = Object.values(putters);
