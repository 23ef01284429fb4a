import {
  AccessRestrictionsFlag,
  type AddressSpace,
  type CallMethodResultOptions,
  DataType,
  type ISessionContext,
  type MethodFunctor,
  NodeClass,
  StatusCodes,
  type UAMethod,
  type Variant,
  VariantArrayType,
  type VariantOptions,
} from 'node-opcua';
import { DeadlinePassed, within } from '../../../app/deadline.ts';
import { type Clock, DataUnreadable, type Log, OutcomeUnknown } from '../../../app/ports.ts';
import type { Actor } from '../../../domain/account.ts';
import { Refusal, type RefusalName } from '../../../domain/refusal.ts';
import { type ActionName, rightOf } from '../../../domain/rights.ts';
import { permissionsForMethod } from '../../access/access-table.ts';
import type { ActorOfContext } from '../../access/actor-of-context.ts';
import { type CommandApplication, commandRights, runCommand } from './commands.ts';
import { controlMethods, type JobControlMethod, methodIds } from './ids.ts';
import type { Responses } from './responses.ts';
import { type ReturnStatus, returnStatus, statusOfCommand, statusOfStore } from './return-status.ts';

/** Whose job orders they are: a printer's, or the whole lab's. */
export interface Subject {
  readonly printer?: string;
}

export interface JobControlMethodsDeps {
  readonly application: CommandApplication;
  readonly responses: Responses;
  readonly actorOf: ActorOfContext;
  /** Receivers and response providers by the node id of their object. */
  readonly subjectOf: (objectId: string) => Subject | undefined;
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Log;
  /** ms; after it the caller is told that the outcome is unknown, while the work goes on. */
  readonly timeLimit: number;
}

const statusOutput = (value: ReturnStatus): VariantOptions => ({
  dataType: DataType.UInt64,
  arrayType: VariantArrayType.Scalar,
  value: [...value],
});

interface Behaviour {
  readonly right: ActionName;
  /** Outputs before ReturnStatus. */
  readonly run: (
    actor: Actor,
    values: readonly unknown[],
    printer?: string,
  ) => Promise<readonly VariantOptions[]>;
  /** The same for a refusal. */
  readonly nothing: readonly VariantOptions[];
  readonly statusOf: (code: RefusalName) => ReturnStatus;
  readonly onPrinters: boolean;
}

const structure = (value: unknown): VariantOptions => ({
  dataType: DataType.ExtensionObject,
  arrayType: Array.isArray(value) ? VariantArrayType.Array : VariantArrayType.Scalar,
  value,
});

const behavioursOf = ({ application, responses, clock }: JobControlMethodsDeps) => {
  const commands = controlMethods.map((method): [JobControlMethod, Behaviour] => [
    method,
    {
      right: commandRights[method],
      async run(actor, values) {
        await runCommand(application, method, actor, values, clock.now());
        return [];
      },
      nothing: [],
      statusOf: method === 'Store' || method === 'StoreAndStart' ? statusOfStore : statusOfCommand,
      onPrinters: false,
    },
  ]);
  return new Map<JobControlMethod, Behaviour>([
    ...commands,
    [
      'RequestJobResponseByJobOrderID',
      {
        right: 'GetJob',
        run: async (actor, [id], printer) => [structure(await responses.byJobOrderId(actor, id, printer))],
        nothing: [structure(null)],
        statusOf: statusOfCommand,
        onPrinters: true,
      },
    ],
    [
      'RequestJobResponseByJobOrderState',
      {
        right: 'FindJobs',
        run: async (actor, [state], printer) => [
          structure([...(await responses.byState(actor, state, printer))]),
        ],
        nothing: [structure([])],
        statusOf: statusOfCommand,
        onPrinters: true,
      },
    ],
  ]);
};

const methodNode = (addressSpace: AddressSpace, nodeId: string): UAMethod => {
  const node = addressSpace.findNode(nodeId);
  if (node?.nodeClass !== NodeClass.Method) throw new Error(`The nodesets have no method ${nodeId}.`);
  return node as UAMethod;
};

/**
 * Binds the types' methods, which the lab's receiver and all response providers share, and lets the roles of the rights
 * table call them. Good with ReturnStatus 1 for what was done; Uncertain for what was refused, since a Bad status would
 * drop the ReturnStatus that says why (OPC 10031-4, B.2).
 */
export const installJobControlMethods = (addressSpace: AddressSpace, deps: JobControlMethodsDeps): void => {
  const { actorOf, subjectOf, log, timeLimit } = deps;

  const answer = async (
    { run, nothing, statusOf }: Behaviour,
    actor: Actor,
    values: readonly unknown[],
    printer?: string,
  ): Promise<CallMethodResultOptions> => {
    const refused = (code: RefusalName, message: string): CallMethodResultOptions => {
      log.debug({ code, account: actor.accountId, reason: message }, 'A job order was refused');
      return {
        statusCode: StatusCodes.Uncertain,
        outputArguments: [...nothing, statusOutput(statusOf(code))],
      };
    };
    try {
      const outputs = await run(actor, values, printer);
      return {
        statusCode: StatusCodes.Good,
        outputArguments: [...outputs, statusOutput(returnStatus('success'))],
      };
    } catch (error) {
      if (error instanceof Refusal) return refused(error.code, error.message);
      if (error instanceof DataUnreadable) return refused('StorageFailed', error.message);
      log.error({ err: error, account: actor.accountId }, 'A method of a job order failed');
      if (error instanceof OutcomeUnknown) return { statusCode: StatusCodes.BadTimeout };
      return { statusCode: StatusCodes.BadInternalError };
    }
  };

  for (const [name, behaviour] of behavioursOf(deps)) {
    const method = methodNode(addressSpace, methodIds[name]);
    method.setRolePermissions(permissionsForMethod(behaviour.right));
    method.setAccessRestrictions(AccessRestrictionsFlag.None);
    /** node-opcua tells an async function from a callback one by its two parameters. */
    const call: MethodFunctor = async (inputs: Variant[], context: ISessionContext) => {
      const actor = actorOf(context);
      if (actor === undefined || rightOf(behaviour.right, actor.role) === 'none') {
        return { statusCode: StatusCodes.BadUserAccessDenied };
      }
      const subject = subjectOf(context.object?.nodeId.toString() ?? '');
      // The type's own node reaches printers too, whose job orders are for reading.
      if (subject === undefined || (subject.printer !== undefined && !behaviour.onPrinters)) {
        return { statusCode: StatusCodes.BadMethodInvalid };
      }
      const values = inputs.map(({ value }): unknown => value);
      try {
        return await within(timeLimit, name, answer(behaviour, actor, values, subject.printer));
      } catch (error) {
        if (!(error instanceof DeadlinePassed)) throw error;
        log.warn({ method: name, account: actor.accountId, timeLimit }, 'A method was not answered in time');
        return { statusCode: StatusCodes.BadTimeout };
      }
    };
    method.bindMethod(call);
  }
};
