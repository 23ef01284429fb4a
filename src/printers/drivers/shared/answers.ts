import type { z } from 'zod';
import { DriverError } from '../../../app/ports.ts';
import type { Answer } from './http-client.ts';

/** What the web interfaces of two products do not do alike. */
export interface AnswerRules {
  /** As people call it, such as `OctoPrint`. */
  readonly product: string;
  /** The product's own words about what went wrong. */
  readonly errorText: (answer: Answer) => string;
  /** What is decoded; the answer's JSON by default. */
  readonly contentOf?: (answer: Answer) => unknown;
  /** Statuses of a command that was carried out; all from 200 to 299 by default. */
  readonly isDone?: (status: number) => boolean;
  /** Statuses that are sure to mean that nothing was done; all below 500 by default. */
  readonly isRefusal?: (answer: Answer) => boolean;
}

export interface Answers {
  /** @throws DriverError unreachable for a server's trouble; garbled for what is no answer of the product */
  decode<T extends z.ZodType>(schema: T, answer: Answer, what: string): z.infer<T>;
  /**
   * The answer to a command that was carried out.
   * @throws DriverError refused when nothing was done; unreachable when it may have happened all the same; garbled for
   * a success that is none of the product's, so that nothing counts as done for it
   */
  done(answer: Answer, what: string, isDone?: (status: number) => boolean): Answer;
  /** It may have happened all the same. */
  troubled(answer: Answer, what: string): DriverError;
}

const isSuccess = (status: number): boolean => status >= 200 && status < 300;

export const createAnswers = (rules: AnswerRules): Answers => {
  const {
    product,
    errorText,
    contentOf = ({ json }) => json,
    isDone: done = isSuccess,
    isRefusal = ({ status }) => status < 500,
  } = rules;

  const messageOf = (answer: Answer, what: string): string =>
    `${product} answered ${answer.status} to ${what}: ${errorText(answer)}`;

  const troubled = (answer: Answer, what: string): DriverError =>
    new DriverError('unreachable', messageOf(answer, what), { answered: true });

  const senseless = ({ status }: Answer, what: string): DriverError =>
    new DriverError('garbled', `${product}'s answer to ${what} (${status}) makes no sense.`);

  return {
    troubled,
    decode(schema, answer, what) {
      if (answer.status >= 500) throw troubled(answer, what);
      const result = schema.safeParse(contentOf(answer));
      if (!isSuccess(answer.status) || !result.success) throw senseless(answer, what);
      return result.data;
    },
    done(answer, what, isDone = done) {
      if (isDone(answer.status)) return answer;
      if (answer.status < 300) throw senseless(answer, what);
      throw isRefusal(answer) ? new DriverError('refused', messageOf(answer, what)) : troubled(answer, what);
    },
  };
};
