import test from 'ava';
import { z } from 'zod';
import { begunPickupSchema, pickupSchema } from '../../src/contract/pickup.ts';
import { printerStatusSchema } from '../../src/contract/printer.ts';
import { type HttpFixture, isProblem, startHttp } from './http-fixture.ts';

/** A printed job that waits on its plate. */
const printed = async ({ app }: HttpFixture): Promise<number> => {
  const printer = await app.addPrinter('Printer1');
  const jobId = await app.submit('student');
  await app.setJob(jobId, { status: 'printed', printer: 'Printer1' });
  const bed = await app.store.get('beds', printer.id);
  if (bed) await app.put('beds', { ...bed, state: 'occupied', jobId, content: 'good' });
  return jobId;
};

const pickupsOf = async ({ call }: HttpFixture) =>
  z.array(pickupSchema).parse(await (await call('plc', 'GET', '/pickups')).json());

test('a robot takes a plate: it waits, is taken, is in storage', async t => {
  const fixture = await startHttp(t);
  const { app, call } = fixture;
  const jobId = await printed(fixture);
  t.like((await pickupsOf(fixture))[0], { id: null, state: 'requested', printer: 'Printer1', job_id: jobId });

  const begun = begunPickupSchema.parse(
    await (await call('plc', 'POST', '/pickups', { robot: 'R1' })).json(),
  );
  t.like(begun, { printer: 'Printer1', job_id: jobId, content: 'good' });
  t.like((await pickupsOf(fixture))[0], { id: begun.id, state: 'inProgress', robot: 'R1' });
  const repeated = await call('plc', 'POST', '/pickups', { robot: 'R1', printer: 1 });
  t.is(begunPickupSchema.parse(await repeated.json()).id, begun.id);
  await isProblem(
    t,
    await call('plc2', 'POST', '/pickups', { robot: 'R2', printer: 'Printer1' }),
    409,
    'HeldByOther',
  );

  const confirmed = await call('plc', 'PUT', `/pickups/${begun.id}:confirm`, { storage_location: 'A-3' });
  t.deepEqual(await confirmed.json(), { job_id: jobId });
  t.like(await app.jobOf(jobId), { status: 'picked', storageLocation: 'A-3' });
  t.deepEqual(await pickupsOf(fixture), []);
});

test('a failed pick-up waits for a person, who offers it again', async t => {
  const fixture = await startHttp(t);
  const { call } = fixture;
  await printed(fixture);
  const { id } = begunPickupSchema.parse(
    await (await call('plc', 'POST', '/pickups', { robot: 'R1' })).json(),
  );
  t.is((await call('plc', 'PUT', `/pickups/${id}:fail`, { reason: 'dropped' })).status, 204);
  t.is((await pickupsOf(fixture))[0]?.state, 'failed');
  t.is((await call('operator', 'PUT', `/pickups/${id}%3Arelease`)).status, 204);
  t.is((await pickupsOf(fixture))[0]?.state, 'requested');
  await isProblem(t, await call('operator', 'PUT', '/pickups/99:confirm'), 404, 'NotFound');
  await isProblem(t, await call('plc', 'POST', '/pickups', {}), 422, 'InvalidArgument');
});

test('a plate that a robot holds for too long is shown as overdue', async t => {
  const fixture = await startHttp(t);
  const { app, call } = fixture;
  await printed(fixture);
  t.false((await pickupsOf(fixture))[0]?.overdue);
  const { id } = begunPickupSchema.parse(
    await (await call('plc', 'POST', '/pickups', { robot: 'R1' })).json(),
  );
  t.false((await pickupsOf(fixture))[0]?.overdue);
  const pickup = await app.store.get('pickups', id);
  if (pickup) await app.put('pickups', { ...pickup, overdueTime: new Date().toISOString() });
  t.true((await pickupsOf(fixture))[0]?.overdue);
  const status = await (await call('student', 'GET', '/printers/1/status')).json();
  t.regex(printerStatusSchema.parse(status).not_ready_reason, /^Robot R1 has held the plate/);
});
