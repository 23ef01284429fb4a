import type { Job } from '../../domain/job.ts';
import { followedStatuses } from '../../domain/job-status.ts';
import type { JobView } from '../application.ts';
import type { ApplicationDeps } from '../deps.ts';
import { placingConditions } from '../dispatch/conditions.ts';
import { type Lab, readLab } from '../printers/lab.ts';
import { explainedByLab, waitingReasonOf } from './waiting-reason.ts';

const emptyLab: Lab = { places: [], onPrinters: [] };

/** Asks once for each key. */
const remembering = <Key, Value>(ask: (key: Key) => Promise<Value>): ((key: Key) => Promise<Value>) => {
  const answers = new Map<Key, Promise<Value>>();
  return key => {
    const known = answers.get(key) ?? ask(key);
    answers.set(key, known);
    return known;
  };
};

/** Adds to jobs what is derived or live; the lab, each file and each name are read once for all of them. */
export const createJobViews = ({ store, live, clock, rules }: ApplicationDeps) => {
  const progressOf = (job: Job): number => {
    const progress = followedStatuses.includes(job.status)
      ? live.read(job.printer)?.job?.progress
      : undefined;
    return progress ?? job.progress;
  };

  return async (jobs: readonly Job[]): Promise<readonly JobView[]> => {
    const needsLab = jobs.some(job => explainedByLab.includes(job.status));
    const lab = needsLab ? await readLab({ store, live, clock }) : emptyLab;
    const conditions = placingConditions({ clock, rules }, lab);
    const nameOf = remembering(async (id: string) => (await store.get('accounts', id))?.username ?? '');
    const fileOf = remembering((id: string) => store.get('files', id));
    // Waiting jobs of the same file and wish wait for the same.
    const reasons = new Map<string, string>();
    const reasonOf = async (job: Job): Promise<string> => {
      if (job.status !== 'approved') return waitingReasonOf(job, undefined, lab, conditions);
      const key = JSON.stringify([job.fileId, job.wantedPrinter, job.held]);
      const known = reasons.get(key);
      if (known !== undefined) return known;
      const reason = waitingReasonOf(job, await fileOf(job.fileId), lab, conditions);
      reasons.set(key, reason);
      return reason;
    };
    const views: JobView[] = [];
    for (const job of jobs) {
      views.push({
        job,
        ownerName: job.owner === '' ? '' : await nameOf(job.owner),
        progress: progressOf(job),
        waitingReason: await reasonOf(job),
      });
    }
    return views;
  };
};
