import { openStatuses, startedStatuses } from '../domain/job-status.ts';
import { plateOf } from '../domain/pickup.ts';
import { isOnline } from '../domain/printer.ts';
import type { Application } from './application.ts';
import type { ApplicationDeps } from './deps.ts';
import { readLab } from './printers/lab.ts';

/** Counts are cheap in the store and the rest is per printer: polled every second, it costs next to nothing. */
export const createFigures =
  ({ store, live, clock, rules }: ApplicationDeps): Application['figures'] =>
  async () => {
    const [lab, open, jobsToApprove, jobsWaiting, jobsPrinting, jobsUnknown] = await Promise.all([
      readLab({ store, live, clock }),
      store.count('jobs', { status: openStatuses }),
      store.count('jobs', { status: 'created' }),
      store.count('jobs', { status: 'approved' }),
      store.count('jobs', { status: startedStatuses }),
      store.count('jobs', { status: 'unknown' }),
    ]);
    const online = lab.places.filter(({ printer }) => {
      const snapshot = live.read(printer.name);
      return snapshot !== undefined && isOnline(snapshot.state);
    });
    return {
      accepting: open < rules.maxOpenJobs,
      jobsToApprove,
      jobsWaiting,
      jobsPrinting,
      jobsUnknown,
      pickupsWaiting: lab.places.filter(({ bed, pickup }) => plateOf(bed, pickup).state === 'requested')
        .length,
      printersOnline: online.length,
      printersReady: lab.places.filter(({ notReady }) => notReady === '').length,
    };
  };
