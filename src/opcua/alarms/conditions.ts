import { randomBytes } from 'node:crypto';
import {
  type AddressSpace,
  DataType,
  type IEventData,
  StatusCodes,
  type UAObject,
  type UAVariable,
  Variant,
} from 'node-opcua';
import type { Clock, Log } from '../../app/ports.ts';
import { type Alarm, isRetained, isShown } from '../../domain/alarm.ts';
import { instanceIds } from '../model-ids.ts';
import { findObject } from '../nodes/find-node.ts';
import { createTimeSlices } from '../nodes/time-slices.ts';
import { alarmTypes, sourceIdOf } from './alarm-types.ts';
import { conditionEvent } from './condition-event.ts';
import { createConditionFields } from './condition-fields.ts';
import { addCondition, addVariables, removeCondition, writeVariables } from './condition-nodes.ts';
import { type ConditionValues, conditionValues, endedAlarm, unshelveIn } from './condition-values.ts';

export interface ConditionsDeps {
  readonly addressSpace: AddressSpace;
  /** Fields that a kind has beyond the others. */
  readonly furtherOf: (alarm: Alarm) => ConditionValues;
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Log;
}

export interface ConditionTold {
  readonly event: IEventData;
  readonly places: readonly UAObject[];
}

interface Condition {
  alarm: Alarm;
  readonly object: UAObject;
  variables: ReadonlyMap<string, UAVariable> | undefined;
  /** Of the latest event, told again by a refresh. */
  eventId: Buffer;
  /** Hexadecimal, the newest last: events of this occurrence, by any of which it can be acknowledged. */
  eventIds: readonly string[];
}

/** Each change of an alarm has an event; a person answers one of the last. */
const KNOWN_EVENTS = 20;
/** Counts down: computed when it is read. */
const UNSHELVE_TIME = 'ShelvingState.UnshelveTime';
/** So many conditions have variables, some 100 KB each; the others are told by events and answered all the same. */
const MAX_DETAILED = 200;
/** ms of work before others get their turn. */
const SLICE = 5;

