import { MAX_ORDER_QUANTITY } from '../src/domain/order.ts';
import { type ArgumentElement, argument, type MethodElement } from './elements.ts';

const jobId = argument('JobId', 'UInt32', 'Number of the job.');
const printer = argument('Printer', 'String', 'Name of the printer.');
const pickupId = argument('PickupId', 'UInt32', 'Number of the pick-up, as BeginPickup gave it.');
const reason = argument('Reason', 'String', 'Why, in plain words; may be empty.');
const orderId = argument(
  'OrderId',
  'String',
  'Identity of the order, given by who orders; upper and lower case alike.',
);
const requestId = argument(
  'RequestId',
  'String',
  'Makes a repeated call give the first answer: 1 to 64 ASCII characters, unique per account for 30 days; empty for none.',
);
const repeated = argument('Repeated', 'Boolean', 'The RequestId was seen before: nothing new was made.');

/** First among the outputs of every method. */
const outcome: readonly ArgumentElement[] = [
  argument('ReturnCode', 'UInt32', 'A ReturnCodeEnumeration; 0 = done or accepted.'),
  argument('Message', 'String', 'Why not, in at most 200 ASCII characters; empty when ReturnCode is 0.'),
];

const on =
  (object: MethodElement['object']) =>
  (
    name: string,
    description: string,
    inputs: readonly ArgumentElement[],
    outputs: readonly ArgumentElement[] = [],
  ): MethodElement => ({ object, name, description, inputs, outputs: [...outcome, ...outputs] });

const jobs = on('Jobs');
const orders = on('Orders');
const printers = on('Printers');

