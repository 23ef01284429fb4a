/** Walks the ISA-95 state machine over the wire: every method in every state, with its ReturnStatus (OPC 10031-4). */
import test from 'ava';
import type { Job } from '../../../../src/domain/job.ts';
import { jobStatuses } from '../../../../src/domain/job-status.ts';
import type { ControlMethod } from '../../../../src/opcua/companion/job-control/ids.ts';
import { someJob } from '../../../support/domain.ts';
import { fieldOf, type JobControl, outcomeOf, startJobControl, statesOf } from './fixture.ts';

const DONE = 'Good 1';
const UNKNOWN = 'Uncertain 2';
const STATE = 'Uncertain 8';
const TAKEN = 'Uncertain 16';

const commands = ['Start', 'RevokeStart', 'Pause', 'Resume', 'Abort', 'Cancel', 'Clear'] as const;
type Command = (typeof commands)[number];

interface Row {
  readonly job: Partial<Job>;
  /** As it is listed. */
  readonly state: string;
  /** All others are refused: invalid status. */
  readonly takes: readonly Command[];
}

const ended = { takes: ['Clear'] } as const;
const at = (status: Job['status'], by = 'printer', reason = '') => ({
  status,
  time: '2026-01-05T08:00:00.000Z',
  actor: by,
  reason,
});
const NOT_ALLOWED = '1 NotAllowedToStart / NotAllowedToStartSubstates 1 Waiting';
const allowed = (substate: string) => `2 AllowedToStart / AllowedToStartSubstates ${substate}`;

const rows: Readonly<Record<string, Row>> = {
  created: { job: { status: 'created' }, state: NOT_ALLOWED, takes: ['Start', 'Abort', 'Cancel'] },
  'created, held': {
    job: { status: 'created', held: true },
    state: NOT_ALLOWED,
    takes: ['Start', 'Abort', 'Cancel'],
  },
  'approved, held': {
    job: { status: 'approved', held: true },
    state: NOT_ALLOWED,
    takes: ['Start', 'Abort', 'Cancel'],
  },
  approved: {
    job: { status: 'approved' },
    state: allowed('1 Waiting'),
    takes: ['RevokeStart', 'Abort', 'Cancel'],
  },
  scheduled: {
    job: { status: 'scheduled' },
    state: allowed('2 Ready'),
    takes: ['RevokeStart', 'Abort', 'Cancel'],
  },
  starting: { job: { status: 'starting' }, state: allowed('3 Loaded'), takes: ['Abort'] },
  printing: { job: { status: 'printing' }, state: '3 Running', takes: ['Pause', 'Abort'] },
  'paused by somebody': {
    job: { status: 'paused', history: [at('printing'), at('paused', 'a-1')] },
    state: '4 Interrupted / InterruptedSubstates 2 Suspended',
    takes: ['Resume', 'Abort'],
  },
  'paused by the printer': {
    job: { status: 'paused', history: [at('printing'), at('paused')] },
    state: '4 Interrupted / InterruptedSubstates 1 Held',
    takes: ['Resume', 'Abort'],
  },
  'cancelIssued while printing': {
    job: { status: 'cancelIssued', history: [at('printing'), at('cancelIssued', 'a-1')] },
    state: '3 Running',
    takes: ['Abort'],
  },
  'cancelIssued while paused': {
    job: { status: 'cancelIssued', history: [at('paused', 'a-1'), at('cancelIssued', 'a-1')] },
    state: '4 Interrupted / InterruptedSubstates 2 Suspended',
    takes: ['Abort'],
  },
  unknown: { job: { status: 'unknown' }, state: '4 Interrupted / InterruptedSubstates 1 Held', takes: [] },
  printed: { job: { status: 'printed' }, state: '5 Ended / EndedSubstates 1 Completed', ...ended },
  pickupIssued: { job: { status: 'pickupIssued' }, state: '5 Ended / EndedSubstates 1 Completed', ...ended },
  picked: { job: { status: 'picked' }, state: '5 Ended / EndedSubstates 2 Closed', ...ended },
  collected: { job: { status: 'collected' }, state: '5 Ended / EndedSubstates 2 Closed', ...ended },
  discarded: { job: { status: 'discarded' }, state: '5 Ended / EndedSubstates 2 Closed', ...ended },
  'failed after it was printed': {
    job: { status: 'failed', history: [at('printed'), at('failed')] },
    state: '5 Ended / EndedSubstates 2 Closed',
    ...ended,
  },
  failed: {
    job: { status: 'failed', history: [at('printing'), at('failed')] },
    state: '6 Aborted',
    ...ended,
  },
  cancelled: { job: { status: 'cancelled' }, state: '6 Aborted', ...ended },
  rejected: { job: { status: 'rejected' }, state: '6 Aborted', ...ended },
};

const waiting = ['created', 'approved', 'rejected'];

