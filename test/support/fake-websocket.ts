/** The server's side of a WebSocket (RFC 6455) for stand-ins: short text frames, no extensions. */
import { createHash } from 'node:crypto';
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';

export interface FakeSocket {
  /** Texts that the client has sent. */
  readonly received: string[];
  send(text: string): void;
  /** Breaks the connection without a word. */
  destroy(): void;
  readonly open: boolean;
}

const HANDSHAKE = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

const frameOf = (opcode: number, payload: Buffer): Buffer => {
  const head =
    payload.length < 126
      ? Buffer.from([0x80 | opcode, payload.length])
      : Buffer.from([0x80 | opcode, 126, payload.length >> 8, payload.length & 0xff]);
  return Buffer.concat([head, payload]);
};

/** Text frames of a client: masked, whole, shorter than 64 KiB. Returns what is left. */
const readFrames = (data: Buffer, hear: (opcode: number, text: string) => void): Buffer => {
  let rest = data;
  while (rest.length >= 6) {
    const short = (rest[1] ?? 0) & 0x7f;
    const start = short === 126 ? 4 : 2;
    const length = short === 126 ? rest.readUInt16BE(2) : short;
    if (rest.length < start + 4 + length) break;
    const mask = rest.subarray(start, start + 4);
    const payload = rest.subarray(start + 4, start + 4 + length).map((byte, i) => byte ^ (mask[i % 4] ?? 0));
    hear((rest[0] ?? 0) & 0x0f, Buffer.from(payload).toString('utf8'));
    rest = rest.subarray(start + 4 + length);
  }
  return rest;
};

/** @param accept says whether a request may be upgraded */
export const acceptWebSockets = (
  server: Server,
  accept: (request: IncomingMessage) => boolean,
  opened: (socket: FakeSocket) => void,
): void => {
  server.on('upgrade', (request: IncomingMessage, stream: Duplex) => {
    stream.on('error', () => undefined);
    stream.on('end', () => stream.end());
    if (!accept(request)) return void stream.destroy();
    const key = createHash('sha1').update(`${request.headers['sec-websocket-key']}${HANDSHAKE}`);
    stream.write(
      'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n' +
        `Sec-WebSocket-Accept: ${key.digest('base64')}\r\n\r\n`,
    );
    const received: string[] = [];
    let rest: Buffer = Buffer.alloc(0);
    stream.on('data', (chunk: Buffer) => {
      rest = readFrames(Buffer.concat([rest, chunk]), (opcode, text) => {
        if (opcode === 1) received.push(text);
        if (opcode === 8) stream.end(frameOf(8, Buffer.alloc(0)));
      });
    });
    opened({
      received,
      send: text => void stream.write(frameOf(1, Buffer.from(text))),
      destroy: () => void stream.destroy(),
      get open() {
        return !stream.destroyed && stream.writable;
      },
    });
  });
};
