import test from 'ava';
import { findJobsSchema, submitJobSchema, submitUploadSchema } from '../../src/contract/job.ts';

test('what a submission leaves out means the caller, any printer and no order', t => {
  t.deepEqual(submitUploadSchema.parse({}), { user_id: '', printer_id: '', order_id: '', priority: 0 });
  t.like(submitJobSchema.parse({ file_id: 'f-1', printer_id: null }), { printer_id: '', request_id: '' });
});

test('a printer is given by number or name, a priority as text in a form', t => {
  t.is(submitUploadSchema.parse({ printer_id: '7' }).printer_id, '7');
  t.is(submitJobSchema.parse({ file_id: 'f-1', printer_id: 7 }).printer_id, '7');
  t.is(submitUploadSchema.parse({ priority: '3' }).priority, 3);
  t.false(submitUploadSchema.safeParse({ priority: 'high' }).success);
});

test('printer and wanted_printer are other names of printer_id; two that differ are refused', t => {
  for (const name of ['printer', 'wanted_printer', 'printer_id']) {
    t.is(submitJobSchema.parse({ file_id: 'f-1', [name]: 'group:lab' }).printer_id, 'group:lab', name);
    t.is(submitUploadSchema.parse({ [name]: '7' }).printer_id, '7', name);
  }
  t.is(submitJobSchema.parse({ file_id: 'f-1', printer: 7, printer_id: '7' }).printer_id, '7');
  t.is(submitJobSchema.parse({ file_id: 'f-1', printer: 'B', printer_id: null }).printer_id, 'B');
  t.false(submitJobSchema.safeParse({ file_id: 'f-1', printer: 'A', printer_id: 'B' }).success);
});

test('a page has 100 jobs unless one says otherwise, at most 500', t => {
  t.like(findJobsSchema.parse({}), { after: 0, limit: 100, status: '' });
  t.false(findJobsSchema.safeParse({ limit: '501' }).success);
  t.false(findJobsSchema.safeParse({ after: '-1' }).success);
});
