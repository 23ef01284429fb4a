import type { ServerResponse } from 'node:http';
import type { CameraViewer, Picture } from '../app/ports.ts';

const BOUNDARY = 'mes-camera-picture';
/** A viewer that takes in nothing for so long has gone. In ms. */
const SLOW_FOR = 30_000;

/**
 * Writes pictures as MJPEG. It holds one picture at most: while that is on its way, newer ones are skipped, so a slow
 * viewer sees fewer of them and costs no memory.
 * @param slowFor ms without taking anything in until the viewer is dropped
 */
export const mjpegViewer = (response: ServerResponse, slowFor: number = SLOW_FOR): CameraViewer => {
  let slow: NodeJS.Timeout | undefined;
  response.on('drain', () => clearTimeout(slow)).once('close', () => clearTimeout(slow));

  const begin = (): void => {
    if (response.headersSent) return;
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
    end() {
      clearTimeout(slow);
      if (response.writableNeedDrain) response.destroy();
      else if (response.headersSent) response.end(`--${BOUNDARY}--\r\n`);
      else response.destroy();
    },
  };
};
