import {
  type AddressSpace,
  type CallMethodResultOptions,
  type ISessionContext,
  type LocalizedText,
  type StatusCode,
  StatusCodes,
  type UAMethod,
  type Variant,
} from 'node-opcua';
import type { AlarmBook } from '../../app/alarms/alarm-book.ts';
import { DeadlinePassed, within } from '../../app/deadline.ts';
import { type Log, OutcomeUnknown } from '../../app/ports.ts';
import type { Actor } from '../../domain/account.ts';
import {
  type AlarmRefusal,
  type AlarmStep,
  acknowledgeAlarm,
  commentAlarm,
  confirmAlarm,
  enableAlarm,
  type Remark,
  shelveAlarm,
  unshelveAlarm,
} from '../../domain/alarm-steps.ts';
import { Refusal } from '../../domain/refusal.ts';
import type { ActorOfContext } from '../access/actor-of-context.ts';
import { conditionMethods, shelvingMethods } from './alarm-types.ts';

export interface ConditionMethodsDeps {
  readonly addressSpace: AddressSpace;
  readonly alarms: Pick<AlarmBook, 'change'>;
  readonly actorOf: ActorOfContext;
  /** The alarm of a condition's object or of its ShelvingState. */
  readonly alarmOf: (nodeId: string) => string | undefined;
  /** Whether an event of that id told of the alarm as it is. */
  readonly knowsEvent: (alarm: string, eventId: Buffer) => boolean;
  /** Its cause is looked at again. */
  readonly reconsider: (alarm: string) => void;
  readonly log: Log;
}

/** ms; the contract's bound for an answer. */
const TIME_LIMIT = 2000;

const statuses: Readonly<Record<AlarmRefusal | 'unknown', StatusCode>> = {
  unknown: StatusCodes.BadNodeIdUnknown,
  disabled: StatusCodes.BadConditionDisabled,
  alreadyEnabled: StatusCodes.BadConditionAlreadyEnabled,
  alreadyDisabled: StatusCodes.BadConditionAlreadyDisabled,
  alreadyAcked: StatusCodes.BadConditionBranchAlreadyAcked,
  alreadyConfirmed: StatusCodes.BadConditionBranchAlreadyConfirmed,
  alreadyShelved: StatusCodes.BadConditionAlreadyShelved,
  notShelved: StatusCodes.BadConditionNotShelved,
  shelvingTimeOutOfRange: StatusCodes.BadShelvingTimeOutOfRange,
};

type MethodName = keyof typeof conditionMethods | keyof typeof shelvingMethods;
type Inputs = readonly Variant[];

const remarkOf = (inputs: Inputs, { username }: Actor): Remark => {
  const comment = inputs[1]?.value as LocalizedText | null | undefined;
  return { text: comment?.text ?? '', locale: comment?.locale ?? '', by: username };
};

const steps: Readonly<Record<MethodName, (inputs: Inputs, actor: Actor) => AlarmStep>> = {
  Enable: () => enableAlarm(true),
  Disable: () => enableAlarm(false),
  AddComment: (inputs, actor) => commentAlarm(remarkOf(inputs, actor)),
  Acknowledge: (inputs, actor) => acknowledgeAlarm(remarkOf(inputs, actor)),
  Confirm: (inputs, actor) => confirmAlarm(remarkOf(inputs, actor)),
  TimedShelve: inputs => shelveAlarm(Number(inputs[0]?.value)),
  OneShotShelve: () => shelveAlarm(),
  Unshelve: () => unshelveAlarm,
};

/** The first argument is the EventId of what was seen. */
const namesEvent: readonly MethodName[] = ['AddComment', 'Acknowledge', 'Confirm'];

/**
 * The methods of the types, for every condition: what they change is on disk before they answer. Who may call them
 * stands in the access table; node-opcua checks it before.
 */
export const installConditionMethods = (deps: ConditionMethodsDeps): void => {
  const { addressSpace, alarms, actorOf, alarmOf, knowsEvent, reconsider, log } = deps;

  const answer = async (
    name: MethodName,
    inputs: Inputs,
    context: ISessionContext,
  ): Promise<CallMethodResultOptions> => {
    const actor = actorOf(context);
    if (actor === undefined) return { statusCode: StatusCodes.BadUserAccessDenied };
    const alarm = alarmOf(context.object?.nodeId.toString() ?? '');
    if (alarm === undefined) return { statusCode: StatusCodes.BadNodeIdInvalid };
    if (namesEvent.includes(name)) {
      const eventId = inputs[0]?.value as Buffer | null;
      if (eventId === null || !knowsEvent(alarm, eventId))
        return { statusCode: StatusCodes.BadEventIdUnknown };
    }
    const refused = await alarms.change(alarm, actor.accountId, steps[name](inputs, actor));
    if (refused !== undefined) return { statusCode: statuses[refused] };
    log.info({ alarm, method: name, account: actor.accountId }, 'An alarm was changed');
    if (name === 'Enable') reconsider(alarm);
    return { statusCode: StatusCodes.Good, outputArguments: [] };
  };

  const bind = (name: MethodName, nodeIds: readonly string[]): void => {
    for (const nodeId of nodeIds) {
      const method = addressSpace.findNode(nodeId) as UAMethod | null;
      if (method === null) throw new Error(`The nodeset has no method ${nodeId}.`);
      method.bindMethod(async (inputs: Variant[], context: ISessionContext) => {
        try {
          return await within(TIME_LIMIT, name, answer(name, inputs, context));
        } catch (error) {
          log.error({ err: error, method: name }, 'An alarm could not be changed');
          if (error instanceof OutcomeUnknown || error instanceof DeadlinePassed) {
            return { statusCode: StatusCodes.BadTimeout };
          }
          return {
            statusCode:
              error instanceof Refusal ? StatusCodes.BadResourceUnavailable : StatusCodes.BadInternalError,
          };
        }
      });
    }
  };

  for (const [name, nodeIds] of Object.entries({ ...conditionMethods, ...shelvingMethods })) {
    bind(name as MethodName, nodeIds);
  }
};
