import type { Picture } from '../../app/ports.ts';
import { BadStream, boundaryOf, MAX_PICTURE, picturesOf, pictureTypeOf } from './mjpeg.ts';
import { createPace } from './pacing.ts';

/** In ms. */
export interface CameraTimes {
  /** Until a camera answers. */
  readonly answer: number;
  /** Between two pictures of a stream. */
  readonly silence: number;
}

export const defaultCameraTimes: CameraTimes = { answer: 5_000, silence: 15_000 };

/** It does not answer, or not with pictures. Its message holds no address. */
export class CameraError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'CameraError';
  }
}

/** ms between two pictures of a stream that are passed on. */
const PICTURE_INTERVAL = 1000 / 30;
/** Bytes per ms that are read of a stream: 16 MB/s. */
const FASTEST = 16_000;
/** ms of reading that a chunk takes at least, however small it is. */
const LEAST_CHUNK = 0.05;

/** What a camera sends, no faster than this server wants it. */
async function* paced(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, void> {
  const pace = createPace();
  for await (const chunk of body) {
    await pace.spend(Math.max(LEAST_CHUNK, chunk.length / FASTEST));
    yield chunk;
  }
}

type Headers = Readonly<Record<string, string>>;

/** Redirects are not followed: they could lead anywhere. */
const request = async (url: string, headers: Headers, signal: AbortSignal): Promise<Response> => {
  const response = await fetch(url, { headers, redirect: 'manual', signal }).catch(error => {
    throw new CameraError('it does not answer', { cause: error });
  });
  if (response.status !== 200 || response.body === null) {
    response.body?.cancel().catch(() => undefined);
    throw new CameraError(`it answers ${response.status}`);
  }
  return response;
};

/** Ends when nobody pets it in time. */
const createWatchdog = (parent: AbortSignal) => {
  const abort = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  return {
    signal: AbortSignal.any([parent, abort.signal]),
    wait(milliseconds: number): void {
      clearTimeout(timer);
      timer = setTimeout(() => abort.abort(new CameraError('it has gone silent')), milliseconds);
    },
    done(): void {
      clearTimeout(timer);
    },
  };
};

/**
 * The pictures of a stream until the signal ends it or the camera does.
 * @param opened called when the camera has answered with a stream
 * @throws CameraError
 */
export const streamPictures = async (
  url: string,
  headers: Headers,
  times: CameraTimes,
  signal: AbortSignal,
  on: { readonly opened: () => void; readonly picture: (picture: Picture) => void },
): Promise<void> => {
  const watchdog = createWatchdog(signal);
  watchdog.wait(times.answer);
  try {
    const { body, headers: answered } = await request(url, headers, watchdog.signal);
    const boundary = boundaryOf(answered.get('content-type') ?? '');
    if (boundary === undefined || body === null) {
      body?.cancel().catch(() => undefined);
      throw new CameraError('it does not send an MJPEG stream');
    }
    on.opened();
    watchdog.wait(times.silence);
    const pace = createPace();
    for await (const picture of picturesOf(paced(body), boundary)) {
      await pace.spend(PICTURE_INTERVAL);
      if (picture.bytes.length === 0) continue;
      watchdog.wait(times.silence);
      on.picture(picture);
    }
    throw new CameraError('it has ended the stream');
  } catch (error) {
    if (error instanceof CameraError) throw error;
    if (error instanceof BadStream) throw new CameraError(error.message, { cause: error });
    if (watchdog.signal.reason instanceof CameraError) throw watchdog.signal.reason;
    throw new CameraError('its stream broke off', { cause: error });
  } finally {
    watchdog.done();
  }
};

/** One picture. @throws CameraError */
export const fetchPicture = async (url: string, headers: Headers, times: CameraTimes): Promise<Picture> => {
  const signal = AbortSignal.timeout(times.answer);
  try {
    const { body, headers: answered } = await request(url, headers, signal);
    const type = pictureTypeOf(answered.get('content-type') ?? '');
    if (type === undefined || body === null) {
      body?.cancel().catch(() => undefined);
      throw new CameraError('it does not send a picture');
    }
    const chunks: Uint8Array[] = [];
    let size = 0;
    for await (const chunk of body) {
      size += chunk.length;
      if (size > MAX_PICTURE) throw new CameraError('its picture is too large');
      chunks.push(chunk);
    }
    return { type, bytes: Buffer.concat(chunks) };
  } catch (error) {
    if (error instanceof CameraError) throw error;
    throw new CameraError('its picture broke off', { cause: error });
  }
};
