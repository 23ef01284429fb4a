import { printerApis } from '../../src/domain/printer-kinds.ts';
import { type ObjectTypeElement, object, quantity, units, variable } from '../elements.ts';

const { celsius, millimetre, percent, second } = units;
/** A print of thirty days is longer than any. */
const TIMES = [0, 30 * 24 * 3600] as const;
const NOZZLE = [0, 500] as const;
const BED = [0, 200] as const;
const TRAVEL = [-100, 2000] as const;
const kinds = new Intl.ListFormat('en-GB', { type: 'disjunction' }).format(printerApis);

export const printerType: ObjectTypeElement = {
  name: 'PrinterType',
  description:
    'A 3D printer as this server follows it. Flags are always Good; telemetry is not while the printer is lost.',
  notifier: true,
  generates: 'PickupEventType',
  members: [
    variable('Name', 'String', 'Name of the printer, as methods take it.'),
    variable('Api', 'String', `Interface of the printer: ${kinds}.`),
    variable('Model', 'String', 'Model of the printer; empty when nobody said.'),
    variable('Group', 'String', 'Group of the printer: SubmitJob takes group:NAME.'),
    variable('State', 'String', 'State of the printer by name.'),
    variable('StateCode', 'PrinterStateEnumeration', 'State of the printer by number; 0 = unreachable.'),
    variable(
      'Ready',
      'Boolean',
      'A job would be started now: online, worker running, idle, bed clear, no maintenance, no job scheduled or starting on it.',
    ),
    variable('Online', 'Boolean', 'The printer answers.'),
    variable('Fault', 'Boolean', 'The printer reports an error or refuses our key.'),
    variable('Attention', 'Boolean', 'A person is needed at the printer.'),
    variable('Maintenance', 'Boolean', 'Taken out of service by SetMaintenance.'),
    variable('WorkerRunning', 'Boolean', 'The server follows the printer.'),
    variable(
      'NotReadyReason',
      'String',
      'Why Ready is false, in at most 200 ASCII characters; empty when it is true.',
    ),
    variable('UpdateTime', 'DateTime', 'When the printer was last read.'),
    variable('Url', 'String', 'Address of the printer.'),
    variable('CameraUrl', 'String', 'Address of its camera; empty when it has none.'),
    object('Nozzle', 'Temperature of the nozzle.', [
      quantity('Target', celsius, NOZZLE, 'Wanted temperature; 0 when the heater is off.'),
      quantity('Actual', celsius, NOZZLE, 'Measured temperature.'),
    ]),
    object('Bed', 'The bed: its temperature and what lies on it.', [
      quantity('Target', celsius, BED, 'Wanted temperature; 0 when the heater is off.'),
      quantity('Actual', celsius, BED, 'Measured temperature.'),
      variable('Clear', 'Boolean', 'Nothing lies on it: the next print may start.'),
      variable('JobId', 'UInt32', 'The job that uses it or whose part lies on it; 0 for none.'),
      variable(
        'Content',
        'Int32',
        'What lies on it, a BedContentEnumeration: 0 none, 1 good, 2 scrap, 3 unknown.',
      ),
    ]),
    object('Head', 'Position of the print head.', [
      quantity('X', millimetre, TRAVEL, 'Position along X.'),
      quantity('Y', millimetre, TRAVEL, 'Position along Y.'),
      quantity('Z', millimetre, TRAVEL, 'Position along Z.'),
    ]),
    object('Job', 'The job on the printer.', [
      variable('JobId', 'UInt32', 'Number of the job that is on the printer; 0 for none.'),
      variable('StatusCode', 'Int32', 'Its status, a JobStatusEnumeration; 0 for none.'),
      variable('OrderId', 'String', 'Its order; empty for none.'),
      variable('File', 'String', 'Name of its file.'),
      quantity('Progress', percent, [0, 100], 'Progress as the printer reports it.'),
      quantity('TimeUsed', second, TIMES, 'Time that the print has taken.'),
      quantity('TimeLeft', second, TIMES, 'Time that it still takes.'),
      quantity(
        'TimeLeftApprox',
        second,
        TIMES,
        'Estimate of it, where the printer tells one apart from TimeLeft.',
      ),
    ]),
    object('Pickup', 'The pick-up of the plate.', [
      variable(
        'State',
        'Int32',
        'A PickupStateEnumeration: 0 none, 1 requested, 2 in progress, 3 failed: needs a person.',
      ),
      variable('PickupId', 'UInt32', 'Number of the pick-up under way or failed; 0 for none.'),
      variable('JobId', 'UInt32', 'The job whose part is picked up; 0 for none or unknown.'),
      variable('Robot', 'String', 'The robot that holds the plate.'),
      variable('Since', 'DateTime', 'Since when the pick-up is in this state.'),
    ]),
  ],
};

export const printersType: ObjectTypeElement = {
  name: 'PrintersType',
  description: 'The printers of the lab and the methods for them.',
  notifier: true,
  members: [
    { kind: 'placeholder', name: '<Printer>', type: 'PrinterType', description: 'A printer, by its name.' },
  ],
};
