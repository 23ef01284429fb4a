import test from 'ava';
import type { Job } from '../../src/domain/job.ts';
import type { JobStatus } from '../../src/domain/job-status.ts';
import { type PrinterState, printerStates } from '../../src/domain/printer.ts';
import {
  type AttemptOutcome,
  type Decision,
  intentTimeOf,
  isBlind,
  jobToFollow,
  reconcile,
  reconcileLoss,
} from '../../src/domain/reconcile.ts';
import { snapshotOf } from '../support/fakes.ts';
import { approvedJob } from '../support/one-printer.ts';

const now = new Date('2026-01-05T08:10:00.000Z');
const earlier = (seconds: number): string => new Date(now.getTime() - seconds * 1000).toISOString();
const ageOf = (time: string): number => now.getTime() - Date.parse(time);

const jobIn = (status: JobStatus, changes: Partial<Job> = {}): Job => ({
  ...approvedJob(1, 'f-1', earlier(600)),
  status,
  printer: 'Printer1',
  attempt: 1,
  remoteName: status === 'scheduled' ? '' : 'mes-1-1.gcode',
  startTime: ['scheduled', 'starting'].includes(status) ? null : earlier(300),
  history: [{ status: 'starting', time: earlier(300), actor: 'server', reason: '' }],
  ...changes,
});

const showing = (state: PrinterState, file: string | null = null) =>
  snapshotOf(state, {
    job:
      file === null
        ? null
        : { file, progress: 10, timeUsed: 1, timeLeft: 9, timeLeftApprox: null, native: { path: file } },
  });

const own = 'mes-1-1.gcode';
const theirs = 'theirs.gcode';
const maintenance = { on: false, reason: '' };
const outcome = (kind: AttemptOutcome['kind']): AttemptOutcome => ({ kind, reason: 'evidence' });
const pause = { action: 'pause', actor: 'a-1', time: earlier(20) } as const;
const resume = { ...pause, action: 'resume' } as const;

interface Row {
  readonly job?: Job;
  readonly state: PrinterState;
  readonly file?: string;
  readonly outcome?: AttemptOutcome;
  readonly expected: string;
}

/** The decision in a few words. */
const told = (decision: Decision): string => {
  switch (decision.step) {
    case 'record':
      return `record ${decision.to}`;
    case 'command':
      return decision.command;
    case 'end':
      return `end ${decision.outcome.kind}`;
    case 'adopt':
      return `adopt ${decision.status}`;
    default:
      return decision.step;
  }
};

