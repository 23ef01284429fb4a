import type { Job } from '../domain/job.ts';
import { isOnline, type Printer, type PrinterSnapshot } from '../domain/printer.ts';
import { shownFile, shownPrint } from '../domain/shown-print.ts';

/**
 * good: as the printer told it; uncertain: the last known value of a printer that is no longer followed; unsaid: the
 * printer answers and does not say; bad: nobody knows.
 */
export type Quality = 'good' | 'uncertain' | 'unsaid' | 'bad';

export interface CentralValue {
  /** Browse path below the printer, such as `nozzle/actual`. */
  readonly path: string;
  /** NaN for a number that nobody knows or that the printer does not say. */
  readonly value: string | number | Date;
  readonly quality: Quality;
  /** Becomes the SourceTimestamp. */
  readonly time: Date;
}

/** Every variable of a printer in the central server. `state` is last: who sees it change finds the rest there. */
export const centralPaths = [
  'url',
  'camera_url',
  'model',
  'update_time',
  'nozzle/target',
  'nozzle/actual',
  'bed/target',
  'bed/actual',
  'head/x',
  'head/y',
  'head/z',
  'job/file',
  'job/progress',
  'job/time_left',
  'job/time_left_approx',
  'job/time_used',
  'state',
] as const;
export type CentralPath = (typeof centralPaths)[number];

/** What `state` says of a printer that doesn't answer or isn't followed. */
const OFFLINE = 'Offline';

/** Without user name and password: a URL may carry them, and everybody reads the central server. */
const withoutCredentials = (url: string): string => {
  if (!URL.canParse(url)) return '';
  const parsed = new URL(url);
  if (parsed.username === '' && parsed.password === '') return url;
  parsed.username = '';
  parsed.password = '';
  return parsed.href;
};

export interface CentralFacts {
  readonly printer: Printer;
  readonly snapshot: PrinterSnapshot | undefined;
  /** The one that is on the printer, scheduled to unknown. */
  readonly job: Job | undefined;
  /** The snapshot is too old, or nobody follows the printer any more. */
  readonly stale: boolean;
  readonly now: Date;
}

/** What the printer is set up as; known even while it was never read. */
const staticValues = ({ printer, now }: CentralFacts): readonly CentralValue[] => {
  const known = (path: CentralPath, value: string): CentralValue => ({
    path,
    value,
    quality: 'good',
    time: now,
  });
  return [
    known('url', withoutCredentials(printer.url)),
    known('camera_url', withoutCredentials(printer.cameraUrl)),
    known('model', printer.model),
  ];
};

/**
 * All values of one printer, in the order of `centralPaths`. `state` is the neutral name of the printer's state
 * (`idle`, `printing`, `paused`, `error` …, see `domain/printer.ts`), or `Offline`. Of a printer that is lost
 * nothing is told as good but that.
 */
export const centralValues = (facts: CentralFacts): readonly CentralValue[] => {
  const { snapshot, stale, now } = facts;
  if (snapshot === undefined) {
    const state: CentralValue = { path: 'state', value: OFFLINE, quality: 'good', time: now };
    return [...staticValues(facts), state];
  }
  const time = new Date(snapshot.time);
  const answers = isOnline(snapshot.state);
  const followed = answers && !stale;
  const quality: Quality = followed ? 'good' : answers ? 'uncertain' : 'bad';
  const told = (path: CentralPath, value: CentralValue['value'] | null): CentralValue => ({
    path,
    value: value ?? Number.NaN,
    quality: value === null && quality === 'good' ? 'unsaid' : quality,
    time,
  });
  // A printer that answers and has no job is known to have none; one that doesn't answer may have any.
  const none = answers ? 0 : null;
  const print = shownPrint(snapshot, facts.job);
  return [
    ...staticValues(facts),
    told('update_time', time),
    told('nozzle/target', snapshot.nozzle.target),
    told('nozzle/actual', snapshot.nozzle.actual),
    told('bed/target', snapshot.bed.target),
    told('bed/actual', snapshot.bed.actual),
    told('head/x', snapshot.head.x),
    told('head/y', snapshot.head.y),
    told('head/z', snapshot.head.z),
    told('job/file', shownFile(print, facts.job)),
    told('job/progress', print === null ? none : print.progress),
    told('job/time_left', print === null ? none : print.timeLeft),
    told('job/time_left_approx', print === null ? none : print.timeLeftApprox),
    told('job/time_used', print === null ? none : print.timeUsed),
    {
      path: 'state',
      value: followed ? snapshot.state : OFFLINE,
      quality: 'good',
      time: followed ? time : now,
    },
  ];
};
