import { type ObjectTypeElement, quantity, units, variable } from '../elements.ts';

export const printJobType: ObjectTypeElement = {
  name: 'PrintJobType',
  description:
    'A print job. Only the most important jobs have an object; GetJob and FindJobs know every one.',
  members: [
    variable('JobId', 'UInt32', 'Number of the job.'),
    variable('StatusCode', 'Int32', 'Status by number, a JobStatusEnumeration.'),
    variable('Status', 'String', 'Status by name.'),
    variable('Owner', 'String', 'User name of the owner; empty for a job that was started at the printer.'),
    variable('File', 'String', 'Name of the file.'),
    variable('Printer', 'String', 'The printer that is reserved or that printed it; empty for none.'),
    variable('OrderId', 'String', 'The order, or a free reference of the submitter.'),
    variable('Priority', 'Int32', 'Higher is printed first.'),
    variable(
      'FromServer',
      'Boolean',
      'False for a job that was started at the printer: followed, never controlled.',
    ),
    quantity('Progress', units.percent, [0, 100], 'How much of it is printed.'),
    variable(
      'WaitingReason',
      'String',
      'What it waits for, in at most 200 ASCII characters; empty for nothing.',
    ),
    variable('CreateTime', 'DateTime', 'When it was submitted.'),
    variable('StartTime', 'DateTime', 'When the print started.'),
    variable('EndTime', 'DateTime', 'When the print ended.'),
    variable('StorageLocation', 'String', 'Where the part was put.'),
    variable('Attempt', 'UInt32', 'Counts the times that it was sent to a printer.'),
    variable('JobOrderId', 'String', 'JobOrderID of ISA-95 Job Control.'),
  ],
};

export const jobsType: ObjectTypeElement = {
  name: 'JobsType',
  description: 'The print jobs of the lab and the methods for them.',
  notifier: true,
  generates: 'JobStatusEventType',
  members: [
    { kind: 'placeholder', name: '<Job>', type: 'PrintJobType', description: 'A print job, by its number.' },
  ],
};
