/** Walks every role × method × state of an object over the wire, against the tables of rights and transitions. */
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import type { CallMethodResult, ClientSession, OPCUAClient } from 'node-opcua';
import { type Bed, beginClearing, endClearing, occupyBed, useBed } from '../../../src/domain/bed.ts';
import type { Job } from '../../../src/domain/job.ts';
import {
  type JobStatus,
  jobStatuses,
  mayBecome,
  openStatuses,
  retryableStatuses,
} from '../../../src/domain/job-status.ts';
import { cancelOrder, countJob } from '../../../src/domain/order.ts';
import type { Pickup, PickupState } from '../../../src/domain/pickup.ts';
import { type ReturnCodeName, returnCodes } from '../../../src/domain/refusal.ts';
import { type MethodName, methodRights } from '../../../src/domain/rights.ts';
import type { OpcuaServer } from '../../../src/opcua/server/server.ts';
import { bedOf, createTestApp, type TestApp } from '../../support/app.ts';
import { someBed, someJob, someOrder, TIME } from '../../support/domain.ts';
import {
  callMethod,
  connect,
  logIn,
  opcuaServer,
  opcuaSettings,
  outputsOf,
} from '../../support/opcua-server.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const callers = {
  anonymous: undefined,
  student: 'user',
  student2: 'user',
  plc: 'machine',
  plc2: 'machine',
  operator: 'operator',
  admin: 'admin',
} as const;
type Caller = keyof typeof callers;
const names = Object.keys(callers) as Caller[];

type Expected = ReturnCodeName | 'BadUserAccessDenied';

const JOB = 900_000;
const PICKUP = 900_000;
const walked = new Set<MethodName>();

const folder = temporaryFolder();
let app: TestApp;
let server: OpcuaServer;
let client: OPCUAClient;
let fileId = '';
let printerId = 0;
const sessions = new Map<Caller, ClientSession>();

test.before(async () => {
  app = await createTestApp();
  await app.addPrinter('Printer1');
  await app.addPrinter('Printer2');
  printerId = (await bedOf(app.store, 'Printer1')).id;
  fileId = (await app.addFile('student')).id;
  server = opcuaServer({ app: app, settings: opcuaSettings(join(folder, 'server')) });
  await server.start();
  client = await connect({ url: server.endpointUrl(), pki: join(folder, 'client') });
  for (const name of names) {
    sessions.set(name, name === 'anonymous' ? await client.createSession() : await logIn(client, name));
  }
});

test.after.always(async () => {
  await client?.disconnect();
  await server?.stop();
  await app?.close();
});

const call = async (caller: Caller, method: MethodName, values: unknown[]): Promise<CallMethodResult> => {
  walked.add(method);
  const session = sessions.get(caller);
  if (session === undefined) throw new Error(`${caller} has no session`);
  return callMethod(session, method, values);
};

const answerOf = (method: MethodName, result: CallMethodResult): string => {
  if (result.statusCode.name !== 'Good') return result.statusCode.name;
  const code = outputsOf(method, result).ReturnCode;
  return Object.entries(returnCodes).find(([, value]) => value === code)?.[0] ?? `ReturnCode ${String(code)}`;
};

/** What the rights alone say; undefined when the caller may do it to this object. */
const refusedByRights = (caller: Caller, method: MethodName, owner: Caller): Expected | undefined => {
  const role = callers[caller];
  const right = role === undefined ? 'none' : methodRights[method][role];
  if (right === 'none') return 'BadUserAccessDenied';
  if (right === 'any' || caller === owner) return undefined;
  return role === 'user' ? 'NotFound' : 'NotPermitted';
};

// ---- jobs -----------------------------------------------------------------------------------------

