import type { IncomingMessage } from 'node:http';
import { HttpProblem } from '../problem.ts';

const CHECKS_PER_TIMEOUT = 4;

export interface UploadWatch {
  /** Aborts with the problem to answer, when the client is gone or nothing has come for too long. */
  readonly signal: AbortSignal;
  end(): void;
}

/** @param idleMs how long the client may send nothing */
export const watchUpload = (request: IncomingMessage, idleMs: number): UploadWatch => {
  const controller = new AbortController();
  let bytesSeen = request.socket.bytesRead;
  let idleChecks = 0;

  const checkIdle = (): void => {
    idleChecks = request.socket.bytesRead === bytesSeen ? idleChecks + 1 : 0;
    bytesSeen = request.socket.bytesRead;
    if (idleChecks < CHECKS_PER_TIMEOUT) return;
    controller.abort(
      new HttpProblem(408, 'TimedOut', `The upload stood still for ${Math.round(idleMs / 1000)} s.`),
    );
  };
  const cutOff = (): void => {
    if (request.complete) return;
    controller.abort(new HttpProblem(400, 'BadRequest', 'The upload was cut off: send it again.'));
  };

  const timer = setInterval(checkIdle, idleMs / CHECKS_PER_TIMEOUT);
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
