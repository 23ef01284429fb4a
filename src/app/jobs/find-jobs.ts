import type { Job } from '../../domain/job.ts';
import { isJobStatus, type JobStatus, statusOfCode } from '../../domain/job-status.ts';
import { Refusal } from '../../domain/refusal.ts';
import { checkedRight } from '../access/checked-right.ts';
import { visibleTo } from '../access/visible-to.ts';
import { accountNamed } from '../accounts/account-named.ts';
import type { Application, FindJobsCommand } from '../application.ts';
import type { ApplicationDeps } from '../deps.ts';
import type { Reader, Where } from '../ports.ts';
import { printerRow } from '../printers/find-printer.ts';
import { createJobViews } from './job-views.ts';

const DEFAULT_COUNT = 100;
const MAX_COUNT = 1000;

/** By name or public code. */
const statusOf = (text: string): JobStatus => {
  const status = isJobStatus(text) ? text : statusOfCode(Number(text));
  if (status === undefined) {
    throw new Refusal('InvalidArgument', 'Status must be the name or code of a job status, or empty.');
  }
  return status;
};

const isUInt32 = (value: number): boolean => value >>> 0 === value;

/** The conditions of the command; undefined when nothing can match, such as an unknown owner. */
const conditions = async (reader: Reader, command: FindJobsCommand): Promise<Where<Job> | undefined> => {
  const status = command.status === '' ? {} : { status: statusOf(command.status) };
  const orderId = command.orderId === '' ? {} : { orderId: command.orderId };
  const printer = command.printer === '' ? undefined : await printerRow(reader, command.printer);
  const owner = command.owner === '' ? undefined : await accountNamed(reader, command.owner);
  if (command.printer !== '' && printer === undefined) return undefined;
  if (command.owner !== '' && owner === undefined) return undefined;
  return {
    ...status,
    ...orderId,
    ...(printer && { printer: printer.name }),
    ...(owner && { owner: owner.id }),
  };
};

export const createFindJobs = (deps: ApplicationDeps): Application['findJobs'] => {
  const viewsOf = createJobViews(deps);
  return async (actor, command) => {
    const right = checkedRight(actor, 'FindJobs');
    if (!isUInt32(command.afterJobId) || !isUInt32(command.maxCount)) {
      throw new Refusal('InvalidArgument', 'AfterJobId and MaxCount must not be negative.');
    }
    const where = await conditions(deps.store, command);
    if (where === undefined) return [];
    const limit = Math.min(command.maxCount || DEFAULT_COUNT, MAX_COUNT);
    const found = new Map<number, Job>();
    for (const query of visibleTo(actor, right, where)) {
      const jobs = await deps.store.find('jobs', { where: query, after: command.afterJobId, limit });
      for (const job of jobs) found.set(job.id, job);
    }
    const jobs = [...found.values()].sort((left, right) => left.id - right.id).slice(0, limit);
    return viewsOf(jobs);
  };
};