const beforePrinter: readonly JobStatus[] = ['created', 'approved', 'rejected'];
/** Those that a print which was started at the printer can have. */
const foreignStatuses: readonly JobStatus[] = [
  'printing',
  'paused',
  'printed',
  'cancelled',
  'failed',
  'unknown',
];
const approvedAlready: readonly JobStatus[] = [
  'approved',
  'scheduled',
  'starting',
  'printing',
  'paused',
  'printed',
  'pickupIssued',
  'picked',
  'collected',
];
/** ResolveJob of the contract, and where an outcome holds already. */
const resolvable: Readonly<Record<string, readonly JobStatus[]>> = {
  printed: ['unknown', 'printed', 'pickupIssued', 'picked', 'collected', 'discarded'],
  cancelled: ['unknown', 'cancelled'],
  failed: ['unknown', 'printed', 'pickupIssued', 'picked', 'collected', 'failed'],
  discarded: ['picked', 'discarded'],
};

interface JobCase {
  readonly method: MethodName;
  readonly values: unknown[];
  /** For a caller who may. */
  readonly expected: (job: Job) => Expected;
}

const ok = (is: boolean): Expected => (is ? 'OK' : 'InvalidState');
const controlled = (job: Job, is: boolean): Expected => (job.fromServer ? ok(is) : 'NotPermitted');
const canBecome = (job: Job, status: JobStatus): boolean =>
  job.status === status || mayBecome(job.status, status);

const jobCases: readonly JobCase[] = [
  { method: 'GetJob', values: [JOB], expected: () => 'OK' },
  {
    method: 'CancelJob',
    values: [JOB, 'not needed'],
    expected: job =>
      controlled(
        job,
        job.status !== 'unknown' && (canBecome(job, 'cancelled') || canBecome(job, 'cancelIssued')),
      ),
  },
  {
    method: 'PauseJob',
    values: [JOB],
    expected: job => controlled(job, ['printing', 'paused'].includes(job.status)),
  },
  {
    method: 'ResumeJob',
    values: [JOB],
    expected: job => controlled(job, ['printing', 'paused'].includes(job.status)),
  },
  { method: 'RejectJob', values: [JOB, 'why'], expected: job => ok(canBecome(job, 'rejected')) },
  {
    method: 'ApproveJob',
    values: [JOB],
    expected: job => ok(job.fromServer && (job.status === 'created' || approvedAlready.includes(job.status))),
  },
  { method: 'CollectJob', values: [JOB], expected: job => ok(canBecome(job, 'collected')) },
  {
    method: 'AssignJob',
    values: [JOB, 'Printer2'],
    expected: job => ok(['created', 'approved'].includes(job.status)),
  },
  {
    method: 'RetryJob',
    values: [JOB, ''],
    expected: job => ok(job.fromServer && retryableStatuses.includes(job.status)),
  },
  ...Object.entries(resolvable).map(
    ([outcome, from]): JobCase => ({
      method: 'ResolveJob',
      values: [JOB, outcome, 'looked at it'],
      expected: job => {
        const isFinal = !job.fromServer && job.status === 'printed' && outcome !== 'printed';
        return ok(from.includes(job.status) && !isFinal);
      },
    }),
  ),
];

const jobIn = (status: JobStatus, fromServer: boolean, owner: Caller): Job => {
  const accountId = owner === 'anonymous' ? '' : app.actors[owner].accountId;
  return someJob({
    id: JOB,
    status,
    fromServer,
    owner: accountId,
    submitter: accountId,
    fileId: fromServer ? fileId : '',
    printer: beforePrinter.includes(status) ? '' : 'Printer1',
    jobOrderId: `MES-${JOB}`,
  });
};

/** While a retry is open there is none without a RequestId: each caller meets the job as if it were the first. */
const endRetries = async (): Promise<void> => {
  for (const retry of await app.store.find('jobs', { where: { retryOf: JOB, status: openStatuses } })) {
    await app.put('jobs', { ...retry, status: 'cancelled' });
  }
};

