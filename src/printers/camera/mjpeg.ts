import type { Picture } from '../../app/ports.ts';

/** No picture of a printer's camera is larger; bounds the memory. */
export const MAX_PICTURE = 8 * 1024 * 1024;
const MAX_HEAD = 8 * 1024;

const HEAD_END = Buffer.from('\r\n\r\n');

/** No SVG: it could bring a script into our pages. */
const RASTER = 'image/(?:jpe?g|png|webp|gif)';
const partType = new RegExp(`^content-type:\\s*(${RASTER})\\s*(?:;|$)`, 'im');

/** Undefined for what is no picture. */
export const pictureTypeOf = (contentType: string): string | undefined =>
  new RegExp(`^(${RASTER})\\s*(?:;|$)`, 'i').exec(contentType.trim())?.[1]?.toLowerCase();

/** The boundary of `multipart/x-mixed-replace; boundary=…`; undefined for what is no MJPEG. */
export const boundaryOf = (contentType: string): string | undefined => {
  const match = /^multipart\/x-mixed-replace\s*;.*?boundary=("?)([^";]+)\1/i.exec(contentType);
  // Some cameras write the dashes into the header too.
  return match?.[2]?.trim().replace(/^--/, '');
};

/**
 * The pictures of an MJPEG stream: parts with a Content-Length, or that end at the next boundary.
 * @throws Error when a part is too large or makes no sense
 */
export async function* picturesOf(
  chunks: AsyncIterable<Uint8Array>,
  boundary: string,
): AsyncGenerator<Picture, void, void> {
  const delimiter = Buffer.from(`--${boundary}`);
  let rest: Buffer = Buffer.alloc(0);
  /** Where the search for a delimiter goes on: what was looked through is not looked through again. */
  let searched = 0;
  for await (const chunk of chunks) {
    rest = rest.length === 0 ? Buffer.from(chunk) : Buffer.concat([rest, chunk]);
    for (;;) {
      const part = nextPart(rest, delimiter, searched);
      if (part.picture === undefined) {
        searched = part.searched;
        break;
      }
      yield part.picture;
      rest = rest.subarray(part.end);
      searched = 0;
    }
    if (rest.length > MAX_PICTURE + MAX_HEAD) throw new Error('A picture is too large.');
  }
}

type Part =
  | { readonly picture: Picture; readonly end: number }
  | { readonly picture: undefined; readonly searched: number };

const incomplete = (searched = 0): Part => ({ picture: undefined, searched });

const nextPart = (data: Buffer, delimiter: Buffer, searched: number): Part => {
  const begin = data.indexOf(delimiter);
  if (begin < 0) {
    if (data.length > MAX_HEAD) throw new Error('There is no part where one should begin.');
    return incomplete();
  }
  const headEnd = data.indexOf(HEAD_END, begin);
  if (headEnd < 0) {
    if (data.length - begin > MAX_HEAD) throw new Error('The head of a part is too long.');
    return incomplete();
  }
  const head = data.toString('latin1', begin, headEnd);
  const start = headEnd + HEAD_END.length;
  const type = partType.exec(head)?.[1]?.toLowerCase() ?? 'image/jpeg';
  const length = /^content-length:\s*(\d+)/im.exec(head)?.[1];
  if (length !== undefined) {
    const end = start + Number(length);
    if (Number(length) > MAX_PICTURE) throw new Error('A picture is too large.');
    return data.length < end ? incomplete() : { picture: pictureOf(type, data, start, end), end };
  }
  const next = data.indexOf(delimiter, Math.max(start, searched - delimiter.length));
  if (next < 0) return incomplete(data.length);
  return { picture: pictureOf(type, data, start, next - 2), end: next };
};

/** A copy: the stream's buffer is not kept alive by a picture. */
const pictureOf = (type: string, data: Buffer, start: number, end: number): Picture => ({
  type,
  bytes: Buffer.from(data.subarray(start, Math.max(start, end))),
});
