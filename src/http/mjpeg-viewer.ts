import type { ServerResponse } from 'node:http';
import type { CameraViewer, Picture } from '../app/ports.ts';
import { Refusal } from '../domain/refusal.ts';

const BOUNDARY = 'mes-camera-picture';
/** A viewer that takes in nothing for so long has gone. In ms. */
const SLOW_FOR = 30_000;

export interface MjpegViewer extends CameraViewer {
  /**
   * Resolves when the answer has begun with a picture, or its client has gone.
   * @throws Refusal PrinterUnavailable when the camera ends before: nothing was answered yet
   */
  readonly begun: Promise<void>;
}

/**
 * Writes pictures as MJPEG. It holds one picture at most: while that is on its way, newer ones are skipped, so a slow
 * viewer sees fewer of them and costs no memory.
 * @param slowFor ms without taking anything in until the viewer is dropped
 */
export const mjpegViewer = (response: ServerResponse, slowFor: number = SLOW_FOR): MjpegViewer => {
  const { promise: begun, resolve, reject } = Promise.withResolvers<void>();
  // Whoever does not wait for it has something else to tell.
  begun.catch(() => undefined);
  response.once('close', () => resolve());
  let slow: NodeJS.Timeout | undefined;
  response.on('drain', () => clearTimeout(slow)).once('close', () => clearTimeout(slow));

  const begin = (): void => {
    if (response.headersSent) return;
    resolve();
    response.writeHead(200, { 'Content-Type': `multipart/x-mixed-replace; boundary=${BOUNDARY}` });
    response.write(`--${BOUNDARY}\r\n`);
  };

  return {
    show({ type, bytes }: Picture) {
      if (response.destroyed || response.writableEnded || response.writableNeedDrain) return;
      begin();
      response.write(`Content-Type: ${type}\r\nContent-Length: ${bytes.length}\r\n\r\n`);
      response.write(bytes);
      // With the boundary behind it a browser shows the picture at once.
      response.write(`\r\n--${BOUNDARY}\r\n`);
      if (!response.writableNeedDrain) return;
      clearTimeout(slow);
      slow = setTimeout(() => response.destroy(), slowFor).unref();
    },
    end(reason) {
      clearTimeout(slow);
      if (response.writableNeedDrain) response.destroy();
      else if (response.headersSent) response.end(`--${BOUNDARY}--\r\n`);
      else reject(new Refusal('PrinterUnavailable', `The camera sent no picture: ${reason}.`));
    },
    begun,
  };
};
