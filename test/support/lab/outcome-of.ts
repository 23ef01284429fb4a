import { Refusal } from '../../../src/domain/refusal.ts';
import type { VirtualTime } from './virtual-time.ts';

/**
 * What comes of a call by the time everything that is due has run: `pending` when it is not answered, as by a server
 * that was killed. Throws whatever is no refusal.
 */
export const outcomeOf = async (
  time: VirtualTime,
  call: Promise<unknown>,
): Promise<'done' | 'refused' | 'pending'> => {
  let answer: unknown = 'pending';
  call.then(
    () => {
      answer = 'done';
    },
    error => {
      answer = error;
    },
  );
  await time.settle();
  if (answer instanceof Refusal) return 'refused';
  if (answer instanceof Error) throw answer;
  return answer === 'done' ? 'done' : 'pending';
};
