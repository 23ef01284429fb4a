import type { Actor } from '../../domain/account.ts';
import type { GcodeFile } from '../../domain/gcode-file.ts';
import { advance, type Job, SERVER_ACTOR } from '../../domain/job.ts';
import { Refusal } from '../../domain/refusal.ts';
import { rightOf } from '../../domain/rights.ts';
import type { Rules } from '../deps.ts';

/** The rule that approves what this account submits, in plain words; '' when staff must look at it. */
const approvalRule = (submitter: Actor, file: GcodeFile, rules: Rules): string => {
  if (rules.autoApprove) return 'every job is approved here (AUTO_APPROVE)';
  if (file.partName !== '') return `${file.partName} is a published part`;
  if (submitter.approvesOwn) return `${submitter.username} may approve what it submits`;
  return '';
};

/** A new job, approved if a rule says so; the rule stands in the history. */
export const approveByRule = (
  job: Job,
  submitter: Actor,
  file: GcodeFile,
  rules: Rules,
  time = job.createTime,
): Job => {
  const rule = approvalRule(submitter, file, rules);
  if (rule === '') return job;
  return advance(job, 'approved', {
    time,
    actor: SERVER_ACTOR,
    reason: `Approved by rule: ${rule}.`,
  });
};

/**
 * A job that is to start now: approved by a rule for its submitter, or by who starts it if that is for them to do.
 * @throws Refusal NotPermitted when staff must look at it first
 */
export const approvedToStart = (
  job: Job,
  starter: Actor,
  file: GcodeFile,
  rules: Rules,
  time = job.createTime,
): Job => {
  if (job.status !== 'created') return job;
  const byRule = job.submitter === starter.accountId ? approveByRule(job, starter, file, rules, time) : job;
  if (byRule.status === 'approved') return byRule;
  if (rightOf('ApproveJob', starter.role) === 'none') {
    throw new Refusal(
      'NotPermitted',
      'Staff must approve it before it may start: store it and have it approved.',
    );
  }
  return advance(job, 'approved', { time, actor: starter.accountId, reason: 'Approved by who started it.' });
};
