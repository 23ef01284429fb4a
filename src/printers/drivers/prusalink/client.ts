import type { UploadSource } from '../../../app/ports.ts';
import { DriverError } from '../../../app/ports.ts';
import { createAnswers } from '../shared/answers.ts';
import { fullStorage } from '../shared/full-storage.ts';
import { type Answer, type Call, call, type Timeouts, uploadBody } from '../shared/http-client.ts';
import { baseOf } from '../shared/printer-url.ts';
import { createDigest } from './digest.ts';
import { lenientJson } from './lenient-json.ts';
import {
  camerasSchema,
  fileSchema,
  infoSchema,
  jobSchema,
  type PrusaLinkFile,
  type PrusaLinkInfo,
  type PrusaLinkJob,
  type PrusaLinkStatus,
  type PrusaLinkStorage,
  type PrusaLinkVersion,
  printerSchema,
  statusSchema,
  storageSchema,
  versionSchema,
} from './schemas.ts';

export interface PrusaLinkAccess {
  readonly url: string;
  /** The password when there is a user name. */
  readonly apiKey: string;
  /** '' or absent: the API key is sent as it is. */
  readonly username?: string | undefined;
}

/** PrusaLink's API v1, as far as we use it. Paths of files begin with their storage: `usb/part.gcode`. */
export interface PrusaLinkClient {
  /** @throws DriverError wrongKind when something else answers there */
  version(signal: AbortSignal): Promise<PrusaLinkVersion>;
  info(signal: AbortSignal): Promise<PrusaLinkInfo>;
  status(signal: AbortSignal): Promise<PrusaLinkStatus>;
  /** Undefined when there is none (204). */
  job(signal: AbortSignal): Promise<PrusaLinkJob | undefined>;
  storages(signal: AbortSignal): Promise<readonly PrusaLinkStorage[]>;
  /** Of the loaded filament, in the printer's words; '' where it does not say. */
  material(signal: AbortSignal): Promise<string>;
  hasCamera(signal: AbortSignal): Promise<boolean>;
  /** Undefined when there is none. */
  file(path: string, signal: AbortSignal): Promise<PrusaLinkFile | undefined>;
  upload(source: UploadSource, path: string, signal: AbortSignal): Promise<void>;
  /** False when it answered 409. */
  print(path: string, signal: AbortSignal): Promise<boolean>;
  stop(jobId: number, signal: AbortSignal): Promise<void>;
  command(jobId: number, command: 'pause' | 'resume', signal: AbortSignal): Promise<void>;
  /** False while the printer keeps it (409). A file that is not there is removed. */
  remove(path: string, signal: AbortSignal): Promise<boolean>;
  /** Whether its current or last job has that id, at rest too. Nothing happens to the job. */
  isCurrentJob(jobId: number, signal: AbortSignal): Promise<boolean>;
}

const fileUrl = (path: string): string => `api/v1/files/${path.split('/').map(encodeURIComponent).join('/')}`;