const walkJobs = async (t: ExecutionContext, owner: Caller, fromServer: boolean): Promise<void> => {
  for (const status of fromServer ? jobStatuses : foreignStatuses) {
    for (const { method, values, expected } of jobCases) {
      for (const caller of names) {
        const before = jobIn(status, fromServer, owner);
        await app.put('jobs', before);
        await endRetries();
        const answer = answerOf(method, await call(caller, method, values));
        const what = `${caller} ${method}(${values.slice(1).join()}) of a ${status} job of ${owner}`;
        t.is(answer, refusedByRights(caller, method, owner) ?? expected(before), what);
        const after = await app.jobOf(JOB);
        if (answer === 'OK') {
          t.true(after.status === status || mayBecome(status, after.status), `${what}: now ${after.status}`);
        } else {
          t.deepEqual(after, before, `${what}: nothing was done`);
        }
      }
    }
  }
};

test.serial('jobs of a user: every role, method and status', t => walkJobs(t, 'student', true));

test.serial('jobs of a machine: every role, method and status', t => walkJobs(t, 'plc', true));

test.serial('foreign jobs: followed, never controlled', t => walkJobs(t, 'anonymous', false));

test.serial('a job that is not there is NotFound for whoever may call', async t => {
  for (const { method, values } of jobCases) {
    for (const caller of names) {
      const role = callers[caller];
      const none = role === undefined || methodRights[method][role] === 'none';
      const answer = answerOf(method, await call(caller, method, [999_999, ...values.slice(1)]));
      t.is(answer, none ? 'BadUserAccessDenied' : 'NotFound', `${caller} ${method}`);
    }
  }
});

test.serial(
  'submitting for others is for machines and staff, finding shows a user the own jobs alone',
  async t => {
    const published = await app.addFile('operator', { partName: 'bracket' });
    await app.put('jobs', jobIn('created', true, 'student2'));
    for (const caller of names) {
      const role = callers[caller];
      const submit = (owner: string) => call(caller, 'SubmitJob', [published.partName, '', owner, '', 0, '']);
      t.is(
        answerOf('SubmitJob', await submit('')),
        role === undefined ? 'BadUserAccessDenied' : 'OK',
        `${caller} for the caller`,
      );
      const other = caller === 'student' ? 'student2' : 'student';
      const expected = role === undefined ? 'BadUserAccessDenied' : role === 'user' ? 'NotPermitted' : 'OK';
      t.is(answerOf('SubmitJob', await submit(other)), expected, `${caller} for ${other}`);

      const found = await call(caller, 'FindJobs', ['', '', '', '', JOB - 1, 10]);
      if (role === undefined) {
        t.is(answerOf('FindJobs', found), 'BadUserAccessDenied');
        continue;
      }
      const ids = [...(outputsOf('FindJobs', found).JobIds as Iterable<number>)];
      t.is(ids.includes(JOB), role !== 'user' || caller === 'student2', `${caller} finds`);
    }
  },
);

// ---- orders ---------------------------------------------------------------------------------------

const ORDER = 900_000;

/** An order of two: one part is there, the other stands so. */
const putOrder = async (owner: Caller, second: JobStatus, isCancelled: boolean): Promise<void> => {
  const accountId = owner === 'anonymous' ? '' : app.actors[owner].accountId;
  const fresh = someOrder({
    id: ORDER,
    orderId: 'A-17',
    owner: accountId,
    submitter: accountId,
    quantity: 2,
  });
  const counted = countJob(countJob(fresh, undefined, 'picked'), undefined, second);
  const cancellation = { time: TIME, actor: accountId, reason: '' };
  await app.put('orders', isCancelled ? cancelOrder(counted, cancellation) : counted);
  for (const [id, status] of [
    [JOB, 'picked'],
    [JOB + 1, second],
  ] as const) {
    const fields = { orderId: 'A-17', orderNumber: ORDER, jobOrderId: `MES-${id}` };
    await app.put('jobs', { ...jobIn(status, true, owner), id, ...fields });
  }
};

