import type { Actor } from '../../domain/account.ts';
import type { GcodeFile } from '../../domain/gcode-file.ts';
import { advance, type Job, SERVER_ACTOR } from '../../domain/job.ts';
import type { Rules } from '../deps.ts';

/** The rule that approves what this account submits, in plain words; '' when staff must look at it. */
const approvalRule = (submitter: Actor, file: GcodeFile, rules: Rules): string => {
  if (rules.autoApprove) return 'every job is approved here (AUTO_APPROVE)';
  if (file.partName !== '') return `${file.partName} is a published part`;
  if (submitter.approvesOwn) return `${submitter.username} may approve what it submits`;
  return '';
};

/** A new job, approved if a rule says so; the rule stands in the history. */
export const approveByRule = (job: Job, submitter: Actor, file: GcodeFile, rules: Rules): Job => {
  const rule = approvalRule(submitter, file, rules);
  if (rule === '') return job;
  return advance(job, 'approved', {
    time: job.createTime,
    actor: SERVER_ACTOR,
    reason: `Approved by rule: ${rule}.`,
  });
};
