import test from 'ava';
import { orderPageSchema, orderSchema, orderWithJobsSchema } from '../../src/contract/order.ts';
import { isProblem, startHttp } from './http-fixture.ts';

test('an order is made, repeated, read with its jobs, and cancelled', async t => {
  const { app, call } = await startHttp(t);
  const { id: file_id } = await app.addFile('student');
  const request = { order_id: 'A-17', file_id, quantity: 3, priority: -1 };
  const posted = await call('student', 'POST', '/orders', request);
  t.is(posted.status, 201);
  t.is(posted.headers.get('location'), '/api/v1/orders/A-17');
  const order = orderSchema.parse(await posted.json());
  t.like(order, {
    order_id: 'A-17',
    user_id: app.actors.student.accountId,
    owner: 'student',
    file_id,
    original_filename: 'part-1.gcode',
    quantity: 3,
    priority: -1,
    status_code: 1,
    status_name: 'open',
    open: 3,
    done: 0,
    failed: 0,
    cancelled: 0,
    cancel_time: null,
    cancel_reason: '',
  });

  const repeated = await call('student', 'POST', '/orders', request);
  t.is(repeated.status, 200);
  t.deepEqual(orderSchema.parse(await repeated.json()), order);
  await isProblem(
    t,
    await call('student', 'POST', '/orders', { ...request, quantity: 4 }),
    409,
    'RequestIdConflict',
  );

  const read = orderWithJobsSchema.parse(await (await call('student', 'GET', '/orders/a-17')).json());
  t.deepEqual(read, { order, job_ids: [1, 2, 3] });

  const cancelled = await call('student', 'PUT', '/orders/A-17%3Acancel', { reason: 'wrong part' });
  t.is(cancelled.status, 202);
  t.is(await cancelled.text(), '');
  const after = orderWithJobsSchema.parse(await (await call('operator', 'GET', '/orders/A-17')).json());
  t.like(after.order, {
    status_code: 3,
    status_name: 'cancelled',
    open: 0,
    cancelled: 3,
    cancel_reason: 'wrong part',
  });
  t.truthy(after.order.cancel_time);
});

test('an owner is named by account id or username', async t => {
  const { app, call } = await startHttp(t);
  const { id: file_id } = await app.addFile('plc');
  for (const user_id of [app.actors.student.accountId, 'student']) {
    const request = { order_id: `for-${user_id.length}`, file_id, quantity: 1, user_id };
    const posted = await call('plc', 'POST', '/orders', request);
    t.is(orderSchema.parse(await posted.json()).user_id, app.actors.student.accountId);
  }
  const request = { order_id: 'mine', file_id, quantity: 1, user_id: 'student2' };
  await isProblem(t, await call('student', 'POST', '/orders', request), 404, 'NotFound');
});

test('orders are listed by status and owner, a page at a time, to a user the own ones', async t => {
  const { app, call } = await startHttp(t);
  const { partName: file } = await app.addFile('operator', { partName: 'bracket' });
  const order = (person: 'student' | 'student2', orderId: string) =>
    app.application.submitOrder(app.actors[person], { orderId, file, quantity: 1, owner: '', priority: 0 });
  for (const orderId of ['B-2', 'B-1', 'B-3']) await order('student', orderId);
  await order('student2', 'C-1');
  await app.application.cancelOrder(app.actors.student, 'B-1', '');
  const page = async (person: 'student' | 'operator', query: string) => {
    const body = orderPageSchema.parse(await (await call(person, 'GET', `/orders${query}`)).json());
    return { ids: body.orders.map(one => one.order_id), next: body.next };
  };
  t.deepEqual(await page('operator', ''), { ids: ['B-2', 'B-1', 'B-3', 'C-1'], next: null });
  t.deepEqual(await page('student', ''), { ids: ['B-2', 'B-1', 'B-3'], next: null });
  const first = await page('operator', '?limit=3');
  t.deepEqual(first.ids, ['B-2', 'B-1', 'B-3']);
  t.deepEqual(await page('operator', `?limit=3&after=${first.next}`), { ids: ['C-1'], next: null });
  t.deepEqual((await page('operator', '?status=open&owner=student')).ids, ['B-2', 'B-3']);
  t.deepEqual((await page('operator', '?status=3')).ids, ['B-1']);
  t.deepEqual((await page('student', '?owner=student2')).ids, []);
  t.deepEqual((await page('operator', '?owner=nobody')).ids, []);
  await isProblem(t, await call('operator', 'GET', '/orders?status=lost'), 400, 'InvalidArgument');
});

test('what cannot be an order is refused and makes nothing', async t => {
  const { app, call } = await startHttp(t, { rules: { maxOpenJobs: 4, maxOpenJobsPerUser: 3 } });
  const { id: file_id } = await app.addFile('student');
  const good = { order_id: 'A-1', file_id, quantity: 2 };
  const post = (changes: object) => call('student', 'POST', '/orders', { ...good, ...changes });
  await isProblem(t, await post({ order_id: 'A 1' }), 400, 'InvalidArgument');
  await isProblem(t, await post({ order_id: 'x'.repeat(65) }), 422, 'InvalidArgument');
  await isProblem(t, await post({ quantity: 0 }), 422, 'InvalidArgument');
  await isProblem(t, await post({ quantity: 1001 }), 422, 'InvalidArgument');
  await isProblem(t, await post({ quantity: 1.5 }), 422, 'InvalidArgument');
  await isProblem(t, await post({ printer: 'P' }), 422, 'InvalidArgument');
  await isProblem(t, await post({ quantity: 4 }), 429, 'QuotaExceeded');
  await isProblem(t, await post({ quantity: 5 }), 503, 'Busy');
  await isProblem(t, await call('student', 'GET', '/orders/A-1'), 404, 'NotFound');
  await isProblem(t, await call('student', 'GET', '/orders/%00'), 404, 'NotFound');
  await isProblem(t, await call('student', 'PUT', '/orders/A-1:cancel'), 404, 'NotFound');
  t.is(await app.store.count('jobs'), 0);
  t.is(await app.store.count('orders'), 0);
});
