import test from 'ava';
import { roles } from '../../src/domain/account.ts';
import { type MethodName, methodRights, rightOf } from '../../src/domain/rights.ts';

/** The column *Who* of the contract: u, m, o; a star means own only. */
const who: Readonly<Record<MethodName, string>> = {
  SubmitJob: 'u* m o',
  RetryJob: 'u* m* o',
  CancelJob: 'u* m* o',
  RejectJob: 'o',
  PauseJob: 'u* m* o',
  ResumeJob: 'u* m* o',
  ApproveJob: 'o',
  CollectJob: 'u* m o',
  AssignJob: 'o',
  ResolveJob: 'o',
  GetJob: 'u* m o',
  FindJobs: 'u* m o',
  SubmitOrder: 'u* m* o',
  CancelOrder: 'u* m* o',
  GetOrder: 'u* m o',
  StartWorker: 'o',
  StopWorker: 'o',
  SetMaintenance: 'o',
  BeginPickup: 'm o',
  ConfirmPickup: 'm* o',
  ReportPickupFailed: 'm* o',
  ReleasePickup: 'm* o',
  ConfirmBedClear: 'm o',
};

test('the rights of every role are those of the contract', t => {
  const methods = Object.keys(methodRights) as MethodName[];
  t.deepEqual(methods.sort(), (Object.keys(who) as MethodName[]).sort());
  for (const method of methods) {
    const words = who[method].split(' ');
    for (const role of roles) {
      const letter = role === 'admin' ? 'o' : role.charAt(0);
      const expected = words.includes(letter) ? 'any' : words.includes(`${letter}*`) ? 'own' : 'none';
      t.is(rightOf(method, role), expected, `${method} by ${role}`);
    }
  }
});
