import { isOnline, type Printer, type PrinterSnapshot } from '../domain/printer.ts';

/**
 * good: as the printer told it, also that it does not say; uncertain: the last known value of a printer that is no
 * longer followed; bad: nobody knows.
 */
export type Quality = 'good' | 'uncertain' | 'bad';

export interface CentralValue {
  /** Browse path below the printer, such as `nozzle/actual`. */
  readonly path: string;
  /**
   * NaN for a number that nobody knows or that the printer does not say: with good quality then, since many
   * clients fail on a read that is not Good.
   */
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
export const OFFLINE = 'Offline';

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
  /** What people call the file that is on the printer; '' to take the printer's own name of it. */
  readonly fileName: string;
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
  const { snapshot, fileName, stale, now } = facts;
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
    quality,
    time,
  });
  // A printer that answers and has no job is known to have none; one that doesn't answer may have any.
  const none = answers ? 0 : null;
  const job = snapshot.job;
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
    told('job/file', job === null ? '' : fileName || job.file),
    told('job/progress', job === null ? none : job.progress),
    told('job/time_left', job === null ? none : job.timeLeft),
    told('job/time_left_approx', job === null ? none : job.timeLeftApprox),
    told('job/time_used', job === null ? none : job.timeUsed),
    {
      path: 'state',
      value: followed ? snapshot.state : OFFLINE,
      quality: 'good',
      time: followed ? time : now,
    },
  ];
};
