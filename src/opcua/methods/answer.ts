import { type CallMethodResultOptions, StatusCodes, type Variant } from 'node-opcua';
import type { Application } from '../../app/application.ts';
import { DeadlinePassed, within } from '../../app/deadline.ts';
import { DataUnreadable, type Log, OutcomeUnknown } from '../../app/ports.ts';
import type { Actor } from '../../domain/account.ts';
import { Refusal, type RefusalName } from '../../domain/refusal.ts';
import { rightOf } from '../../domain/rights.ts';
import { type ModelMethodName, methodTable } from '../model-ids.ts';
import type { ArgumentDefinition } from './arguments.ts';
import { decode } from './decode.ts';
import { encode } from './encode.ts';
import { useCases } from './use-cases.ts';

export interface AnswerDeps {
  readonly application: Application;
  readonly log: Log;
  /** ms; after it the caller is told that the outcome is unknown, while the work goes on. */
  readonly timeLimit: number;
}

type UseCase = (
  application: Application,
  actor: Actor,
  input: Readonly<Record<string, unknown>>,
) => Promise<Readonly<Record<string, unknown>>>;

/**
 * Good with ReturnCode and Message for what was done and what was refused (many PLC blocks drop the outputs of any
 * other status); Bad when nothing can be said: BadUserAccessDenied, BadInternalError, and BadTimeout when the outcome
 * is unknown, late or because the disk failed: then the identical call is to be repeated.
 */
export const createAnswer =
  ({ application, log, timeLimit }: AnswerDeps) =>
  async (
    method: ModelMethodName,
    actor: Actor | undefined,
    variants: readonly Pick<Variant, 'value'>[],
  ): Promise<CallMethodResultOptions> => {
    if (actor === undefined || rightOf(method, actor.role) === 'none') {
      return { statusCode: StatusCodes.BadUserAccessDenied };
    }
    const inputs: readonly ArgumentDefinition[] = methodTable[method].inputs;
    const outputs: readonly ArgumentDefinition[] = methodTable[method].outputs;
    /** The compiler has checked each entry against its own arguments; here they are all alike. */
    const useCase = useCases[method] as UseCase;

    const work = async (): Promise<CallMethodResultOptions> => {
      try {
        const values = await useCase(application, actor, decode(inputs, variants));
        return { statusCode: StatusCodes.Good, outputArguments: encode(outputs, 'OK', '', values) };
      } catch (error) {
        const refused = (code: RefusalName, message: string): CallMethodResultOptions => ({
          statusCode: StatusCodes.Good,
          outputArguments: encode(outputs, code, message, {}),
        });
        if (error instanceof Refusal) return refused(error.code, error.message);
        if (error instanceof DataUnreadable) return refused('StorageFailed', error.message);
        log.error({ err: error, method, account: actor.accountId }, 'A method failed');
        if (error instanceof OutcomeUnknown) return { statusCode: StatusCodes.BadTimeout };
        return { statusCode: StatusCodes.BadInternalError };
      }
    };

    try {
      return await within(timeLimit, method, work());
    } catch (error) {
      if (!(error instanceof DeadlinePassed)) throw error;
      log.warn({ method, account: actor.accountId, timeLimit }, 'A method was not answered in time');
      return { statusCode: StatusCodes.BadTimeout };
    }
  };