/** Name of the row and method, once its answer was what the table says. */
const walked = new Set<string>();

let lab: JobControl;
let next = 1000;
let file = '';
test.before(async () => {
  lab = await startJobControl();
  file = (await lab.app.addFile('operator')).id;
});
test.after.always(() => lab?.close());

const place = async ({ job }: Row): Promise<Job> => {
  next += 1;
  const { accountId } = lab.app.actors.operator;
  const printer = waiting.includes(job.status ?? '') ? '' : 'Printer1';
  const row = someJob({
    id: next,
    owner: accountId,
    submitter: accountId,
    fileId: file,
    printer,
    jobOrderId: `JO-${next}`,
    history: [at(job.status ?? 'created', 'a-1')],
    ...job,
  });
  await lab.app.commit({ actor: 'test' }, async tx => tx.put('jobs', row));
  return row;
};

test('the table has every status of a job', t => {
  t.deepEqual([...new Set(Object.values(rows).map(({ job }) => job.status))].sort(), [...jobStatuses].sort());
});

for (const [name, row] of Object.entries(rows)) {
  test.serial(`every method for a job order that is ${name}`, async t => {
    for (const command of commands) {
      const { jobOrderId, id } = await place(row);
      const expected = row.takes.includes(command) ? DONE : STATE;
      const outcome = outcomeOf(await lab.command('operator', command, jobOrderId));
      if (outcome === expected) walked.add(`${name} ${command}`);
      t.is(outcome, expected, command);
      if (expected === STATE)
        t.is((await lab.app.jobOf(id)).status, row.job.status as Job['status'], `${command} left it`);
      await lab.app.commit({ actor: 'test' }, async tx => tx.delete('jobs', id));
    }
    const { jobOrderId, id } = await place(row);
    for (const method of ['Store', 'StoreAndStart'] as const) {
      const outcome = outcomeOf(await lab.store('operator', method, { jobOrderID: jobOrderId, file }));
      if (outcome === TAKEN) walked.add(`${name} ${method}`);
      t.is(outcome, TAKEN, method);
    }
    const listed = (await lab.list('operator')).value.value as readonly {
      jobOrder: { jobOrderID: string };
      state: unknown;
    }[];
    t.deepEqual(
      listed.filter(one => one.jobOrder.jobOrderID === jobOrderId).map(({ state }) => statesOf(state)),
      [row.state],
    );
    const answer = await lab.response('operator', jobOrderId);
    t.is(statesOf(fieldOf(answer.outputArguments?.[0]?.value, 'jobState')), row.state);
    await lab.app.commit({ actor: 'test' }, async tx => tx.delete('jobs', id));
  });
}

test.serial('every method is answered as the state machine says, in every state', t => {
  t.is(walked.size, Object.keys(rows).length * (commands.length + 2));
});

test.serial('no method knows a job order that nobody stored', async t => {
  for (const command of [...commands] satisfies ControlMethod[]) {
    t.is(outcomeOf(await lab.command('operator', command, 'JO-none')), UNKNOWN, command);
  }
  t.is(outcomeOf(await lab.response('operator', 'JO-none')), UNKNOWN);
});

test.serial('from Store to Cancel and to Clear: what each method changes', async t => {
  const { app } = lab;
  const jobIs = (id: string) => app.application.getJobOrder(app.actors.operator, id);
  t.is(outcomeOf(await lab.store('operator', 'Store', { jobOrderID: 'A', file })), DONE);
  t.like(await jobIs('A'), { status: 'created', held: true });
  t.is(outcomeOf(await lab.command('operator', 'Start', 'A', 'Go')), DONE);
  t.like(await jobIs('A'), { status: 'approved', held: false });
  t.is((await jobIs('A')).history.at(-1)?.reason, 'Go');
  t.is(outcomeOf(await lab.command('operator', 'RevokeStart', 'A')), DONE);
  t.like(await jobIs('A'), { status: 'approved', held: true });
  t.is(outcomeOf(await lab.command('operator', 'Cancel', 'A', 'Not needed')), DONE);
  t.is(outcomeOf(await lab.response('operator', 'A')), UNKNOWN);
  t.is(outcomeOf(await lab.store('operator', 'Store', { jobOrderID: 'A', file })), TAKEN);

  t.is(outcomeOf(await lab.store('operator', 'StoreAndStart', { jobOrderID: 'B', file })), DONE);
  t.like(await jobIs('B'), { status: 'approved', held: false });
  t.is(outcomeOf(await lab.command('operator', 'Abort', 'B', 'Wrong part')), DONE);
  t.like(await jobIs('B'), { status: 'cancelled' });
  t.is(outcomeOf(await lab.command('operator', 'Clear', 'B')), DONE);
  t.is(outcomeOf(await lab.response('operator', 'B')), UNKNOWN);
});
