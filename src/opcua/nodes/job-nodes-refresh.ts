import type { JobView } from '../../app/application.ts';
import type { Clock, Log } from '../../app/ports.ts';
import { createRepeating, type Repeating } from '../../app/repeating.ts';
import type { Job } from '../../domain/job.ts';
import { isFinished } from '../../domain/job-status.ts';
import type { JobNode } from './job-nodes-values.ts';
import type { TimeSlices } from './time-slices.ts';

export interface JobNodesRefreshDeps {
  readonly nodes: ReadonlyMap<number, JobNode>;
  /** Rows that changed since their node was written: they are shown by others. */
  readonly changed: ReadonlyMap<number, Job>;
  readonly slices: TimeSlices;
  readonly jobViews: (jobs: readonly Job[]) => Promise<readonly JobView[]>;
  readonly show: (view: JobView, node: JobNode) => void;
  /** Resolves when the changes that are known now are shown. */
  readonly settled: () => Promise<void>;
  /** Jobs whose views are asked for at once. */
  readonly chunk: number;
  /** ms */
  readonly every: number;
  readonly clock: Clock;
  readonly log: Log;
}

/** Shows the rows that the nodes have again: what they wait for and how far they are may be another. */
export const createJobNodesRefresh = (deps: JobNodesRefreshDeps): Repeating => {
  const { nodes, changed, slices, jobViews, show, settled, chunk, every, clock, log } = deps;

  const refresh = async (stop: AbortSignal): Promise<void> => {
    await settled();
    const jobs = [...nodes.values()].map(({ job }) => job).filter(job => !isFinished(job));
    for (let at = 0; at < jobs.length && !stop.aborted; at += chunk) {
      for (const view of await jobViews(jobs.slice(at, at + chunk))) {
        slices.push(() => {
          const node = nodes.get(view.job.id);
          // While the view was made a newer row came or was shown already: the older one must not overwrite it.
          if (node?.job === view.job && !changed.has(view.job.id)) show(view, node);
        });
      }
      await slices.idle();
    }
  };

  return createRepeating({ clock, log, every, what: 'The refresh of the waiting reasons', round: refresh });
};
