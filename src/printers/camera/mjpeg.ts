import type { Picture } from '../../app/ports.ts';
import { createWindow } from './window.ts';

/** No picture of a printer's camera is larger; bounds the memory. */
export const MAX_PICTURE = 4 * 1024 * 1024;
const TOO_LARGE = `its pictures are larger than ${MAX_PICTURE / 1024 / 1024} MB`;
/** In bytes. */
const PIECE = 64 * 1024;
const MAX_HEAD = 8 * 1024;

const HEAD_END = Buffer.from('\r\n\r\n');

/** No SVG: it could bring a script into our pages. */
const RASTER = 'image/(?:jpe?g|png|webp|gif)';
const partType = new RegExp(`^content-type:[ \\t]*(${RASTER})[ \\t]*(?:;|\\r|$)`, 'im');

/** Undefined for what is no picture. */
export const pictureTypeOf = (contentType: string): string | undefined =>
  new RegExp(`^(${RASTER})\\s*(?:;|$)`, 'i').exec(contentType.trim())?.[1]?.toLowerCase();

/** The boundary of `multipart/x-mixed-replace; boundary=…`; undefined for what is no MJPEG. */
export const boundaryOf = (contentType: string): string | undefined => {
  const match = /^multipart\/x-mixed-replace\s*;.*?boundary=("?)([^";]+)\1/i.exec(contentType);
  // Some cameras write the dashes into the header too.
  return match?.[2]?.trim().replace(/^--/, '');
};

/** What comes is no stream of pictures that could be shown; its words are for people. */
export class BadStream extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'BadStream';
  }
}

interface Part {
  readonly type: string;
  /** Bytes; undefined when it ends at the next delimiter. */
  readonly length: number | undefined;
}

/**
 * The pictures of an MJPEG stream: parts with a Content-Length, or that end at the next boundary. What was looked
 * through is not looked through again, however small the chunks are.
 * @throws BadStream when a part is too large or makes no sense
 */
export async function* picturesOf(
  chunks: AsyncIterable<Uint8Array>,
  boundary: string,
): AsyncGenerator<Picture, void, void> {
  const delimiter = Buffer.from(`--${boundary}`);
  const data = createWindow();
  let part: Part | undefined;
  /** Where the search goes on. */
  let searched = 0;

  const find = (wanted: Buffer): number => {
    const at = data.find(wanted, Math.max(0, searched - wanted.length));
    searched = at < 0 ? data.length : 0;
    return at;
  };

  /** The delimiter goes with what is before it, so that the data then begins with the head. */
  let isInHead = false;
  const readHead = (): Part | undefined => {
    if (!isInHead) {
      const begin = find(delimiter);
      if (begin < 0) {
        if (data.length > MAX_HEAD) throw new BadStream('there is no picture where one should begin');
        return undefined;
      }
      data.drop(begin + delimiter.length);
      isInHead = true;
    }
    const end = find(HEAD_END);
    if ((end < 0 ? data.length : end) > MAX_HEAD) throw new BadStream('the head of a picture is too long');
    if (end < 0) return undefined;
    const head = data.copy(end).toString('latin1');
    data.drop(end + HEAD_END.length);
    isInHead = false;
    return partOf(head);
  };

  const readBody = ({ type, length }: Part): Picture | undefined => {
    if (length !== undefined) {
      if (data.length < length) return undefined;
      const bytes = data.copy(length);
      data.drop(length);
      return { type, bytes };
    }
    const next = find(delimiter);
    if ((next < 0 ? data.length : next) > MAX_PICTURE + delimiter.length) throw new BadStream(TOO_LARGE);
    if (next < 0) return undefined;
    const bytes = data.copy(Math.max(0, next - 2));
    data.drop(next);
    return { type, bytes };
  };

  for await (const chunk of chunks) {
    // A chunk may be larger than what is kept: pictures are taken out of it piece by piece.
    for (let at = 0; at < chunk.length; at += PIECE) {
      data.append(chunk.subarray(at, at + PIECE));
      for (;;) {
        part ??= readHead();
        const picture = part && readBody(part);
        if (picture === undefined) break;
        part = undefined;
        yield picture;
      }
    }
  }
}

const partOf = (head: string): Part => {
  const type = partType.exec(head)?.[1]?.toLowerCase() ?? 'image/jpeg';
  const told = /^content-length:[ \t]*(\d+)/im.exec(head)?.[1];
  const length = told === undefined ? undefined : Number(told);
  if (length !== undefined && length > MAX_PICTURE) throw new BadStream(TOO_LARGE);
  return { type, length };
};