test.serial('orders: every role, method, owner and status', async t => {
  for (const owner of ['student', 'plc'] as const) {
    for (const second of jobStatuses) {
      for (const isCancelled of [false, true]) {
        for (const caller of names) {
          await putOrder(owner, second, isCancelled);
          const before = await app.store.get('orders', ORDER);
          const what = `${caller} with an order of ${owner}: ${before?.status}, ${second}`;
          const got = await call(caller, 'GetOrder', ['a-17']);
          t.is(answerOf('GetOrder', got), refusedByRights(caller, 'GetOrder', owner) ?? 'OK', what);
          const cancelled = answerOf('CancelOrder', await call(caller, 'CancelOrder', ['A-17', 'changed']));
          const allowed = ok(before?.status !== 'done');
          t.is(cancelled, refusedByRights(caller, 'CancelOrder', owner) ?? allowed, what);
          const after = await app.store.get('orders', ORDER);
          if (cancelled === 'OK') t.is(after?.status, 'cancelled', what);
          else t.deepEqual(after, before, `${what}: nothing was done`);
        }
      }
    }
  }
});

test.serial(
  'ordering for others is for machines and staff; a taken OrderId is a conflict to all others',
  async t => {
    const { partName } = await app.addFile('operator', { partName: 'hook' });
    for (const caller of names) {
      const role = callers[caller];
      const none = role === undefined ? 'BadUserAccessDenied' : undefined;
      const order = async (orderId: string, owner: string): Promise<string> =>
        answerOf('SubmitOrder', await call(caller, 'SubmitOrder', [orderId, partName, 2, owner, 0]));
      t.is(await order(`own-${caller}`, ''), none ?? 'OK', caller);
      t.is(await order(`own-${caller}`.toUpperCase(), ''), none ?? 'OK', `${caller} repeats`);
      const other = caller === 'student' ? 'student2' : 'student';
      t.is(await order(`for-${caller}`, other), none ?? (role === 'user' ? 'NotPermitted' : 'OK'), caller);
      if (caller !== 'student') t.is(await order('own-student', ''), none ?? 'RequestIdConflict', caller);
      const missing = await call(caller, 'CancelOrder', ['none', '']);
      t.is(answerOf('CancelOrder', missing), none ?? 'NotFound', caller);
    }
  },
);

// ---- beds and pick-ups ----------------------------------------------------------------------------

const setBed = async (bed: Bed, ...pickups: Pickup[]): Promise<void> => {
  const old = await app.store.find('pickups');
  await app.store.transaction(async tx => {
    for (const { id } of old) tx.delete('pickups', id);
    tx.put('beds', bed);
    for (const pickup of pickups) tx.put('pickups', pickup);
  });
};

const clear = (): Bed => someBed({ id: printerId });
const occupied = (): Bed => occupyBed(clear(), 'unknown', TIME);
const held = (): Bed => beginClearing(occupied(), PICKUP, TIME);

const pickupOf = (state: PickupState): Pickup => ({
  id: PICKUP,
  state,
  printer: 'Printer1',
  jobId: 0,
  content: 'unknown',
  robot: 'R1',
  account: app.actors.plc.accountId,
  storageLocation: state === 'confirmed' ? 'A1' : '',
  reason: '',
  beginTime: TIME,
  endTime: state === 'inProgress' ? null : TIME,
});

const bedAfter: Readonly<Record<PickupState, () => Bed>> = {
  inProgress: held,
  confirmed: clear,
  failed: () => endClearing(held(), true, TIME),
  released: occupied,
};

const pickupCases: readonly {
  readonly method: MethodName;
  readonly values: unknown[];
  readonly expected: Readonly<Record<PickupState, Expected>>;
}[] = [
  {
    method: 'ConfirmPickup',
    values: [PICKUP, 'A1'],
    expected: { inProgress: 'OK', confirmed: 'OK', failed: 'InvalidState', released: 'InvalidState' },
  },
  {
    method: 'ReportPickupFailed',
    values: [PICKUP, 'stuck'],
    expected: { inProgress: 'OK', confirmed: 'InvalidState', failed: 'OK', released: 'InvalidState' },
  },
  {
    method: 'ReleasePickup',
    values: [PICKUP, ''],
    expected: { inProgress: 'OK', confirmed: 'InvalidState', failed: 'OK', released: 'OK' },
  },
];

