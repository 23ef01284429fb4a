import { Refusal } from '../domain/refusal.ts';
import type { ContentCheck } from './content-check.ts';
import { BGCODE_MAGIC } from './known-formats.ts';

/** Checks the magic of binary g-code early; its blocks are walked once the file is whole, see `bgcode.ts`. */
export const createBgcodeCheck = (): ContentCheck => {
  let head: Buffer = Buffer.alloc(0);

  const judge = (): void => {
    if (!head.subarray(0, BGCODE_MAGIC.length).equals(BGCODE_MAGIC)) {
      throw new Refusal(
        'InvalidArgument',
        'The file is not binary g-code (it does not begin with GCDE): text g-code is named .gcode.',
      );
    }
  };

  return {
    push(chunk) {
      if (head.length >= BGCODE_MAGIC.length) return;
      head = Buffer.concat([head, chunk.subarray(0, BGCODE_MAGIC.length)]);
      if (head.length >= BGCODE_MAGIC.length) judge();
    },
    end: judge,
  };
};
