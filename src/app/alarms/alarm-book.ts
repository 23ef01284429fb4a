import {
  type Alarm,
  type AlarmFact,
  type AlarmKind,
  alarmId,
  alarmRules,
  observeAlarm,
  UNCERTAIN_AFTER,
} from '../../domain/alarm.ts';
import {
  type AlarmRefusal,
  type AlarmStep,
  isShelvingOver,
  unshelveAlarm,
} from '../../domain/alarm-steps.ts';
import { SERVER_ACTOR } from '../../domain/job.ts';
import type { Commit } from '../commit.ts';
import type { Clock, Log, Reader } from '../ports.ts';
import { createRepeating } from '../repeating.ts';

export interface AlarmBookDeps {
  readonly store: Reader;
  readonly commit: Commit;
  readonly clock: Clock;
  readonly log: Log;
}

/** Whose alarms are kept in the store, so that an acknowledged one stays so over a restart. */
export interface AlarmBook {
  start(): Promise<void>;
  stop(): Promise<void>;
  get(id: string): Alarm | undefined;
  all(): Iterable<Alarm>;
  /** Cheap while nothing changes: only a change is stored, and nobody waits for it. */
  observe(source: string, kind: AlarmKind, fact: AlarmFact): void;
  /**
   * What a person does with an alarm: on disk once it resolves, and told as a publication.
   * @param accountId whose doing it is
   * @returns why it was not possible, or undefined
   */
  change(id: string, accountId: string, step: AlarmStep): Promise<AlarmRefusal | 'unknown' | undefined>;
  /** The source has gone for good, and its alarms with it. */
  forget(source: string): void;
}

interface Waiting {
  readonly source: string;
  readonly kind: AlarmKind;
  readonly fact: AlarmFact;
  /** Since when it has been seen so, in ms. */
  readonly since: number;
}

/** ms: facts that must last are looked at so often, and shelved alarms. */
const LOOK_EVERY = 1000;

/** When a thousand printers fail at once, the others wait for the next look. */
const MAX_AT_ONCE = 200;

const delayOf = (kind: AlarmKind, active: boolean | undefined): number => {
  if (active === undefined) return UNCERTAIN_AFTER;
  return active ? alarmRules[kind].raiseAfter : alarmRules[kind].clearAfter;
};

export const createAlarmBook = ({ store, commit, clock, log }: AlarmBookDeps): AlarmBook => {
  const alarms = new Map<string, Alarm>();
  /** Facts that would change an alarm, by its id, until they have lasted long enough and are stored. */
  const waiting = new Map<string, Waiting>();
  const storing = new Set<string>();
  const running = new Set<Promise<void>>();
  let failing = false;
  let endListening: (() => void) | undefined;

  /** Every failure of the store is tried again with the next look; the first of a row is logged. */
  const run = (id: string, work: () => Promise<void>): void => {
    if (storing.has(id)) return;
    storing.add(id);
    const ended = work()
      .then(() => {
        failing = false;
      })
      .catch(error => {
        if (!failing) log.error({ err: error, alarm: id }, 'An alarm could not be stored: it is tried again');
        failing = true;
      })
      .finally(() => {
        storing.delete(id);
        running.delete(ended);
      });
    running.add(ended);
  };

  const settle = (id: string, { source, kind, fact }: Waiting): void =>
    run(id, async () => {
      await commit({ actor: SERVER_ACTOR }, async tx => {
        const before = await tx.get('alarms', id);
        const after = observeAlarm(before, source, kind, fact, clock.now());
        if (after !== undefined && after !== before) tx.put('alarms', after);
      });
      if (waiting.get(id)?.fact.active === fact.active) waiting.delete(id);
    });

  const isDue = ({ kind, fact, since }: Waiting, now: number): boolean =>
    now - since >= delayOf(kind, fact.active);

  const observe: AlarmBook['observe'] = (source, kind, fact) => {
    const id = alarmId(source, kind);
    const now = clock.now();
    const alarm = alarms.get(id);
    if (observeAlarm(alarm, source, kind, fact, now) === alarm) {
      waiting.delete(id);
      return;
    }
    const before = waiting.get(id);
    const since = before !== undefined && before.fact.active === fact.active ? before.since : now.getTime();
    const one = { source, kind, fact, since };
    waiting.set(id, one);
    if (isDue(one, now.getTime())) settle(id, one);
  };

  const change: AlarmBook['change'] = (id, accountId, step) =>
    commit({ actor: accountId }, async tx => {
      const before = await tx.get('alarms', id);
      if (before === undefined) return 'unknown';
      const after = step(before, clock.now());
      if (typeof after === 'string') return after;
      tx.put('alarms', after);
      return undefined;
    });

  const remove = (id: string): void =>
    run(id, () =>
      commit({ actor: SERVER_ACTOR }, async tx => {
        if ((await tx.get('alarms', id)) !== undefined) tx.delete('alarms', id);
      }),
    );

  const look = async (): Promise<void> => {
    const now = clock.now();
    for (const [id, one] of waiting) {
      if (storing.size >= MAX_AT_ONCE) break;
      if (isDue(one, now.getTime())) settle(id, one);
    }
    for (const alarm of alarms.values()) {
      if (!isShelvingOver(alarm, now)) continue;
      run(alarm.id, async () => {
        await change(alarm.id, SERVER_ACTOR, unshelveAlarm);
      });
    }
  };

  const looking = createRepeating({
    clock,
    log,
    every: LOOK_EVERY,
    what: 'The look at the alarms',
    round: look,
  });

  return {
    async start() {
      for (const alarm of await store.find('alarms')) alarms.set(alarm.id, alarm);
      endListening = commit.listen('alarm book', ({ changes }) => {
        for (const { collection, before, after } of changes) {
          if (collection !== 'alarms') continue;
          if (after !== undefined) alarms.set(after.id, after);
          else if (before !== undefined) alarms.delete(before.id);
        }
      });
      await looking.start();
    },
    async stop() {
      await looking.stop();
      await Promise.all(running);
      endListening?.();
    },
    get: id => alarms.get(id),
    all: () => alarms.values(),
    observe,
    change,
    forget(source) {
      for (const [id, one] of waiting) if (one.source === source) waiting.delete(id);
      for (const alarm of alarms.values()) if (alarm.source === source) remove(alarm.id);
    },
  };
};