const rows: readonly Row[] = [
  { state: 'idle', expected: 'nothing' },
  { state: 'finished', file: theirs, expected: 'nothing' },
  { state: 'printing', file: theirs, expected: 'adopt printing' },
  { state: 'paused', file: theirs, expected: 'adopt paused' },
  { state: 'attention', expected: 'nothing' },

  { job: jobIn('scheduled'), state: 'idle', expected: 'begin' },
  { job: jobIn('scheduled'), state: 'finished', file: theirs, expected: 'begin' },
  { job: jobIn('scheduled'), state: 'printing', file: theirs, expected: 'adopt printing' },
  { job: jobIn('scheduled'), state: 'printing', file: own, expected: 'adopt printing' },
  { job: jobIn('scheduled'), state: 'busy', expected: 'giveBack' },
  { job: jobIn('scheduled'), state: 'error', expected: 'giveBack' },
  { job: jobIn('scheduled'), state: 'attention', expected: 'giveBack' },
  { job: jobIn('scheduled', { held: true }), state: 'idle', expected: 'giveBack' },

  { job: jobIn('starting'), state: 'printing', file: own, expected: 'record printing' },
  { job: jobIn('starting'), state: 'pausing', file: own, expected: 'record printing' },
  { job: jobIn('starting'), state: 'paused', file: own, expected: 'record paused' },
  { job: jobIn('starting'), state: 'idle', file: own, expected: 'ask' },
  { job: jobIn('starting'), state: 'idle', expected: 'ask' },
  { job: jobIn('starting'), state: 'printing', file: theirs, expected: 'ask' },
  { job: jobIn('starting'), state: 'attention', expected: 'nothing' },
  { job: jobIn('starting'), state: 'idle', outcome: outcome('neverStarted'), expected: 'end neverStarted' },
  { job: jobIn('starting'), state: 'idle', outcome: outcome('finished'), expected: 'end finished' },
  { job: jobIn('starting'), state: 'idle', outcome: outcome('unknown'), expected: 'end unknown' },

  { job: jobIn('printing'), state: 'printing', file: own, expected: 'nothing' },
  { job: jobIn('printing'), state: 'finishing', file: own, expected: 'nothing' },
  { job: jobIn('printing'), state: 'attention', file: own, expected: 'nothing' },
  { job: jobIn('printing'), state: 'paused', file: own, expected: 'record paused' },
  { job: jobIn('printing'), state: 'cancelling', file: own, expected: 'nothing' },
  { job: jobIn('printing'), state: 'idle', expected: 'ask' },
  { job: jobIn('printing'), state: 'error', expected: 'ask' },
  { job: jobIn('printing'), state: 'idle', outcome: outcome('cancelled'), expected: 'end cancelled' },
  { job: jobIn('printing'), state: 'idle', outcome: outcome('neverStarted'), expected: 'end unknown' },
  { job: jobIn('printing'), state: 'idle', outcome: outcome('unknown'), expected: 'end unknown' },
  { job: jobIn('printing', { requested: pause }), state: 'printing', file: own, expected: 'pause' },
  { job: jobIn('printing', { requested: pause }), state: 'pausing', file: own, expected: 'nothing' },
  { job: jobIn('printing', { requested: pause }), state: 'paused', file: own, expected: 'record paused' },
  { job: jobIn('printing', { requested: pause }), state: 'finishing', file: own, expected: 'nothing' },
  { job: jobIn('printing', { requested: resume }), state: 'printing', file: own, expected: 'dropRequest' },
  { job: jobIn('printing', { requested: resume }), state: 'pausing', file: own, expected: 'nothing' },

  { job: jobIn('paused'), state: 'paused', file: own, expected: 'nothing' },
  { job: jobIn('paused'), state: 'resuming', file: own, expected: 'nothing' },
  { job: jobIn('paused'), state: 'printing', file: own, expected: 'record printing' },
  { job: jobIn('paused', { requested: resume }), state: 'paused', file: own, expected: 'resume' },
  {
    job: jobIn('printing', { requested: { ...pause, time: earlier(290) } }),
    state: 'attention',
    file: own,
    expected: 'nothing',
  },
  {
    job: jobIn('printing', { requested: { ...pause, time: earlier(310) } }),
    state: 'attention',
    file: own,
    expected: 'dropRequest',
  },
  {
    job: jobIn('printing', { requested: { ...pause, time: earlier(310) } }),
    state: 'pausing',
    file: own,
    expected: 'dropRequest',
  },
  {
    job: jobIn('paused', { requested: { ...pause, time: earlier(310) } }),
    state: 'resuming',
    file: own,
    expected: 'dropRequest',
  },
  { job: jobIn('paused', { requested: pause }), state: 'resuming', file: own, expected: 'nothing' },
  { job: jobIn('paused', { requested: pause }), state: 'paused', file: own, expected: 'dropRequest' },

  { job: jobIn('cancelIssued'), state: 'printing', file: own, expected: 'cancel' },
  { job: jobIn('cancelIssued'), state: 'paused', file: own, expected: 'cancel' },
  { job: jobIn('cancelIssued'), state: 'cancelling', file: own, expected: 'nothing' },
  {
    job: jobIn('cancelIssued', { startTime: null }),
    state: 'printing',
    file: own,
    expected: 'record cancelIssued',
  },
  { job: jobIn('cancelIssued'), state: 'idle', outcome: outcome('finished'), expected: 'end finished' },
  { job: jobIn('cancelIssued'), state: 'idle', outcome: outcome('failed'), expected: 'end cancelled' },
  { job: jobIn('cancelIssued'), state: 'idle', outcome: outcome('unknown'), expected: 'end cancelled' },
  {
    job: jobIn('cancelIssued', { startTime: null }),
    state: 'idle',
    outcome: outcome('neverStarted'),
    expected: 'end neverStarted',
  },

  { job: jobIn('unknown'), state: 'printing', file: own, expected: 'record printing' },
  { job: jobIn('unknown'), state: 'paused', file: own, expected: 'record paused' },
  {
    job: jobIn('unknown', { cancelAccepted: true }),
    state: 'printing',
    file: own,
    expected: 'record cancelIssued',
  },
  { job: jobIn('unknown'), state: 'printing', file: theirs, expected: 'adopt printing' },
  { job: jobIn('unknown'), state: 'idle', expected: 'ask' },
  { job: jobIn('unknown'), state: 'idle', outcome: outcome('unknown'), expected: 'nothing' },
  { job: jobIn('unknown'), state: 'idle', outcome: outcome('finished'), expected: 'end finished' },
];

