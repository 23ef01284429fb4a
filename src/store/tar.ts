/** POSIX tar, as much of it as a backup needs: regular files; long or non-ASCII names as pax records. */
const BLOCK = 512;
const NAME_BYTES = 100;
const MAX_PAX = 64 * 1024;

export interface TarEntry {
  readonly name: string;
  /** In bytes. */
  readonly size: number;
  /** To be read to its end before the next entry. */
  readonly content: AsyncIterable<Buffer>;
}

const header = (name: string, size: number, type: '0' | 'x'): Buffer => {
  const block = Buffer.alloc(BLOCK);
  block.write(name, 0, NAME_BYTES, 'latin1');
  block.write('0000600\0', 100);
  block.write('0000000\0', 108);
  block.write('0000000\0', 116);
  block.write(`${size.toString(8).padStart(11, '0')}\0`, 124);
  block.write('00000000000\0', 136);
  block.write('        ', 148);
  block.write(type, 156);
  block.write('ustar\u000000', 257);
  block.write(`${sumOf(block).toString(8).padStart(6, '0')}\0 `, 148);
  return block;
};

const sumOf = (block: Buffer): number => block.reduce((sum, byte) => sum + byte, 0);

export const padding = (size: number): Buffer => Buffer.alloc((BLOCK - (size % BLOCK)) % BLOCK);

/** What precedes the content of a file; `padding` follows it. */
export const tarHeader = (name: string, size: number): Buffer => {
  if (/^[\x20-\x7e]{1,100}$/.test(name)) return header(name, size, '0');
  const record = ` path=${name}\n`;
  let length = Buffer.byteLength(record);
  while (length !== Buffer.byteLength(`${length}${record}`)) length = Buffer.byteLength(`${length}${record}`);
  const pax = Buffer.from(`${length}${record}`);
  return Buffer.concat([
    header('pax', pax.length, 'x'),
    pax,
    padding(pax.length),
    header(name.replace(/[^\x20-\x7e]/g, '_').slice(0, NAME_BYTES), size, '0'),
  ]);
};

export const tarEnd = (): Buffer => Buffer.alloc(2 * BLOCK);

class Bytes {
  readonly #source: AsyncIterator<Buffer>;
  #rest: Buffer = Buffer.alloc(0);

  constructor(source: AsyncIterable<Buffer>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  /** Exactly so many bytes, in pieces. */
  async *pieces(size: number): AsyncGenerator<Buffer, void> {
    for (let left = size; left > 0; ) {
      if (this.#rest.length === 0) {
        const { value, done } = await this.#source.next();
        if (done) throw new Error('it ends too early');
        this.#rest = value;
      }
      const piece = this.#rest.subarray(0, left);
      this.#rest = this.#rest.subarray(piece.length);
      left -= piece.length;
      yield piece;
    }
  }

  async take(size: number): Promise<Buffer> {
    const pieces: Buffer[] = [];
    for await (const piece of this.pieces(size)) pieces.push(piece);
    return Buffer.concat(pieces);
  }
}

const text = (block: Buffer, begin: number, size: number): string =>
  block.toString('latin1', begin, begin + size).replace(/\0.*$/s, '');

/** @throws Error when it is no such archive or is cut off */
export async function* readTar(source: AsyncIterable<Buffer>): AsyncGenerator<TarEntry, void> {
  const bytes = new Bytes(source);
  let paxName: string | undefined;
  for (;;) {
    const block = await bytes.take(BLOCK);
    if (block.every(byte => byte === 0)) return;
    const sum = Number.parseInt(text(block, 148, 8), 8);
    block.fill(' ', 148, 156);
    if (sum !== sumOf(block)) throw new Error('it is damaged');
    const size = Number.parseInt(text(block, 124, 12), 8);
    if (text(block, 156, 1) === 'x') {
      if (size > MAX_PAX) throw new Error('it is damaged');
      paxName = /^\d+ path=(.*)\n$/s.exec((await bytes.take(size)).toString())?.[1];
    } else {
      const content = bytes.pieces(size);
      yield { name: paxName ?? text(block, 0, NAME_BYTES), size, content };
      for await (const _ of content) void _;
      paxName = undefined;
    }
    await bytes.take(padding(size).length);
  }
}
