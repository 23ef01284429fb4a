/** One upload at a time, as a raw body with its length (`gcode_upload.cpp`). */
import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { page, type Reply } from '../reply.ts';
import { type Drive, isPrintable } from './drive.ts';
import type { Machine } from './machine.ts';
import type { Bugs, Transfer } from './routes.ts';

/** ms without a byte. */
export const ACTIVE_TIMEOUT = 10_000;

export interface UploadDeps {
  readonly drive: Drive;
  readonly machine: Machine;
  readonly bugs: Bugs;
  /** ms */
  readonly now: () => number;
}

interface Running extends Transfer {
  /** Of its last byte. */
  lastMoved: number;
  stop(reply: Reply | undefined): void;
}

const isTrue = (header: string | string[] | undefined): boolean =>
  header === '?1' || header === '1' || header === 'true';

export const createUploads = ({ drive, machine, bugs, now }: UploadDeps) => {
  let running: Running | undefined;
  let foreign: Transfer | undefined;

  /** Why it is refused before its body is read. */
  const obstacle = (request: IncomingMessage, name: string): Reply | undefined => {
    const length = request.headers['content-length'];
    if (length === undefined) return page(411);
    if (Number(length) === 0) return page(501, "0-sized files aren't implemented");
    if (running !== undefined || foreign !== undefined) return page(409, 'Another transfer in progress');
    if (!drive.inserted || drive.full) return page(507, 'USB write error or USB full');
    if (!isPrintable(name)) return page(415, 'Not a GCODE');
    const there = drive.find(name);
    if (there !== undefined && !isTrue(request.headers.overwrite)) return page(409, 'File already exists');
    if (there !== undefined && machine.uses(there)) return page(409, 'File is busy');
    return /[<>:"|?*\\]/.test(name) ? page(422, 'Filename contains invalid characters') : undefined;
  };

  /** Undefined when the client went away. */
  const receive = async (
    request: IncomingMessage,
    name: string,
    breakAfter: number,
  ): Promise<Reply | undefined> => {
    const refused = obstacle(request, name);
    if (refused !== undefined) return refused;
    const size = Number(request.headers['content-length']);
    const hash = createHash('sha256');
    const ended = Promise.withResolvers<Reply | undefined>();
    const transfer: Running = { name, size, transferred: 0, lastMoved: now(), stop: ended.resolve };
    running = transfer;
    request.on('data', (chunk: Buffer) => {
      transfer.transferred += chunk.length;
      transfer.lastMoved = now();
      hash.update(chunk);
      if (transfer.transferred >= breakAfter) {
        request.socket.resetAndDestroy();
        return ended.resolve(undefined);
      }
      if (transfer.transferred >= size) ended.resolve(page(201));
    });
    request.on('close', () => ended.resolve(undefined));
    const reply = await ended.promise;
    running = undefined;
    if (reply?.status !== 201) return reply;
    return store(name, size, hash.digest('hex'), isTrue(request.headers['print-after-upload']));
  };

  const store = (name: string, size: number, sha256: string, print: boolean): Reply => {
    const file = drive.write(name, size, sha256, Math.floor(now() / 1000));
    if (bugs.spuriousUploadConflicts > 0) {
      bugs.spuriousUploadConflicts -= 1;
      return page(409, "Can't print right now");
    }
    if (print) return machine.start(file) ? page(201) : page(409, "Can't print right now");
    machine.preview(file);
    return page(201);
  };

  return {
    receive,
    transfer: (): Transfer | undefined => running ?? foreign,
    /** Somebody else sends a file. */
    startForeign(name: string): void {
      foreign = { name, size: 1_000_000, transferred: 1000 };
    },
    endForeign(): void {
      foreign = undefined;
    },
    /** Stopped from Connect. */
    stop(): void {
      running?.stop(page(503, 'Upload stopped from connect'));
    },
    /** Looks for one that has not moved for too long. */
    checkTime(): void {
      if (running !== undefined && now() - running.lastMoved >= ACTIVE_TIMEOUT) {
        running.stop(page(408, 'Connection timeout'));
      }
    },
    restart(): void {
      foreign = undefined;
      running?.stop(undefined);
    },
  };
};
