import type { AddressSpace } from 'node-opcua';
import type { JobView } from '../../app/application.ts';
import type { Commit } from '../../app/commit.ts';
import type { Clock, LiveValues, Log, Reader, Where } from '../../app/ports.ts';
import { unlessUnreadable } from '../../app/unless-unreadable.ts';
import type { Job } from '../../domain/job.ts';
import { followedStatuses, isFinished, jobStatuses, statusCodeOf } from '../../domain/job-status.ts';
import { asciiText } from '../../domain/text.ts';
import { instanceIds, typeIds } from '../model-ids.ts';
import { shortText } from '../short-text.ts';
import { createFollower, type Installed } from './follow-commits.ts';
import { type Instance, instantiate, remove } from './instantiate.ts';
import { createJobRanking } from './job-nodes-ranking.ts';
import { createTimeSlices } from './time-slices.ts';
import { type SlotValue, timeOf } from './variable-slot.ts';

export interface JobNodesDeps {
  readonly addressSpace: AddressSpace;
  readonly store: Reader;
  readonly commit: Pick<Commit, 'listen'>;
  readonly live: LiveValues;
  /** Adds owner, progress and waiting reason. */
  readonly jobViews: (jobs: readonly Job[]) => Promise<readonly JobView[]>;
  readonly clock: Clock;
  readonly log: Log;
  /** JOB_NODES: so many objects at most. */
  readonly limit: number;
  /** ms between a change and its objects; several changes share it. */
  readonly delay?: number;
  /** ms between two looks at what waiting jobs wait for. */
  readonly waitingInterval?: number;
}

const SLICE = 5;
/** Jobs whose views are asked for at once. */
const CHUNK = 50;

/** Together every job that is not finished, without a bucket of the archive that could hold one. */
const unfinished: readonly Where<Job>[] = [
  { fromServer: true, status: jobStatuses.filter(status => !isFinished({ status, fromServer: true })) },
  { fromServer: false, status: jobStatuses.filter(status => !isFinished({ status, fromServer: false })) },
];

const valuesOf = ({
  job,
  ownerName,
  progress,
  waitingReason,
}: JobView): Readonly<Record<string, SlotValue>> => ({
  JobId: job.id,
  StatusCode: statusCodeOf(job.status),
  Status: job.status,
  Owner: shortText(ownerName),
  File: shortText(job.fileName),
  Printer: job.printer,
  OrderId: shortText(job.orderId),
  Priority: job.priority,
  FromServer: job.fromServer,
  Progress: progress,
  WaitingReason: asciiText(waitingReason),
  CreateTime: timeOf(job.createTime),
  StartTime: timeOf(job.startTime),
  EndTime: timeOf(job.endTime),
  StorageLocation: shortText(job.storageLocation),
  Attempt: job.attempt,
  JobOrderId: shortText(job.jobOrderId),
});

interface JobNode {
  readonly instance: Instance;
  job: Job;
}

/**
 * The most important jobs as objects. They follow the commits after a delay and in time slices, so that no method
 * waits for them; too many changes at once cost nodes and never jobs.
 */
