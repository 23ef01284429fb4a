import { type EventTypeElement, variable } from './elements.ts';

const changeCount = variable(
  'ChangeCount',
  'UInt32',
  'Number of the event, growing by one: a gap shows a lost event.',
);

export const eventTypes: readonly EventTypeElement[] = [
  {
    name: 'JobStatusEventType',
    description: 'A job was submitted or changed its status. SourceNode is Jobs.',
    fields: [
      variable('JobId', 'UInt32', 'Number of the job.'),
      variable('OldStatusCode', 'Int32', 'Status before, a JobStatusEnumeration; 0 for a new job.'),
      variable('NewStatusCode', 'Int32', 'Status now, a JobStatusEnumeration.'),
      variable('OldStatus', 'String', 'Status before by name; empty for a new job.'),
      variable('NewStatus', 'String', 'Status now by name.'),
      variable('Printer', 'String', 'The printer that is reserved or printed it; empty for none.'),
      variable('Owner', 'String', 'User name of the owner; empty for a job that was started at the printer.'),
      variable('OrderId', 'String', 'The order, or a free reference of the submitter.'),
      variable('Reason', 'String', 'Why, in plain words; empty when the status says it all.'),
      changeCount,
    ],
  },
  {
    name: 'PickupEventType',
    description: 'The pick-up at a printer changed its state. SourceNode is the printer.',
    fields: [
      variable('Printer', 'String', 'Name of the printer.'),
      variable('JobId', 'UInt32', 'The job whose part it is; 0 for none or unknown.'),
      variable('PickupId', 'UInt32', 'Number of the pick-up; 0 while none has begun.'),
      variable(
        'State',
        'Int32',
        'A PickupStateEnumeration: 0 none, 1 requested, 2 in progress, 3 failed: needs a person.',
      ),
      variable('Robot', 'String', 'The robot that holds the plate; empty for none.'),
      changeCount,
    ],
  },
];
