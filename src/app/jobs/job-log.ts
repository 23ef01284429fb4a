import { onPrinterStatuses } from '../../domain/job-status.ts';
import type { Commit } from '../commit.ts';
import type { Log, Store } from '../ports.ts';

export interface JobLogDeps {
  readonly store: Store;
  readonly commit: Commit;
  readonly log: Log;
}

/** A line for each step of each job, so that the log alone tells what happened; names of people are not in it. */
export const createJobLog = ({ store, commit, log }: JobLogDeps) => {
  let unlisten: (() => void) | undefined;
  return {
    async start(): Promise<void> {
      unlisten = commit.listen('job log', ({ changes, reason }) => {
        for (const { collection, before, after } of changes) {
          if (collection !== 'jobs' || after === undefined || before?.status === after.status) continue;
          const why = after.history.at(-1)?.reason || reason;
          log.info(
            {
              job: after.id,
              from: before?.status,
              printer: after.printer || undefined,
              why: why || undefined,
            },
            `Job ${after.id} is ${after.status}`,
          );
        }
      });
      for (const { id, status, printer } of await store.find('jobs', {
        where: { status: onPrinterStatuses },
      })) {
        log.info({ job: id, printer }, `Job ${id} is ${status} on ${printer}: followed again`);
      }
    },
    async stop(): Promise<void> {
      unlisten?.();
    },
  };
};
