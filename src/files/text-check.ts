import { Refusal } from '../domain/refusal.ts';
import type { ContentCheck } from './content-check.ts';
import { knownFormatOf, MAGIC_LENGTH } from './known-formats.ts';

/** A line that moves: G0 to G3, perhaps after a line number. */
const move = /^[ \t]*(?:N\d+[ \t]*)?G0*[0-3](?![0-9.])/im;
/** A line's start is kept from one chunk to the next; no move needs more. */
const MAX_CARRY = 256;

/** Checks text g-code: no other known format, no NUL bytes, at least one move. */
export const createTextCheck = (): ContentCheck => {
  let head: Buffer = Buffer.alloc(0);
  let headJudged = false;
  let carry = '';
  let moves = false;

  const judgeHead = (): void => {
    headJudged = true;
    const description = knownFormatOf(head);
    if (description) {
      throw new Refusal('InvalidArgument', `The file is not text g-code but ${description}.`);
    }
  };

  const lookForMove = (chunk: Buffer): void => {
    const text = carry + chunk.toString('latin1');
    // Whole lines alone: the `G1` at a chunk's end may be the beginning of `G10`.
    const wholeLines = text.lastIndexOf('\n') + 1;
    moves = move.test(text.slice(0, wholeLines));
    carry = text.slice(wholeLines, wholeLines + MAX_CARRY);
  };

  return {
    push(chunk) {
      if (!headJudged) {
        head = Buffer.concat([head, chunk.subarray(0, MAGIC_LENGTH)]);
        if (head.length >= MAGIC_LENGTH) judgeHead();
      }
      if (chunk.includes(0)) {
        throw new Refusal('InvalidArgument', 'The file is not text g-code: it contains NUL bytes.');
      }
      if (!moves) lookForMove(chunk);
    },

    end() {
      if (!headJudged) judgeHead();
      if (!moves && !move.test(carry)) {
        throw new Refusal('InvalidArgument', 'The file is not printable: it has no move (G0 to G3) in it.');
      }
    },
  };
};
