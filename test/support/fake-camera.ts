/** Stands in for mjpg-streamer: pictures go out when the test says so. */
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type FakeCamera = Awaited<ReturnType<typeof startFakeCamera>>;

export const startFakeCamera = async () => {
  const streams = new Set<ServerResponse>();
  const requests: string[] = [];
  let opened = 0;
  let snapshot = Buffer.from('snapshot');
  let answer: ((response: ServerResponse, url: string) => void) | undefined;

  const server = createServer((request, response) => {
    const url = request.url ?? '';
    requests.push(`${url}${request.headers['x-api-key'] ? ` ${request.headers['x-api-key']}` : ''}`);
    if (answer !== undefined) return answer(response, url);
    if (url.includes('snapshot')) {
      response.writeHead(200, { 'Content-Type': 'image/jpeg' }).end(snapshot);
      return;
    }
    opened += 1;
    streams.add(response);
    response.once('close', () => streams.delete(response));
    response.writeHead(200, { 'Content-Type': 'multipart/x-mixed-replace;boundary=cam' });
    response.write('--cam\r\n');
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  return {
    url,
    requests,
    /** Connections to the stream, now and in all. */
    get open() {
      return streams.size;
    },
    get opened() {
      return opened;
    },
    send(picture: Uint8Array | string): void {
      const bytes = Buffer.from(picture);
      for (const stream of streams) {
        stream.write(`Content-Type: image/jpeg\r\nContent-Length: ${bytes.length}\r\n\r\n`);
        stream.write(bytes);
        stream.write('\r\n--cam\r\n');
      }
    },
    takeSnapshots(of: string): void {
      snapshot = Buffer.from(of);
    },
    answerWith(how: (response: ServerResponse, url: string) => void): void {
      answer = how;
    },
    breakStreams(): void {
      for (const stream of streams) stream.destroy();
    },
    stop(): Promise<void> {
      server.closeAllConnections();
      return new Promise(resolve => server.close(() => resolve()));
    },
  };
};
