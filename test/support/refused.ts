import type { ExecutionContext } from 'ava';
import { Refusal, type RefusalName } from '../../src/domain/refusal.ts';

/** Asserts that the call is refused with that code and a message fit for a PLC's string. */
export const refused = async (
  t: ExecutionContext,
  code: RefusalName,
  call: () => Promise<unknown>,
): Promise<Refusal> => {
  const error = await t.throwsAsync(call, { instanceOf: Refusal });
  t.is(error.code, code, error.message);
  t.true(error.message.length > 0 && error.message.length <= 200);
  return error;
};