test.serial('pick-ups: every role, method and state', async t => {
  for (const state of Object.keys(bedAfter) as PickupState[]) {
    for (const { method, values, expected } of pickupCases) {
      for (const caller of names) {
        await setBed(bedAfter[state](), pickupOf(state));
        const answer = answerOf(method, await call(caller, method, values));
        const machineReleasesFailed =
          callers[caller] === 'machine' && method === 'ReleasePickup' && state === 'failed';
        const allowed = machineReleasesFailed ? 'NotPermitted' : expected[state];
        t.is(answer, refusedByRights(caller, method, 'plc') ?? allowed, `${caller} ${method} ${state}`);
        if (answer !== 'OK') {
          t.deepEqual(await app.store.get('pickups', PICKUP), pickupOf(state));
          t.deepEqual(await bedOf(app.store, 'Printer1'), bedAfter[state]());
        }
      }
    }
  }
});

test.serial('beds: every role and state', async t => {
  const states: Readonly<
    Record<string, { bed: () => Bed; pickups: () => Pickup[]; begin: Expected; clear: Expected }>
  > = {
    clear: { bed: clear, pickups: () => [], begin: 'InvalidState', clear: 'OK' },
    inUse: {
      bed: () => useBed(clear(), 0, TIME),
      pickups: () => [],
      begin: 'InvalidState',
      clear: 'InvalidState',
    },
    occupied: { bed: occupied, pickups: () => [], begin: 'OK', clear: 'OK' },
    held: { bed: held, pickups: () => [pickupOf('inProgress')], begin: 'HeldByOther', clear: 'HeldByOther' },
    failed: {
      bed: bedAfter.failed,
      pickups: () => [pickupOf('failed')],
      begin: 'InvalidState',
      clear: 'OK',
    },
  };
  for (const [state, { bed, pickups, begin, clear: confirm }] of Object.entries(states)) {
    for (const caller of names) {
      const holds = state === 'held' && caller === 'plc';
      await setBed(bed(), ...pickups());
      const begun = await call(caller, 'BeginPickup', ['Printer1', 'R1']);
      t.is(
        answerOf('BeginPickup', begun),
        refusedByRights(caller, 'BeginPickup', caller) ?? (holds ? 'OK' : begin),
        `${caller} BeginPickup ${state}`,
      );
      if (holds) t.is(outputsOf('BeginPickup', begun).PickupId, PICKUP);
      await setBed(bed(), ...pickups());
      t.is(
        answerOf('ConfirmBedClear', await call(caller, 'ConfirmBedClear', ['Printer1'])),
        refusedByRights(caller, 'ConfirmBedClear', caller) ?? (holds ? 'InvalidState' : confirm),
        `${caller} ConfirmBedClear ${state}`,
      );
    }
  }
  await setBed(clear());
});

// ---- printers -------------------------------------------------------------------------------------

test.serial('workers and maintenance: staff alone, whatever the state is', async t => {
  for (const caller of names) {
    for (const [method, values] of [
      ['StopWorker', []],
      ['StopWorker', []],
      ['StartWorker', []],
      ['StartWorker', []],
      ['SetMaintenance', [true, 'new nozzle']],
      ['SetMaintenance', [true, 'new nozzle']],
      ['SetMaintenance', [false, '']],
      ['SetMaintenance', [false, '']],
    ] as const) {
      const answer = answerOf(method, await call(caller, method, ['Printer2', ...values]));
      t.is(answer, refusedByRights(caller, method, caller) ?? 'OK', `${caller} ${method}`);
      const missing = answerOf(method, await call(caller, method, ['Printer9', ...values]));
      t.is(missing, refusedByRights(caller, method, caller) ?? 'NotFound', `${caller} ${method}`);
    }
  }
});

test.serial('no method was left out', t => {
  t.deepEqual([...walked].sort(), Object.keys(methodRights).sort());
});
