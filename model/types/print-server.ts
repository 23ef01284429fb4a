import { type ObjectElement, type ObjectTypeElement, object, variable } from '../elements.ts';

const part = (name: string, type: string, description: string): ObjectElement => ({
  kind: 'object',
  name,
  type,
  description,
  members: [],
});

export const printServerType: ObjectTypeElement = {
  name: 'PrintServerType',
  description: 'A print server: printers, jobs, orders and the figures of the whole lab.',
  notifier: true,
  members: [
    variable('Heartbeat', 'UInt32', 'Grows by one per second while dispatch and store work.'),
    variable('Accepting', 'Boolean', 'New jobs are accepted.'),
    variable('Version', 'String', 'Version of the software.'),
    variable('StartTime', 'DateTime', 'When the server was started.'),
    variable(
      'ChangeCount',
      'UInt32',
      'Grows by one per event of this server; each event carries its number, so that a lost one shows as a gap.',
    ),
    variable('JobsToApprove', 'UInt32', 'Jobs that wait for an approval.'),
    variable('JobsWaiting', 'UInt32', 'Approved jobs that wait for a printer.'),
    variable('JobsPrinting', 'UInt32', 'Jobs that are starting, printing, paused or being cancelled.'),
    variable('JobsUnknown', 'UInt32', 'Jobs whose outcome a person must settle.'),
    variable('PickupsWaiting', 'UInt32', 'Plates that wait for a robot.'),
    variable('PrintersOnline', 'UInt32', 'Printers that answer.'),
    variable('PrintersReady', 'UInt32', 'Printers that would take a job now.'),
    object('Central', 'The link to the central server of the lab.', [
      variable('Connected', 'Boolean', 'The central server is connected.'),
      variable('LastPush', 'DateTime', 'When values were last written there.'),
      variable('Enabled', 'Boolean', 'A central server is configured; false: Connected stays false.'),
    ]),
    part('Printers', 'PrintersType', 'The printers of the lab and the methods for them.'),
    part('Jobs', 'JobsType', 'The print jobs of the lab and the methods for them.'),
    part('Orders', 'OrdersType', 'The orders of the lab and the methods for them.'),
  ],
};
