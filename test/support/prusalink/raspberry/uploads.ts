/** Uploads as a raw body with its length, of the one type that PrusaLink knows. */
import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { page, type Reply } from '../reply.ts';
import { type RouteDeps, refusals, startFile } from './routes.ts';

/** Characters of a file's name; with more it fails at its file system. */
const MAX_NAME = 248;

const isTrue = (header: string | string[] | undefined): boolean => header === '?1';

export const createUploads = (deps: RouteDeps, now: () => number) => {
  const { folder } = deps;

  const obstacle = ({ headers }: IncomingMessage, storage: string, name: string): Reply | undefined => {
    if (storage === 'sdcard') return refusals.readOnly;
    if (storage !== 'local') return refusals.noLocation;
    if (name.includes('?')) return page(400, 'Forbidden characters in file or folder name.');
    const type = headers['content-type'] ?? 'application/octet-stream';
    if (type !== 'text/x.gcode' && type !== 'application/octet-stream') {
      return page(415, 'Only G-Code for FDM printer can be uploaded.', 'Unsupported Media Type');
    }
    if (!(Number(headers['content-length']) > 0)) {
      return page(411, 'Missing Content-Length header or no content in request.', 'Length Required');
    }
    if (folder.files.has(name) && !isTrue(headers.overwrite)) {
      return page(409, 'File already exists.', 'File Already Exists');
    }
    return name.length > MAX_NAME ? refusals.broken : undefined;
  };

  /** Undefined when the client went away. */
  const receive = async (
    request: IncomingMessage,
    [storage, name]: readonly [string, string],
    breakAfter: number,
  ): Promise<Reply | undefined> => {
    const refused = obstacle(request, storage, name);
    if (refused !== undefined) return refused;
    const size = Number(request.headers['content-length']);
    const hash = createHash('sha256');
    const arrived = await new Promise<number>(resolve => {
      let bytes = 0;
      request.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        hash.update(chunk);
        if (bytes >= Math.min(breakAfter, size)) resolve(bytes);
      });
      request.on('close', () => resolve(bytes));
    });
    if (arrived < size || breakAfter < size) return undefined;
    folder.write({ name, size, sha256: hash.digest('hex'), time: Math.floor(now() / 1000) });
    if (!isTrue(request.headers['print-after-upload'])) return page(201);
    folder.refresh();
    const reply = startFile(deps, name);
    return reply.status === 204 ? page(201) : reply;
  };

  return { receive };
};