export const createPrusaLinkClient = (access: PrusaLinkAccess, timeouts: Timeouts): PrusaLinkClient => {
  const base = baseOf(access.url);
  const digest = access.username
    ? createDigest({ username: access.username, password: access.apiKey })
    : undefined;
  let turn: Promise<unknown> = Promise.resolve();

  const headersFor = (method: string, path: string): Record<string, string> => {
    const target = new URL(path, base);
    const authorization = digest?.authorize(method, target.pathname + target.search);
    return {
      Accept: 'application/json',
      // The printer has three connections, and one kept open may close just as a start is sent over it.
      Connection: 'close',
      // The Raspberry Pi ties a nonce to it, and uploads take another way out of here than the rest.
      'User-Agent': 'mes-printing-server',
      ...(digest === undefined ? { 'X-Api-Key': access.apiKey } : {}),
      ...(authorization === undefined ? {} : { Authorization: authorization }),
    };
  };

  /** A 401 means that nothing was done, so the same request goes again with the printer's new nonce. */
  const authorized = async (
    method: string,
    path: string,
    send: (headers: Record<string, string>) => Promise<Answer>,
  ): Promise<Answer> => {
    let answer = await send(headersFor(method, path));
    if (answer.status === 401 && digest?.challenge(answer.headers['www-authenticate'] ?? '')) {
      answer = await send(headersFor(method, path));
    }
    if (answer.status === 401 || answer.status === 403) throw denied(answer, access.username);
    return answer;
  };

  /** One after the other: whoever else asks for the same printer waits. */
  const inTurn = <T>(act: () => Promise<T>): Promise<T> => {
    const result = turn.then(act);
    turn = result.catch(() => undefined);
    return result;
  };

  const send = (
    method: Call['method'],
    path: string,
    signal: AbortSignal,
    timeout = method === 'GET' ? timeouts.status : timeouts.command,
  ): Promise<Answer> =>
    inTurn(() => authorized(method, path, headers => call(base, { method, path, headers, timeout, signal })));

  const get = (path: string, signal: AbortSignal): Promise<Answer> => send('GET', path, signal);

  return {
    async version(signal) {
      const answer = await get('api/version', signal);
      if (answer.status >= 500) throw troubled(answer, 'api/version');
      const version = versionSchema.safeParse(lenientJson(answer.text));
      if (version.success) return version.data;
      throw new DriverError('wrongKind', `There is no PrusaLink at this URL (status ${answer.status}).`);
    },
    async info(signal) {
      const answer = await get('api/v1/info', signal);
      return decode(infoSchema, answer, 'api/v1/info');
    },
    async status(signal) {
      return decode(statusSchema, await get('api/v1/status', signal), 'api/v1/status');
    },
    async job(signal) {
      const answer = await get('api/v1/job', signal);
      return answer.status === 204 ? undefined : decode(jobSchema, answer, 'api/v1/job');
    },
    async storages(signal) {
      return decode(storageSchema, await get('api/v1/storage', signal), 'api/v1/storage').storage_list;
    },
    async material(signal) {
      const answer = await get('api/printer', signal);
      return decode(printerSchema, answer, 'api/printer').telemetry?.material ?? '';
    },
    async hasCamera(signal) {
      const answer = await get('api/v1/cameras', signal);
      // Buddy firmware has no such page.
      if (answer.status === 404) return false;
      return decode(camerasSchema, answer, 'api/v1/cameras').camera_list.some(camera => camera.connected);
    },
    async file(path, signal) {
      const answer = await get(fileUrl(path), signal);
      return answer.status === 404 ? undefined : decode(fileSchema, answer, path);
    },
    async upload(source, path, signal) {
      const url = fileUrl(path);
      const type = { 'Content-Type': 'text/x.gcode', Overwrite: '?1' };
      const answer = await authorized('PUT', url, headers =>
        uploadBody(base, {
          method: 'PUT',
          path: url,
          headers: { ...headers, ...type },
          fileName: path,
          source,
          idle: timeouts.uploadIdle,
          signal,
        }),
      );
      const what = `the upload of ${path}`;
      const words = errorText(answer);
      const full = await fullStorage({ product: 'PrusaLink', answer, words, size: source.size });
      if (full !== undefined) throw full;
      // Buddy says so before it takes anything; older firmware knows no binary g-code.
      if (answer.status === 415 && source.kind === 'bgcode') {
        throw new DriverError('noBgcode', 'PrusaLink takes no binary g-code (415).');
      }
      done(answer, what, status => status === 201);
    },
    async print(path, signal) {
      const answer = await send('POST', fileUrl(path), signal);
      if (answer.status === 409) return false;
      done(answer, 'start');
      return true;
    },
    async stop(jobId, signal) {
      done(await send('DELETE', `api/v1/job/${jobId}`, signal), 'stop');
    },
    async command(jobId, command, signal) {
      done(await send('PUT', `api/v1/job/${jobId}/${command}`, signal), command);
    },
    async remove(path, signal) {
      const answer = await send('DELETE', fileUrl(path), signal);
      if (answer.status === 409) return false;
      if (answer.status !== 404) done(answer, `delete ${path}`);
      return true;
    },
    async isCurrentJob(jobId, signal) {
      // A command that does not exist: another id is 404 before the command is looked at.
      const answer = await send('PUT', `api/v1/job/${jobId}/none`, signal, timeouts.status);
      if (answer.status === 404) return false;
      if (answer.status === 400 || answer.status === 204) return true;
      if (answer.status >= 500) throw troubled(answer, 'job id');
      throw new DriverError('garbled', `PrusaLink answered ${answer.status} to a look at its job id.`);
    },
  };
};

const denied = ({ status }: Answer, username: string | undefined): DriverError =>
  new DriverError(
    'unauthorized',
    username
      ? `PrusaLink does not accept ${username} with this password (${status}): give it a valid one.`
      : `PrusaLink does not accept the API key (${status}): give it a valid one.`,
  );

/** Buddy has `title` and `message`, the Raspberry Pi also `text`. */
const errorText = ({ json, text }: Answer): string => {
  const error = (typeof json === 'object' ? json : null) as { message?: unknown; title?: unknown } | null;
  return String(error?.message || error?.title || text)
    .slice(0, 1000)
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, 120);
};

const { decode, done, troubled } = createAnswers({
  product: 'PrusaLink',
  errorText,
  contentOf: ({ text }) => lenientJson(text),
  isDone: status => status === 204,
});