export const installJobNodes = (deps: JobNodesDeps): Installed & { settled(): Promise<void> } => {
  const { addressSpace, store, commit, live, jobViews, clock, log, limit } = deps;
  const { delay = 100, waitingInterval = 5000 } = deps;
  const ranking = createJobRanking(limit);
  const nodes = new Map<number, JobNode>();
  /** Rows that changed since their node was written. */
  const changed = new Map<number, Job>();
  const ended = new AbortController();
  const slices = createTimeSlices({
    budget: SLICE,
    onError: error => log.error({ err: error }, 'The nodes of a job could not be changed'),
  });
  let endLive: (() => void) | undefined;
  let stale = false;
  let settling: Promise<void> | undefined;
  let looking: Promise<void> = Promise.resolve();

  const make = (job: Job): JobNode => {
    const instance = instantiate(addressSpace, {
      type: typeIds.PrintJobType,
      parent: instanceIds.Jobs,
      name: String(job.id),
      description: `Print job ${job.id}.`,
    });
    const node = { instance, job };
    nodes.set(job.id, node);
    return node;
  };

  const show = (view: JobView, node: JobNode): void => {
    node.job = view.job;
    const now = clock.now();
    for (const [name, value] of Object.entries(valuesOf(view))) {
      const slot = node.instance.slots.get(name);
      if (slot === undefined) throw new Error(`PrintJobType has no ${name}.`);
      slot.write(value, now);
    }
  };

  const drop = (id: number): void => {
    const node = nodes.get(id);
    if (node === undefined) return;
    nodes.delete(id);
    remove(addressSpace, node.instance);
  };

  const rowOf = async (id: number): Promise<Job | undefined> =>
    changed.get(id) ?? (await unlessUnreadable(store.get('jobs', id)));

  const showAll = async (ids: readonly number[]): Promise<void> => {
    for (let at = 0; at < ids.length && !ended.signal.aborted; at += CHUNK) {
      const rows = await Promise.all(ids.slice(at, at + CHUNK).map(rowOf));
      const found = rows.filter(row => row !== undefined);
      for (const view of await jobViews(found)) {
        // What changed while the views were made is shown in the next round.
        if (changed.get(view.job.id) === view.job) changed.delete(view.job.id);
        slices.push(() => show(view, nodes.get(view.job.id) ?? make(view.job)));
      }
      await slices.idle();
    }
  };

  /** Shows the rows that the nodes have again: what they wait for and how far they are may be another. */
  const refresh = async (): Promise<void> => {
    const jobs = [...nodes.values()].map(({ job }) => job).filter(job => !isFinished(job));
    for (let at = 0; at < jobs.length && !ended.signal.aborted; at += CHUNK) {
      for (const view of await jobViews(jobs.slice(at, at + CHUNK))) {
        slices.push(() => {
          const node = nodes.get(view.job.id);
          // While the view was made a newer row came or was shown already: the older one must not overwrite it.
          if (node?.job === view.job && !changed.has(view.job.id)) show(view, node);
        });
      }
      await slices.idle();
    }
  };

  const settle = async (): Promise<void> => {
    const wanted = ranking.best(limit);
    for (const id of nodes.keys()) if (!wanted.has(id)) slices.push(() => drop(id));
    for (const id of changed.keys()) if (!wanted.has(id)) changed.delete(id);
    await slices.idle();
    await showAll([...wanted].filter(id => changed.has(id) || !nodes.has(id)));
  };

  const settleAll = async (): Promise<void> => {
    while (stale && !ended.signal.aborted) {
      await clock.sleep(delay, ended.signal).catch(() => {});
      if (ended.signal.aborted) return;
      stale = false;
      try {
        await settle();
      } catch (error) {
        log.error({ err: error }, 'The job nodes could not be brought up to date');
      }
    }
  };

  const wake = (): void => {
    stale = true;
    settling ??= settleAll().finally(() => {
      settling = undefined;
    });
  };

  const put = (job: Job): void => {
    ranking.put(job);
    changed.set(job.id, job);
  };

  const follower = createFollower({
    commit,
    name: 'job nodes',
    load: async () => {
      for (const where of unfinished) for (const job of await store.find('jobs', { where })) ranking.put(job);
    },
    apply: ({ changes }) => {
      for (const { collection, before, after } of changes) {
        if (collection !== 'jobs') continue;
        if (after !== undefined) put(after);
        else if (before !== undefined) ranking.delete(before.id);
        wake();
      }
    },
  });

  /** Finished jobs lie in the archive, which start-up must not read. */
  const loadNewest = async (): Promise<void> => {
    const newest = await store.find('jobs', { descending: true, limit });
    for (const job of newest) if (isFinished(job)) ranking.putIfNew(job);
    wake();
  };

  const lookAtWaiting = async (): Promise<void> => {
    while (!ended.signal.aborted) {
      await clock.sleep(waitingInterval, ended.signal).catch(() => {});
      if (ended.signal.aborted) return;
      try {
        await settling;
        await refresh();
      } catch (error) {
        log.error({ err: error }, 'Waiting reasons could not be refreshed');
      }
    }
  };

  const showProgress = (printer: string): void => {
    const snapshot = live.read(printer);
    const progress = snapshot?.job?.progress ?? null;
    if (snapshot === undefined || progress === null) return;
    for (const { job, instance } of nodes.values()) {
      if (job.printer !== printer || !followedStatuses.includes(job.status)) continue;
      instance.slots.get('Progress')?.write(progress, new Date(snapshot.time));
    }
  };

  return {
    async start() {
      endLive = live.onChange('job nodes', showProgress);
      await follower.start();
      wake();
      loadNewest().catch(error => log.error({ err: error }, 'The newest jobs could not be read'));
      looking = lookAtWaiting();
    },
    async stop() {
      endLive?.();
      await follower.stop();
      ended.abort();
      slices.clear();
      await settling;
      await looking;
    },
    /** Resolves when the objects show what is known now. */
    async settled() {
      while (settling !== undefined) await settling;
    },
  };
};