export const methods: readonly MethodElement[] = [
  jobs(
    'SubmitJob',
    'Submits a stored file for printing.',
    [
      argument('File', 'String', 'File id (f-...) or name of a published part.'),
      argument('Printer', 'String', 'Name of a printer, group:NAME, or empty for any.'),
      argument('Owner', 'String', 'User name of who gets the part; empty for the caller.'),
      argument('OrderId', 'String', 'A free reference; may be empty.'),
      argument('Priority', 'Int32', 'Higher is printed first; 0 is usual.'),
      requestId,
    ],
    [argument('JobId', 'UInt32', 'Number of the job; 0 when refused.'), repeated],
  ),
  jobs(
    'RetryJob',
    'Makes a new job of one that failed, was cancelled, discarded or collected.',
    [jobId, requestId],
    [argument('NewJobId', 'UInt32', 'Number of the new job; 0 when refused.'), repeated],
  ),
  jobs('CancelJob', 'Cancels a job; ReturnCode 0 means accepted.', [jobId, reason]),
  jobs('RejectJob', 'Refuses to approve a job.', [jobId, reason]),
  jobs('PauseJob', 'Pauses a print; ReturnCode 0 means accepted.', [jobId]),
  jobs('ResumeJob', 'Lets a paused print go on; ReturnCode 0 means accepted.', [jobId]),
  jobs('ApproveJob', 'Approves a job for printing.', [jobId]),
  jobs('CollectJob', 'Records that the owner has the part.', [jobId]),
  jobs('AssignJob', 'Sets the printer that a job waits for.', [
    jobId,
    argument('Printer', 'String', 'Name of a printer, group:NAME, or empty for any.'),
  ]),
  jobs('ResolveJob', 'Settles by a decision what became of a job.', [
    jobId,
    argument(
      'Outcome',
      'String',
      'From unknown: printed, cancelled or failed; from printed, pickupIssued or picked: failed; from picked: discarded.',
    ),
    reason,
  ]),
  jobs(
    'GetJob',
    'Reads one job.',
    [jobId],
    [
      argument('StatusCode', 'Int32', 'Status by number, a JobStatusEnumeration.'),
      argument('Status', 'String', 'Status by name.'),
      argument('Printer', 'String', 'The printer that is reserved or printed it; empty for none.'),
      argument('Owner', 'String', 'User name of the owner.'),
      argument('File', 'String', 'Name of the file.'),
      argument('OrderId', 'String', 'The order, or a free reference of the submitter.'),
      argument('Progress', 'Double', 'How much of it is printed, in %.'),
      argument('WaitingReason', 'String', 'What it waits for; empty for nothing.'),
      argument('StorageLocation', 'String', 'Where the part was put; empty for nowhere.'),
    ],
  ),
  jobs(
    'FindJobs',
    'Lists the numbers of jobs in ascending order.',
    [
      argument('Status', 'String', 'Status by name or code; empty for all.'),
      argument('Owner', 'String', 'User name; empty for all.'),
      argument('Printer', 'String', 'Name of a printer; empty for all.'),
      argument('OrderId', 'String', 'Order or reference; empty for all.'),
      argument('AfterJobId', 'UInt32', 'Only greater numbers: the last one of the page before.'),
      argument('MaxCount', 'UInt32', 'At most so many: 0 = 100, at most 1000.'),
    ],
    [argument('JobIds', 'UInt32', 'Numbers of the jobs, ascending.', true)],
  ),
  orders(
    'SubmitOrder',
    'Orders several prints of a stored file: makes the order and all of its jobs, or nothing.',
    [
      argument(
        'OrderId',
        'String',
        'Identity of the order: 1 to 64 of A-Z, a-z, 0-9, dot, underscore, hyphen; never used again, case ignored.',
      ),
      argument('File', 'String', 'File id (f-...) or name of a published part.'),
      argument('Quantity', 'UInt32', `Parts wanted, 1 to ${MAX_ORDER_QUANTITY}.`),
      argument('Owner', 'String', 'User name of who gets the parts; empty for the caller.'),
      argument('Priority', 'Int32', 'Higher is printed first; 0 is usual.'),
    ],
    [
      argument(
        'Repeated',
        'Boolean',
        'The account has made this order with the same arguments before: nothing new was made.',
      ),
    ],
  ),
  orders('CancelOrder', 'Cancels what is not printed yet, for good; ReturnCode 0 means accepted.', [
    orderId,
    reason,
  ]),
  orders(
    'GetOrder',
    'Reads one order.',
    [orderId],
    [
      argument(
        'StatusCode',
        'Int32',
        'An OrderStatusEnumeration: 1 open, 2 done, 3 cancelled, 4 incomplete.',
      ),
      argument('Status', 'String', 'Status by name.'),
      argument('Quantity', 'UInt32', 'Parts wanted.'),
      argument('Done', 'UInt32', 'Parts picked, collected or discarded.'),
      argument('Failed', 'UInt32', 'Jobs that failed, bad parts among them, also those that were retried.'),
    ],
  ),
  printers('StartWorker', 'Lets the server follow a printer.', [printer]),
  printers('StopWorker', 'Stops following a printer; a running print goes on.', [printer]),
  printers('SetMaintenance', 'Takes a printer out of service or back.', [
    printer,
    argument('On', 'Boolean', 'True: out of service.'),
    reason,
  ]),
  printers(
    'BeginPickup',
    'Takes the hold of a plate for a robot. Repeated by the same account and robot it gives the same pick-up.',
    [
      argument('Printer', 'String', 'Name of the printer; empty for the longest waiting plate.'),
      argument('Robot', 'String', 'Name of the robot; required.'),
    ],
    [
      argument('PickupId', 'UInt32', 'Number of the pick-up; 0 when refused.'),
      argument('PickupPrinter', 'String', 'The printer to go to.'),
      argument('JobId', 'UInt32', 'The job whose part lies there; 0 for none or unknown.'),
      argument('Content', 'Int32', 'A BedContentEnumeration: 0 none, 1 good, 2 scrap, 3 unknown or foreign.'),
    ],
  ),
  printers(
    'ConfirmPickup',
    'The plate is gone and the arm is out: the next print may start at once.',
    [pickupId, argument('StorageLocation', 'String', 'Where the part was put; may be empty.')],
    [argument('JobId', 'UInt32', 'The job whose part it was; 0 for none or unknown.')],
  ),
  printers('ReportPickupFailed', 'The plate is still there and a person is needed.', [pickupId, reason]),
  printers('ReleasePickup', 'Gives the hold back: the plate is offered again.', [pickupId, reason]),
  printers('ConfirmBedClear', 'A person or a machine confirms that the bed is clear.', [printer]),
];
