import type { Id } from './row.ts';

/** Ids per block: an insertion moves at most so many. */
const BLOCK = 512;

/** First position in `ids` whose id is not smaller. */
const lowerBound = (ids: readonly Id[], id: Id): number => {
  let low = 0;
  let high = ids.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((ids[middle] as Id) < id) low = middle + 1;
    else high = middle;
  }
  return low;
};

/** A set of ids in their order, in blocks, so that neither a change nor a page costs what all of them would. */
export class SortedIds {
  #blocks: Id[][] = [];
  size = 0;

  /** The block that holds the id or would. */
  #blockOf(id: Id): number {
    let low = 0;
    let high = this.#blocks.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if ((this.#blocks[middle]?.[0] as Id) <= id) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  add(id: Id): void {
    const at = this.#blockOf(id);
    const block = this.#blocks[at];
    if (block === undefined) {
      this.#blocks.push([id]);
      this.size = 1;
      return;
    }
    const position = lowerBound(block, id);
    if (block[position] === id) return;
    if (position === block.length) block.push(id);
    else block.splice(position, 0, id);
    this.size += 1;
    if (block.length <= BLOCK) return;
    // Ids mostly ascend: a full last block stays full and the newcomer opens the next.
    const keep = position === block.length - 1 ? BLOCK : BLOCK / 2;
    this.#blocks.splice(at + 1, 0, block.splice(keep));
  }

  delete(id: Id): void {
    const at = this.#blockOf(id);
    const block = this.#blocks[at];
    if (block === undefined) return;
    const position = lowerBound(block, id);
    if (block[position] !== id) return;
    block.splice(position, 1);
    this.size -= 1;
    if (block.length === 0) this.#blocks.splice(at, 1);
  }

  /** @param after only ids beyond it in the direction of travel */
  *iterate(after: Id | undefined, descending: boolean): Generator<Id, void> {
    const blocks = this.#blocks;
    if (descending) {
      let at = after === undefined ? blocks.length - 1 : this.#blockOf(after);
      let block = blocks[at];
      let position =
        block === undefined ? -1 : after === undefined ? block.length - 1 : lowerBound(block, after) - 1;
      for (; block !== undefined; block = blocks[--at], position = (block?.length ?? 0) - 1) {
        for (; position >= 0; position -= 1) yield block[position] as Id;
      }
      return;
    }
    let at = after === undefined ? 0 : this.#blockOf(after);
    let block = blocks[at];
    let position = 0;
    if (after !== undefined && block !== undefined) {
      position = lowerBound(block, after);
      if (block[position] === after) position += 1;
    }
    for (; block !== undefined; block = blocks[++at], position = 0) {
      for (; position < block.length; position += 1) yield block[position] as Id;
    }
  }
}
