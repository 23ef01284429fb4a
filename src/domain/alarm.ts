/** Conditions of OPC 10000-9 without branches, as facts and pure transitions. */

export const printerAlarmKinds = ['Fault', 'Attention', 'PlateWaiting', 'PickupOverdue'] as const;
export const serverAlarmKinds = ['CentralServer', 'DiskSpace', 'Certificate'] as const;
export type PrinterAlarmKind = (typeof printerAlarmKinds)[number];
export type ServerAlarmKind = (typeof serverAlarmKinds)[number];
export type AlarmKind = PrinterAlarmKind | ServerAlarmKind;

const SECOND = 1000;

interface AlarmRule {
  /** ms for which what is wrong must last before it is an alarm: what comes and goes is none. */
  readonly raiseAfter: number;
  /** ms for which it must be over. */
  readonly clearAfter: number;
  /** Stays until a person has acknowledged and confirmed it; else its end settles it. */
  readonly latched: boolean;
}

const rule = (raiseAfter: number, clearAfter: number, latched: boolean): AlarmRule => ({
  raiseAfter: raiseAfter * SECOND,
  clearAfter: clearAfter * SECOND,
  latched,
});

/** A plate that waits and a printer that wants a hand are everyday: whoever has gone there has dealt with it. */
export const alarmRules: Readonly<Record<AlarmKind, AlarmRule>> = {
  Fault: rule(3, 3, true),
  Attention: rule(3, 3, false),
  PlateWaiting: rule(0, 0, false),
  PickupOverdue: rule(0, 0, true),
  CentralServer: rule(30, 0, true),
  DiskSpace: rule(0, 60, true),
  Certificate: rule(0, 0, true),
};

/** ms; for so long nothing may be known of an active alarm's cause before it says so. */
export const UNCERTAIN_AFTER = 30 * SECOND;

export type Shelving = 'unshelved' | 'timed' | 'oneShot';

export interface AlarmComment {
  readonly text: string;
  readonly locale: string;
  /** Name of the account; '' when nobody has said anything. */
  readonly by: string;
  readonly time: string;
}

/** One condition of one source: at most one row for each, `id` is `<source>/<kind>`. Times are ISO 8601, UTC. */
export interface Alarm {
  readonly id: string;
  /** A printer's name; '' for the server. */
  readonly source: string;
  readonly kind: AlarmKind;
  readonly active: boolean;
  readonly acked: boolean;
  /** False from the acknowledgement to the confirmation (OPC 10000-9, annex B.1). */
  readonly confirmed: boolean;
  readonly enabled: boolean;
  readonly shelving: Shelving;
  /** When it is unshelved by itself; null while unshelved. */
  readonly unshelveTime: string | null;
  readonly message: string;
  /** 1–1000 (OPC 10000-5, 6.4.2). */
  readonly severity: number;
  readonly lastSeverity: number;
  /** Nothing is known of its cause any more, such as the fault of a printer that does not answer. */
  readonly uncertain: boolean;
  readonly comment: AlarmComment;
  /** When each state was entered. */
  readonly since: {
    readonly enabled: string;
    readonly active: string;
    readonly acked: string;
    readonly confirmed: string;
    readonly shelving: string;
    readonly severity: string;
    readonly quality: string;
  };
  /** Of the latest change. */
  readonly time: string;
}

export const alarmId = (source: string, kind: AlarmKind): string => `${source}/${kind}`;

/** What is seen of an alarm's cause. */
export interface AlarmFact {
  /** Undefined: not known now. */
  readonly active: boolean | undefined;
  /** Why, while active. */
  readonly message: string;
  readonly severity: number;
}

/** Of interest to those who watch alarms: what ConditionRefresh tells. */
export const isRetained = ({ enabled, active, acked, confirmed }: Alarm): boolean =>
  enabled && (active || !acked || !confirmed);

/** More than the ordinary rest: it has to be found by its id. */
export const isShown = (alarm: Alarm): boolean =>
  isRetained(alarm) || !alarm.enabled || alarm.shelving !== 'unshelved';

const quiet = (source: string, kind: AlarmKind, time: string): Alarm => ({
  id: alarmId(source, kind),
  source,
  kind,
  active: false,
  acked: true,
  confirmed: true,
  enabled: true,
  shelving: 'unshelved',
  unshelveTime: null,
  message: '',
  severity: 1,
  lastSeverity: 1,
  uncertain: false,
  comment: { text: '', locale: '', by: '', time },
  since: {
    enabled: time,
    active: time,
    acked: time,
    confirmed: time,
    shelving: time,
    severity: time,
    quality: time,
  },
  time,
});

/** A row with `changes` and the times of the states that they change. */
export const changeAlarm = (alarm: Alarm, changes: Partial<Alarm>, time: string): Alarm => {
  const changed = { ...alarm, ...changes, time };
  const sinceOf = (state: keyof Alarm & keyof Alarm['since']): string =>
    changed[state] === alarm[state] ? alarm.since[state] : time;
  return {
    ...changed,
    lastSeverity: changed.severity === alarm.severity ? alarm.lastSeverity : alarm.severity,
    since: {
      enabled: sinceOf('enabled'),
      active: sinceOf('active'),
      acked: sinceOf('acked'),
      confirmed: sinceOf('confirmed'),
      shelving: sinceOf('shelving'),
      severity: sinceOf('severity'),
      quality: changed.uncertain === alarm.uncertain ? alarm.since.quality : time,
    },
  };
};

const raise = (alarm: Alarm, { message, severity }: AlarmFact, time: string): Alarm =>
  changeAlarm(
    alarm,
    {
      active: true,
      acked: false,
      confirmed: true,
      uncertain: false,
      message,
      severity,
      comment: { text: '', locale: '', by: '', time },
    },
    time,
  );

export const unshelved = { shelving: 'unshelved', unshelveTime: null } as const;

const clear = (alarm: Alarm, time: string): Alarm =>
  changeAlarm(
    alarm,
    {
      active: false,
      uncertain: false,
      message: `Over: ${alarm.message}`.slice(0, 200),
      ...(!alarmRules[alarm.kind].latched && { acked: true, confirmed: true }),
      ...(alarm.shelving === 'oneShot' && unshelved),
    },
    time,
  );

/**
 * What becomes of an alarm by what is seen now; the very same object when nothing does. Its message stays that of its
 * beginning, since printers' own words may count down. A disabled one takes no notice.
 * @param alarm undefined: there was none yet
 */
export const observeAlarm = (
  alarm: Alarm | undefined,
  source: string,
  kind: AlarmKind,
  fact: AlarmFact,
  now: Date,
): Alarm | undefined => {
  const { active, message, severity } = fact;
  // The time is written out for a change alone: most facts of a printer, at each reading, are none.
  const changed = (from: Alarm, changes: Partial<Alarm>): Alarm =>
    changeAlarm(from, changes, now.toISOString());
  if (alarm === undefined) {
    if (active !== true) return undefined;
    const time = now.toISOString();
    return raise(quiet(source, kind, time), fact, time);
  }
  if (!alarm.enabled) return alarm;
  if (active === undefined) {
    return alarm.active && !alarm.uncertain ? changed(alarm, { uncertain: true }) : alarm;
  }
  if (active && !alarm.active) return raise(alarm, fact, now.toISOString());
  if (!active) return alarm.active ? clear(alarm, now.toISOString()) : alarm;
  if (severity !== alarm.severity) return changed(alarm, { severity, message, uncertain: false });
  return alarm.uncertain ? changed(alarm, { uncertain: false }) : alarm;
};
