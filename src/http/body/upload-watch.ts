import type { IncomingMessage } from 'node:http';
import { HttpProblem } from '../problem.ts';

const CHECKS_PER_WINDOW = 6;

export interface UploadPace {
  /** ms; the rate is averaged over so long, and so long a new upload is left alone. */
  readonly window: number;
  readonly minBytesPerSecond: number;
}

export interface UploadWatch {
  /** Aborts with the problem to answer, when the client is gone or sends too slowly. */
  readonly signal: AbortSignal;
  end(): void;
}

const tooSlow = (bytes: number, { window, minBytesPerSecond }: UploadPace): HttpProblem =>
  new HttpProblem(
    408,
    'TimedOut',
    `Only ${bytes} bytes of the upload came in ${window / 1000} s, less than ${minBytesPerSecond} a second: it was ended and nothing was stored. Send it again.`,
  );

/** Whoever holds a place for an upload must use it: one that stands still or drips is ended. */
export const watchUpload = (request: IncomingMessage, pace: UploadPace): UploadWatch => {
  const { socket } = request;
  const controller = new AbortController();
  const least = (pace.minBytesPerSecond * pace.window) / 1000;
  /** Bytes that had come at each check of the last window. */
  let seen = [socket.bytesRead];

  const checkPace = (): void => {
    if (request.complete) return;
    // It is our disk that is slow: what has come was not taken yet.
    if (request.readableLength > 0) {
      seen = [socket.bytesRead];
      return;
    }
    seen.push(socket.bytesRead);
    if (seen.length <= CHECKS_PER_WINDOW) return;
    const bytes = socket.bytesRead - (seen.shift() ?? 0);
    if (bytes < least) controller.abort(tooSlow(bytes, pace));
  };
  const cutOff = (): void => {
    if (request.complete) return;
    controller.abort(new HttpProblem(400, 'BadRequest', 'The upload was cut off: send it again.'));
  };

  const timer = setInterval(checkPace, pace.window / CHECKS_PER_WINDOW);
  request.once('close', cutOff).once('error', cutOff);
  return {
    signal: controller.signal,
    end() {
      clearInterval(timer);
      request.off('close', cutOff).off('error', cutOff);
      // A late error of a request that is done with has no one to tell.
      request.on('error', () => {});
    },
  };
};