/** The conditions that are shown, and their events. A quiet one has no nodes. */
export const createConditions = (deps: ConditionsDeps) => {
  const { addressSpace, furtherOf, clock, log } = deps;
  const fieldsOf = createConditionFields(addressSpace);
  const conditions = new Map<string, Condition>();
  const byNode = new Map<string, string>();
  let detailed = 0;
  const { server } = addressSpace.rootFolder.objects;
  const mesPrinting = findObject(addressSpace, instanceIds.MesPrinting);
  const printers = findObject(addressSpace, instanceIds.Printers);
  const slices = createTimeSlices({
    budget: SLICE,
    onError: error => log.error({ err: error }, 'The nodes of an alarm could not be made'),
  });

  const fieldsFor = ({ kind }: Alarm) => fieldsOf(alarmTypes[kind].type);

  const valuesOf = (alarm: Alarm, eventId: Buffer): ConditionValues =>
    new Map([
      ['EventId', new Variant({ dataType: DataType.ByteString, value: eventId })],
      ...conditionValues(alarm, furtherOf(alarm), clock.now()),
    ]);

  const write = ({ variables, eventId, alarm }: Condition): void => {
    if (variables === undefined) return;
    const values = valuesOf(alarm, eventId);
    const written = [...variables].filter(([path]) => path !== UNSHELVE_TIME);
    writeVariables(written, values, new Date(alarm.time));
  };

  const addVariablesOf = (condition: Condition): void => {
    const { alarm, object, eventId } = condition;
    if (conditions.get(alarm.id) !== condition || condition.variables !== undefined) return;
    if (detailed >= MAX_DETAILED) return;
    detailed += 1;
    const all = valuesOf({ ...alarm, enabled: true }, eventId);
    condition.variables = addVariables(addressSpace, object, fieldsFor(alarm), all);
    condition.variables.get(UNSHELVE_TIME)?.bindVariable(
      {
        get: () => {
          const { shelving } = condition.alarm;
          if (shelving === 'unshelved') return StatusCodes.BadConditionNotShelved;
          return new Variant({ dataType: DataType.Double, value: unshelveIn(condition.alarm, clock.now()) });
        },
      },
      true,
    );
    write(condition);
  };

  /** Undefined: the source has no node (yet). */
  const make = (alarm: Alarm): Condition | undefined => {
    if (addressSpace.findNode(sourceIdOf(alarm.source)) === null) return undefined;
    const object = addCondition(addressSpace, alarm);
    const eventId = randomBytes(16);
    const condition: Condition = {
      alarm,
      object,
      variables: undefined,
      eventId,
      eventIds: [eventId.toString('hex')],
    };
    conditions.set(alarm.id, condition);
    byNode.set(object.nodeId.toString(), alarm.id);
    byNode.set(`${object.nodeId.toString()}/ShelvingState`, alarm.id);
    slices.push(() => addVariablesOf(condition));
    return condition;
  };

  const drop = ({ alarm, object, variables }: Condition): void => {
    if (variables !== undefined) detailed -= 1;
    conditions.delete(alarm.id);
    byNode.delete(object.nodeId.toString());
    byNode.delete(`${object.nodeId.toString()}/ShelvingState`);
    removeCondition(addressSpace, object);
    if (conditions.size < MAX_DETAILED) return;
    const bare = [...conditions.values()].find(condition => condition.variables === undefined);
    if (bare !== undefined) slices.push(() => addVariablesOf(bare));
  };

  /** The latest event of a condition, and where it arrives. */
  const eventOf = ({ alarm, object, eventId }: Condition): ConditionTold => {
    const source = addressSpace.findNode(sourceIdOf(alarm.source)) as UAObject | null;
    const above = alarm.source === '' ? [server, mesPrinting] : [server, mesPrinting, printers];
    return {
      event: conditionEvent(object, fieldsFor(alarm), valuesOf(alarm, eventId)),
      places: source === null || alarm.source === '' ? above : [...above, source],
    };
  };

  const emit = (condition: Condition): void => {
    const { event, places } = eventOf(condition);
    for (const place of places) place.emit('event', event);
  };

  /** Tells of a condition as it is now, by a new event. */
  const tell = (condition: Condition, after: Alarm): void => {
    const eventId = randomBytes(16);
    const isNew = after.active && after.since.active !== condition.alarm.since.active;
    condition.eventIds = [...(isNew ? [] : condition.eventIds), eventId.toString('hex')].slice(-KNOWN_EVENTS);
    condition.alarm = after;
    condition.eventId = eventId;
    write(condition);
    emit(condition);
  };

  const end = (condition: Condition): void => {
    tell(condition, endedAlarm(condition.alarm, clock.now().toISOString()));
    drop(condition);
  };

  return {
    /** One of before the start: shown, and nobody is told anew. */
    restore(alarm: Alarm): void {
      if (isShown(alarm) && !conditions.has(alarm.id)) make(alarm);
    },
    changed(alarm: Alarm): void {
      const condition = conditions.get(alarm.id) ?? (isShown(alarm) ? make(alarm) : undefined);
      if (condition === undefined) return;
      tell(condition, alarm);
      if (!isShown(alarm)) drop(condition);
    },
    gone(alarmId: string): void {
      const condition = conditions.get(alarmId);
      if (condition !== undefined) end(condition);
    },
    /** The source's node goes, and its conditions' with it. */
    sourceGoing(source: string): void {
      for (const condition of [...conditions.values()]) if (condition.alarm.source === source) end(condition);
    },
    alarmOf: (nodeId: string): string | undefined => byNode.get(nodeId),
    knowsEvent: (alarmId: string, eventId: Buffer): boolean =>
      conditions.get(alarmId)?.eventIds.includes(eventId.toString('hex')) ?? false,
    /** Each that is of interest; what it gives is of the time when it is asked, undefined: no longer. */
    retained: (): readonly (() => ConditionTold | undefined)[] =>
      [...conditions.values()].map(condition => () => {
        const isThere = conditions.get(condition.alarm.id) === condition;
        return isThere && isRetained(condition.alarm) ? eventOf(condition) : undefined;
      }),
    /** Resolves when all nodes are there. */
    idle: () => slices.idle(),
    clear: () => slices.clear(),
  };
};

export type Conditions = ReturnType<typeof createConditions>;
