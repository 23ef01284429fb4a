import type { Application } from '../../../app/application.ts';
import type { Actor } from '../../../domain/account.ts';
import { Refusal } from '../../../domain/refusal.ts';
import type { ActionName } from '../../../domain/rights.ts';
import { MAX_REASON } from '../../../domain/text.ts';
import { decodeJobOrder, localTexts } from './decode-job-order.ts';
import type { ControlMethod } from './ids.ts';
import { type StateNumber, stateNames, stateOf } from './job-state.ts';

type JobAction = (
  application: CommandApplication,
  actor: Actor,
  jobId: number,
  reason: string,
) => Promise<void>;

export type CommandApplication = Pick<
  Application,
  | 'submitJob'
  | 'getJobOrder'
  | 'startJob'
  | 'holdJob'
  | 'pauseJob'
  | 'resumeJob'
  | 'cancelJob'
  | 'withdrawJob'
  | 'clearJob'
>;

interface JobCommand {
  /** States of OPC 10031-4, 6.2.1, that the method leaves. */
  readonly from: readonly StateNumber[];
  readonly act: JobAction;
}

/** Who may call which method: as they may do the same elsewhere. */
export const commandRights: Readonly<Record<ControlMethod, ActionName>> = {
  Store: 'SubmitJob',
  StoreAndStart: 'SubmitJob',
  Start: 'ReleaseJob',
  RevokeStart: 'HoldJob',
  Pause: 'PauseJob',
  Resume: 'ResumeJob',
  Abort: 'CancelJob',
  Cancel: 'CancelJob',
  Clear: 'ClearJob',
};

const jobCommands: Readonly<Record<Exclude<ControlMethod, 'Store' | 'StoreAndStart'>, JobCommand>> = {
  Start: { from: [1], act: (application, ...of) => application.startJob(...of) },
  RevokeStart: { from: [2], act: (application, ...of) => application.holdJob(...of) },
  Pause: { from: [3], act: (application, actor, jobId) => application.pauseJob(actor, jobId) },
  Resume: { from: [4], act: (application, actor, jobId) => application.resumeJob(actor, jobId) },
  Abort: { from: [1, 2, 3, 4], act: (application, ...of) => application.cancelJob(...of) },
  Cancel: { from: [1, 2], act: (application, ...of) => application.withdrawJob(...of) },
  Clear: { from: [5, 6], act: (application, ...of) => application.clearJob(...of) },
};

/** What people say in a comment, in one line of one language. */
const reasonOf = (comment: unknown): string =>
  (localTexts('Comment', comment)[0]?.text ?? '').replace(/\p{Cc}+/gu, ' ').slice(0, MAX_REASON);

/**
 * Carries out a method of the receiver.
 * @param values its inputs
 * @throws Refusal as the use case does; InvalidState when the state machine has no such transition
 */
export const runCommand = async (
  application: CommandApplication,
  method: ControlMethod,
  actor: Actor,
  values: readonly unknown[],
  now: Date,
): Promise<void> => {
  const [subject, comment] = values;
  if (method === 'Store' || method === 'StoreAndStart') {
    await application.submitJob(actor, decodeJobOrder(subject, method === 'Store', now));
    return;
  }
  const { from, act } = jobCommands[method];
  const reason = reasonOf(comment);
  const job = await application.getJobOrder(actor, typeof subject === 'string' ? subject : '');
  const { number } = stateOf(job);
  if (!from.includes(number)) {
    throw new Refusal('InvalidState', `${method} is not for a job order that is ${stateNames[number]}.`);
  }
  await act(application, actor, job.id, reason);
};
