const SMALLEST = 64 * 1024;

/** Bytes of a stream that were not used up yet. Each byte is copied a bounded number of times, however it is cut. */
export interface Window {
  readonly length: number;
  append(chunk: Uint8Array): void;
  /** The first bytes are used up. */
  drop(count: number): void;
  /** Position of `wanted` from there on; -1 for none. */
  find(wanted: Uint8Array, from: number): number;
  /** A copy. */
  copy(end: number): Buffer;
}

export const createWindow = (): Window => {
  let bytes = Buffer.alloc(SMALLEST);
  let begin = 0;
  let end = 0;

  /** It grows by doubling, and what is used up makes room only once it is as much as what is left. */
  const makeRoom = (count: number): void => {
    if (end + count <= bytes.length) return;
    const used = end - begin;
    const wanted = used + count;
    let size = Math.max(SMALLEST, bytes.length);
    while (size < 2 * wanted) size *= 2;
    const target = size === bytes.length && begin >= used ? bytes : Buffer.allocUnsafe(size);
    bytes.copy(target, 0, begin, end);
    bytes = target;
    begin = 0;
    end = used;
  };

  return {
    get length() {
      return end - begin;
    },
    append(chunk) {
      makeRoom(chunk.length);
      bytes.set(chunk, end);
      end += chunk.length;
    },
    drop(count) {
      begin = Math.min(end, begin + count);
      // What was a large picture does not stay in memory.
      if (begin < end) return;
      begin = 0;
      end = 0;
      if (bytes.length > SMALLEST) bytes = Buffer.alloc(SMALLEST);
    },
    find: (wanted, from) => bytes.subarray(begin, end).indexOf(wanted, from),
    copy: count => Buffer.from(bytes.subarray(begin, Math.min(end, begin + count))),
  };
};
