import type { Bed } from '../../src/domain/bed.ts';
import type { GcodeFile } from '../../src/domain/gcode-file.ts';
import { type Job, newJob } from '../../src/domain/job.ts';
import { newOrder, type Order } from '../../src/domain/order.ts';
import type { Printer } from '../../src/domain/printer.ts';
import { emptyMetadata } from './fakes.ts';

export const TIME = '2026-01-05T08:00:00.000Z';

export const someJob = ({ id = 1, status = 'approved', ...changes }: Partial<Job> = {}): Job => ({
  ...newJob(
    id,
    status,
    { time: TIME, actor: 'owner' },
    { owner: 'owner', fileId: 'f-1', fileName: 'part.gcode' },
  ),
  history: [{ status: 'created', time: TIME, actor: 'owner', reason: '' }],
  ...changes,
});

export const somePrinter = (changes: Partial<Printer> = {}): Printer => {
  const name = changes.name ?? 'Printer1';
  return {
    id: 1,
    name,
    nameKey: name.toLowerCase(),
    api: 'Mock',
    url: '',
    apiKey: '',
    group: 'lab',
    model: '',
    nozzleDiameter: null,
    material: '',
    cameraUrl: '',
    worker: true,
    maintenance: { on: false, reason: '' },
    removed: false,
    createTime: TIME,
    ...changes,
  };
};

export const someBed = (changes: Partial<Bed> = {}): Bed => ({
  id: 1,
  printer: 'Printer1',
  state: 'clear',
  jobId: 0,
  content: 'none',
  pickupId: 0,
  needsPerson: false,
  since: TIME,
  ...changes,
});

export const someFile = (changes: Partial<GcodeFile> = {}): GcodeFile => ({
  id: 'f-1',
  name: 'part.gcode',
  kind: 'gcode',
  size: 100,
  sha256: '00'.repeat(32),
  owner: 'owner',
  metadata: emptyMetadata,
  partName: '',
  createTime: TIME,
  ...changes,
});

/** An order none of whose jobs is counted yet. */
export const someOrder = ({ id = 1, orderId = 'A-1', ...changes }: Partial<Order> = {}): Order => ({
  ...newOrder({
    id,
    orderId,
    owner: 'owner',
    submitter: 'owner',
    fileId: 'f-1',
    fileName: 'part.gcode',
    quantity: 1,
    priority: 0,
    argumentsHash: '',
    firstJob: 1,
    createTime: TIME,
  }),
  ...changes,
});
