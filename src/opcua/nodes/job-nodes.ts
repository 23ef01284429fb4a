import type { AddressSpace } from 'node-opcua';
import type { JobView } from '../../app/application.ts';
import type { Commit } from '../../app/commit.ts';
import type { Clock, LiveValues, Log, Reader, Where } from '../../app/ports.ts';
import { unlessUnreadable } from '../../app/unless-unreadable.ts';
import type { Job } from '../../domain/job.ts';
import { followedStatuses, isFinished, jobStatuses, unsettledStatuses } from '../../domain/job-status.ts';
import { isOnline, type PrinterSnapshot } from '../../domain/printer.ts';
import { instanceIds, typeIds } from '../model-ids.ts';
import { createFollower, type Installed } from './follow-commits.ts';
import { instantiate, remove } from './instantiate.ts';
import { createJobRanking } from './job-nodes-ranking.ts';
import { createJobNodesRefresh } from './job-nodes-refresh.ts';
import { type JobNode, showJob, showProgress } from './job-nodes-values.ts';
import type { ModelChanges } from './model-changes.ts';
import { createSettling, type Settling } from './settling.ts';
import { createTimeSlices } from './time-slices.ts';

export interface JobNodesDeps {
  readonly addressSpace: AddressSpace;
  readonly store: Reader;
  readonly commit: Pick<Commit, 'listen'>;
  readonly live: LiveValues;
  /** Absent: nobody is told. */
  readonly modelChanges?: ModelChanges;
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

/**
 * The most important jobs as objects. They follow the commits after a delay and in time slices, so that no method
 * waits for them; too many changes at once cost nodes and never jobs.
 */
export const installJobNodes = (deps: JobNodesDeps): Installed & Pick<Settling, 'settled'> => {
  const { addressSpace, store, commit, live, modelChanges, jobViews, clock, log, limit } = deps;
  const { delay = 100, waitingInterval = 5000 } = deps;
  const ranking = createJobRanking(limit);
  const nodes = new Map<number, JobNode>();
  /** Rows that changed since their node was written. */
  const changed = new Map<number, Job>();
  const slices = createTimeSlices({
    budget: SLICE,
    onError: error => log.error({ err: error }, 'The nodes of a job could not be changed'),
  });
  let endLive: (() => void) | undefined;

  const make = (job: Job): JobNode => {
    const instance = instantiate(addressSpace, {
      type: typeIds.PrintJobType,
      parent: instanceIds.Jobs,
      name: String(job.id),
      description: `Print job ${job.id}.`,
    });
    const node = { instance, job };
    nodes.set(job.id, node);
    modelChanges?.added(instanceIds.Jobs);
    return node;
  };

  const show = (view: JobView, node: JobNode): void =>
    showJob(node, view, live.read(view.job.printer), clock.now());

  const drop = (id: number): void => {
    const node = nodes.get(id);
    if (node === undefined) return;
    nodes.delete(id);
    modelChanges?.deleted(instanceIds.Jobs);
    remove(addressSpace, node.instance);
  };

  const rowOf = async (id: number): Promise<Job | undefined> =>
    changed.get(id) ?? (await unlessUnreadable(store.get('jobs', id)));

  const showAll = async (ids: readonly number[]): Promise<void> => {
    for (let at = 0; at < ids.length && !settling.isEnded(); at += CHUNK) {
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

  const settle = async (): Promise<void> => {
    const wanted = ranking.best(limit);
    for (const id of nodes.keys()) if (!wanted.has(id)) slices.push(() => drop(id));
    for (const id of changed.keys()) if (!wanted.has(id)) changed.delete(id);
    await slices.idle();
    await showAll([...wanted].filter(id => changed.has(id) || !nodes.has(id)));
  };

  const settling = createSettling({ settle, delay, clock, log, what: 'The job nodes' });

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
        settling.wake();
      }
    },
  });

  /** Finished jobs lie in the archive, which start-up must not read. */
  const loadNewest = async (): Promise<void> => {
    const newest = await store.find('jobs', { descending: true, limit });
    for (const job of newest) if (isFinished(job)) ranking.putIfNew(job);
    settling.wake();
  };

  const waiting = createJobNodesRefresh({
    nodes,
    changed,
    slices,
    jobViews,
    show,
    settled: async () => settling.current(),
    chunk: CHUNK,
    every: waitingInterval,
    clock,
    log,
  });

  const follow = (printer: string, snapshot: PrinterSnapshot): void => {
    const progress = snapshot.job?.progress ?? null;
    // Most printers have nothing to tell; a print whose progress is not told shows in the next refresh.
    if (progress === null && isOnline(snapshot.state)) return;
    for (const node of nodes.values()) {
      const { status, printer: printedBy } = node.job;
      if (printedBy !== printer || !unsettledStatuses.includes(status)) continue;
      const isFollowed = progress !== null && followedStatuses.includes(status);
      showProgress(node, snapshot, clock.now(), isFollowed ? progress : undefined);
    }
  };

  return {
    async start() {
      endLive = live.onChange('job nodes', follow);
      await follower.start();
      settling.wake();
      loadNewest().catch(error => log.error({ err: error }, 'The newest jobs could not be read'));
      await waiting.start();
    },
    async stop() {
      endLive?.();
      await follower.stop();
      const ended = settling.end();
      const refreshed = waiting.stop();
      slices.clear();
      await ended;
      await refreshed;
    },
    settled: settling.settled,
  };
};
