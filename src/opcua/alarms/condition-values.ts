import { DataType, LocalizedText, NodeId, resolveNodeId, StatusCodes, Variant } from 'node-opcua';
import { type Alarm, isRetained, type Shelving } from '../../domain/alarm.ts';
import { MAX_SHELVED } from '../../domain/alarm-steps.ts';
import { noTime } from '../nodes/variable-slot.ts';
import { alarmTypes, sourceIdOf, sourceNameOf } from './alarm-types.ts';

/** By path, as the types declare them. */
export type ConditionValues = ReadonlyMap<string, Variant>;

const english = (text: string): Variant =>
  new Variant({ dataType: DataType.LocalizedText, value: new LocalizedText({ locale: 'en', text }) });
const text = (value: string): Variant => new Variant({ dataType: DataType.String, value });
const node = (value: string | undefined): Variant =>
  new Variant({
    dataType: DataType.NodeId,
    value: value === undefined ? new NodeId() : resolveNodeId(value),
  });
const flag = (value: boolean): Variant => new Variant({ dataType: DataType.Boolean, value });
const number = (value: number): Variant => new Variant({ dataType: DataType.UInt16, value });
const duration = (value: number): Variant => new Variant({ dataType: DataType.Double, value });
const moment = (iso: string): Variant => new Variant({ dataType: DataType.DateTime, value: new Date(iso) });

/** States of ShelvedStateMachineType (OPC 10000-9, 5.8.17). */
const shelvings: Readonly<Record<Shelving, readonly [name: string, state: string]>> = {
  unshelved: ['Unshelved', 'ns=0;i=2930'],
  timed: ['TimedShelved', 'ns=0;i=2932'],
  oneShot: ['OneShotShelved', 'ns=0;i=2933'],
};

const twoState = (
  name: string,
  value: boolean,
  [yes, no]: readonly [string, string],
  since: string,
): [string, Variant][] => [
  [name, english(value ? yes : no)],
  [`${name}.Id`, flag(value)],
  [`${name}.TransitionTime`, moment(since)],
];

/** What stays told of a disabled condition (OPC 10000-9, 5.5.2). */
const stays =
  /^(EventId|EventType|SourceNode|SourceName|Time|ReceiveTime|Message|Severity|Retain|BranchId|Condition.*|EnabledState.*)$/;

/** ms until it is unshelved by itself. */
export const unshelveIn = ({ unshelveTime }: Alarm, now: Date): number =>
  unshelveTime === null ? 0 : Math.max(0, Date.parse(unshelveTime) - now.getTime());

/** Every field of the condition but the EventId, with those of `further` beside them. */
export const conditionValues = (alarm: Alarm, further: ConditionValues, now: Date): ConditionValues => {
  const { type, conditionClass, conditionClassName, input } = alarmTypes[alarm.kind];
  const source = sourceIdOf(alarm.source);
  const { since, comment } = alarm;
  const [shelving, shelvingState] = shelvings[alarm.shelving];
  const values: [string, Variant][] = [
    ['EventType', node(type)],
    ['SourceNode', node(source)],
    ['SourceName', text(sourceNameOf(alarm.source))],
    ['Time', moment(alarm.time)],
    ['ReceiveTime', moment(alarm.time)],
    ['Message', english(alarm.message)],
    ['Severity', number(alarm.severity)],
    ['ConditionClassId', node(conditionClass)],
    ['ConditionClassName', english(conditionClassName)],
    ['ConditionName', text(alarm.kind)],
    ['BranchId', node(undefined)],
    ['Retain', flag(isRetained(alarm))],
    ...twoState('EnabledState', alarm.enabled, ['Enabled', 'Disabled'], since.enabled),
    [
      'Quality',
      new Variant({
        dataType: DataType.StatusCode,
        value: alarm.uncertain ? StatusCodes.UncertainNoCommunicationLastUsableValue : StatusCodes.Good,
      }),
    ],
    ['Quality.SourceTimestamp', moment(since.quality)],
    ['LastSeverity', number(alarm.lastSeverity)],
    ['LastSeverity.SourceTimestamp', moment(since.severity)],
    [
      'Comment',
      new Variant({
        dataType: DataType.LocalizedText,
        value: new LocalizedText({ locale: comment.locale || null, text: comment.text || null }),
      }),
    ],
    ['Comment.SourceTimestamp', moment(comment.time)],
    ['ClientUserId', text(comment.by)],
    ...twoState('ActiveState', alarm.active, ['Active', 'Inactive'], since.active),
    ...twoState('AckedState', alarm.acked, ['Acknowledged', 'Unacknowledged'], since.acked),
    ...twoState('ConfirmedState', alarm.confirmed, ['Confirmed', 'Unconfirmed'], since.confirmed),
    ['InputNode', node(input === undefined ? undefined : `${source}/${input}`)],
    ['SuppressedOrShelved', flag(alarm.shelving !== 'unshelved')],
    ['MaxTimeShelved', duration(MAX_SHELVED)],
    ['ShelvingState.CurrentState', english(shelving)],
    ['ShelvingState.CurrentState.Id', node(shelvingState)],
    ['ShelvingState.UnshelveTime', duration(unshelveIn(alarm, now))],
    // Null: what is normal is no variable. Plain DiscreteAlarmType has none.
    ...(type === alarmTypes.PlateWaiting.type ? [] : [['NormalState', node(undefined)] as [string, Variant]]),
    ...further,
  ];
  return new Map(alarm.enabled ? values : values.filter(([path]) => stays.test(path)));
};

/** The last word on a condition that goes with its source. */
export const endedAlarm = (alarm: Alarm, time: string): Alarm => ({
  ...alarm,
  active: false,
  acked: true,
  confirmed: true,
  message: `Gone: ${sourceNameOf(alarm.source)} was removed.`,
  time,
});

/** Fields of CertificateExpirationAlarmType (OPC 10000-9, 5.8.24.7). */
export const certificateValues = (
  { certificate, expires }: { readonly certificate: Buffer; readonly expires: Date },
  limit: number,
): ConditionValues =>
  new Map([
    ['ExpirationDate', new Variant({ dataType: DataType.DateTime, value: expires ?? noTime })],
    ['ExpirationLimit', duration(limit)],
    ['CertificateType', node('ns=0;i=12560')],
    ['Certificate', new Variant({ dataType: DataType.ByteString, value: certificate })],
  ]);