for (const { job, state, file, outcome: evidence, expected } of rows) {
  const what = [
    job === undefined ? 'no job' : `a ${job.status} job`,
    job?.requested ? `to ${job.requested.action}` : '',
    job?.held ? '(held)' : '',
    job?.cancelAccepted ? '(cancel accepted)' : '',
    job?.status === 'cancelIssued' && job.startTime === null ? '(never seen)' : '',
    `on a printer that is ${state}`,
    file === undefined ? '' : `with ${file}`,
    evidence === undefined ? '' : `and evidence ${evidence.kind}`,
  ];
  test(`${what.filter(part => part !== '').join(' ')}: ${expected}`, t => {
    const snapshot = showing(state, file ?? null);
    t.is(told(reconcile({ job, maintenance, snapshot, outcome: evidence, ageOf })), expected);
  });
}

test('maintenance gives a scheduled job back and leaves a running one alone', t => {
  const on = { on: true, reason: 'nozzle' };
  const decide = (job: Job, state: PrinterState) =>
    told(reconcile({ job, maintenance: on, snapshot: showing(state, own), ageOf }));
  t.is(decide(jobIn('scheduled'), 'idle'), 'giveBack');
  t.is(decide(jobIn('printing'), 'printing'), 'nothing');
});

test('a print that was just started has a minute to show itself before no evidence is no outcome', t => {
  const decide = (age: number, cancel = false) => {
    const history = [{ status: 'starting', time: earlier(age), actor: 'server', reason: '' } as const];
    const job = jobIn(cancel ? 'cancelIssued' : 'starting', { history, startTime: null });
    return told(
      reconcile({ job, maintenance, snapshot: showing('idle'), outcome: outcome('unknown'), ageOf }),
    );
  };
  t.is(decide(59), 'nothing');
  t.is(decide(60), 'end unknown');
  t.is(decide(59, true), 'nothing');
  t.is(decide(60, true), 'end cancelled');
});

test('a printer that ignores a request is not waited for without end', t => {
  const decide = (age: number) => {
    const job = jobIn('printing', { requested: { ...pause, time: earlier(age) } });
    return told(reconcile({ job, maintenance, snapshot: showing('printing', own), ageOf }));
  };
  t.is(decide(120), 'pause');
  t.is(decide(121), 'dropRequest');
});

test('a request that supersedes its opposite is not dropped before the opposite can show', t => {
  const requested = { ...pause, time: earlier(5) };
  const job = jobIn('paused', { requested });
  t.is(told(reconcile({ job, maintenance, snapshot: showing('paused', own), ageOf })), 'nothing');
});

test('whatever a readable printer shows, a started job is never begun again or given back', t => {
  for (const status of ['starting', 'printing', 'paused', 'cancelIssued', 'unknown'] as const) {
    for (const state of printerStates.filter(one => !isBlind(one))) {
      for (const file of [null, own, theirs]) {
        const decision = reconcile({
          job: jobIn(status),
          maintenance,
          snapshot: showing(state, file),
          ageOf,
        });
        t.false(['begin', 'giveBack', 'end'].includes(decision.step), `${status} ${state} ${file}`);
      }
    }
  }
});

test('of several jobs on a printer the active one is followed, else the one that is not unknown', t => {
  const lost = jobIn('unknown', { id: 1 });
  const foreign = jobIn('printing', { id: 2, remoteName: theirs, fromServer: false });
  t.is(jobToFollow([lost, foreign], showing('printing', own))?.id, 1);
  t.is(jobToFollow([lost, foreign], showing('printing', theirs))?.id, 2);
  t.is(jobToFollow([lost, foreign], showing('idle'))?.id, 2);
  t.is(jobToFollow([lost, foreign])?.id, 2);
  t.is(jobToFollow([lost])?.id, 1);
  t.is(jobToFollow([lost], showing('idle'))?.id, 1);
  t.is(jobToFollow([], showing('idle')), undefined);
});

test('the time of the intent is the beginning of the latest attempt, also with notes after it', t => {
  const entry = (status: JobStatus, seconds: number) =>
    ({ status, time: earlier(seconds), actor: 'server', reason: '' }) as const;
  const history = [
    entry('starting', 90),
    entry('approved', 80),
    entry('starting', 50),
    entry('starting', 10),
  ];
  t.is(intentTimeOf(jobIn('starting', { history })), earlier(50));
});

test('unreachable is no outcome until the time is over', t => {
  const lostAfter = 900_000;
  const decide = (status: JobStatus, away?: number) =>
    reconcileLoss({
      job: jobIn(status, { unreachableSince: away === undefined ? null : earlier(away) }),
      ageOf,
      lostAfter,
    });
  t.is(decide('scheduled'), 'giveBack');
  for (const status of ['starting', 'printing', 'paused', 'cancelIssued'] as const) {
    t.is(decide(status), 'mark');
    t.is(decide(status, 899), 'nothing');
    t.is(decide(status, 900), 'lose');
  }
  t.is(decide('unknown', 5000), 'nothing');
});
