import test from 'ava';
import { typeIds } from '../../../../src/opcua/model-ids.ts';
import { until } from '../../../support/until.ts';
import { gcodeOf } from '../../support/gcode.ts';
import type { ClientLab } from '../client-lab.ts';

const fields = ['SourceNode', 'SourceName', 'Severity', 'Message', 'Time', 'EventType'].map(
  name => `0:${name}`,
);
const jobFields = ['JobId', 'OldStatus', 'NewStatus', 'Printer', 'Owner', 'ChangeCount'].map(
  name => `2:${name}`,
);

/** Events of our own types, heard at the Server object as SCADA does. */
export const events = (ofLab: () => ClientLab): void => {
  test.serial('job events are heard at Server, in order, with their source and fields', async t => {
    const { lab } = ofLab();
    const robot = await lab.ua('robot2');
    await robot.events('i=2253', typeIds.JobStatusEventType, [...fields, ...jobFields]);
    const id = await lab.submit(await lab.upload('events.gcode', gcodeOf(1)));
    const { printer } = await lab.waitForJob(id, 'printed');
    t.is(await lab.pickUp(printer), id);
    const heard = () => robot.seen.filter(event => event.JobId === id);
    const last = await until('the last event', () => heard().find(event => event.NewStatus === 'picked'));
    t.deepEqual(
      heard().map(event => event.NewStatus),
      ['created', 'approved', 'scheduled', 'starting', 'printing', 'printed', 'pickupIssued', 'picked'],
    );
    t.like(last, {
      OldStatus: 'pickupIssued',
      Printer: printer,
      Owner: 'student',
      SourceNode: 'ns=3;s=Jobs',
      EventType: typeIds.JobStatusEventType,
    });
    t.true(Number(last.Severity) > 0 && String(last.Message).length > 0, JSON.stringify(last));
    const counts = heard().map(event => Number(event.ChangeCount));
    t.deepEqual(
      counts,
      [...counts].sort((left, right) => left - right),
    );
  });
};
