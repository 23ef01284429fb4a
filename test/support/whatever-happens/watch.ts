/** Looks at each commit and each start, and says what should never have been. */
import type { Commit } from '../../../src/app/commit.ts';
import type { CollectionName, RowChange, Store } from '../../../src/app/ports.ts';
import type { Bed } from '../../../src/domain/bed.ts';
import type { Job } from '../../../src/domain/job.ts';
import type { Pickup } from '../../../src/domain/pickup.ts';
import { bedFault, historyFault } from '../lab/history.ts';

const isPrefix = (before: Job, after: Job): boolean =>
  before.history.every((entry, index) => {
    const now = after.history[index];
    return now?.status === entry.status && now.time === entry.time && now.actor === entry.actor;
  });

export type Watch = ReturnType<typeof createWatch>;

export const createWatch = () => {
  const jobs = new Map<number, Job>();
  const beds = new Map<number, Bed>();
  const pickups = new Map<number, Pickup>();
  const faults = new Set<string>();
  const asked = new Set<string>();
  /** Jobs whose cancel was answered with "accepted". */
  const cancelled = new Map<number, { readonly started: boolean }>();

  const blame = (...found: readonly string[]): void => {
    for (const one of found) if (one !== '') faults.add(one);
  };

  const goesOn = (before: Job | undefined, after: Job): void => {
    if (before !== undefined && !isPrefix(before, after)) blame(`job ${after.id} has another past now`);
    blame(historyFault(after));
  };

  const take = (change: RowChange): void => {
    const { collection, after } = change;
    if (after === undefined) return;
    if (collection === 'jobs') {
      goesOn(jobs.get(after.id), after);
      jobs.set(after.id, after);
    }
    if (collection === 'beds') beds.set(after.id, after);
    if (collection === 'pickups') pickups.set(after.id, after);
  };

  const compare = (): void => {
    for (const bed of beds.values()) blame(bedFault(bed, [...jobs.values()]));
    for (const printer of new Set([...pickups.values()].map(one => one.printer))) {
      const holds = [...pickups.values()].filter(
        one => one.printer === printer && one.state === 'inProgress',
      );
      if (holds.length > 1) blame(`${holds.map(({ id }) => id)} all hold ${printer}`);
    }
  };

  const refresh = async <C extends CollectionName>(store: Store, collection: C): Promise<void> => {
    for (const row of await store.find(collection)) {
      take({ collection, before: undefined, after: row } as unknown as RowChange);
    }
  };

  return {
    faults,
    jobs: (): readonly Job[] => [...jobs.values()].sort((left, right) => left.id - right.id),
    beds: (): readonly Bed[] => [...beds.values()],
    pickups: (): readonly Pickup[] => [...pickups.values()],
    /** A new process has read its disk: nothing that anybody was told of is missing or undone. */
    async opened(store: Store, commit: Commit): Promise<void> {
      for (const { id } of jobs.values()) {
        if ((await store.get('jobs', id)) === undefined) blame(`job ${id} has disappeared`);
      }
      for (const { id, state } of pickups.values()) {
        const now = await store.get('pickups', id);
        if (now === undefined) blame(`pick-up ${id} has disappeared`);
        else if (state !== 'inProgress' && now.state === 'inProgress') blame(`pick-up ${id} is undone`);
      }
      await refresh(store, 'jobs');
      await refresh(store, 'beds');
      await refresh(store, 'pickups');
      compare();
      commit.listen('watch', ({ changes }) => {
        for (const change of changes) take(change);
        compare();
      });
    },
    /** However a machine takes it: a start is sent once. */
    asked(file: string): void {
      if (asked.has(file)) blame(`a start of ${file} was sent twice`);
      asked.add(file);
    },
    cancelAccepted(id: number, started: boolean): void {
      if (!cancelled.has(id)) cancelled.set(id, { started });
    },
    /** A machine begins to print a file because this server has said so. */
    starting(printer: string, file: string, plateIsFree: boolean, before: readonly string[]): void {
      const job = [...jobs.values()].find(one => file.startsWith(`mes-${one.id}-`));
      const bed = [...beds.values()].find(one => one.printer === printer);
      const hold = [...pickups.values()].find(one => one.printer === printer && one.state === 'inProgress');
      const what = `${file} was started on ${printer}`;
      if (before.some(one => one.startsWith(`mes-${job?.id}-`))) blame(`${what} for a second time`);
      if (!plateIsFree) blame(`${what} onto a plate that is not free`);
      if (hold !== undefined) blame(`${what} while pick-up ${hold.id} is under way`);
      if (job?.status !== 'starting') blame(`${what} while its job was ${job?.status}`);
      if (bed?.state !== 'inUse' || bed.jobId !== job?.id) blame(`${what} without a stored intent`);
      if (cancelled.get(job?.id ?? 0)?.started === false) blame(`${what} after its cancel was accepted`);
    },
  };
};
