/** All that a client of another maker does with the server, as tests of the file that calls this. */
import test from 'ava';
import type { UaProgram } from '../support/ua-programs.ts';
import { type ClientLab, startClientLab } from './client-lab.ts';
import { alarms } from './scenarios/alarms.ts';
import { contractMethods } from './scenarios/contract-methods.ts';
import { events } from './scenarios/events.ts';
import { fileUpload } from './scenarios/file-upload.ts';
import { history } from './scenarios/history.ts';
import { jobOrders } from './scenarios/job-orders.ts';
import { reading } from './scenarios/reading.ts';
import { security } from './scenarios/security.ts';

export const describeClient = (program: UaProgram): void => {
  let made: ClientLab;
  test.before(async () => {
    made = await startClientLab(program);
  });
  test.after.always(async () => {
    await made?.stop();
  });
  const lab = (): ClientLab => made;
  reading(lab);
  events(lab);
  contractMethods(lab);
  jobOrders(lab);
  fileUpload(lab);
  history(lab);
  alarms(lab);
  security(lab);
};
