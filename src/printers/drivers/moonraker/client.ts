import { z } from 'zod';
import type { UploadSource } from '../../../app/ports.ts';
import { DriverError } from '../../../app/ports.ts';
import { createAnswers } from '../shared/answers.ts';
import { fullStorage } from '../shared/full-storage.ts';
import { type Answer, defaultTimeouts, type Timeouts, uploadForm } from '../shared/http-client.ts';
import { createJsonClient } from '../shared/json-client.ts';
import { baseOf } from '../shared/printer-url.ts';
import {
  configSchema,
  directorySchema,
  fileSchema,
  type HistoryJob,
  type HostInfo,
  historyListSchema,
  historyOneSchema,
  hostSchema,
  infoSchema,
  type KlipperConfig,
  type MoonrakerInfo,
  objectListSchema,
  type PrinterObjects,
  querySchema,
  type StoredFile,
  spoolmanSchema,
  spoolSchema,
  uploadSchema,
  type Webcam,
  webcamsSchema,
} from './schemas.ts';

export interface MoonrakerAccess {
  readonly url: string;
  readonly apiKey: string;
}

/** Moonraker's REST API (API 1.5), as far as we use it. Every method throws DriverError. */
export interface MoonrakerClient {
  /** @throws DriverError wrongKind when something else answers there */
  info(signal: AbortSignal): Promise<MoonrakerInfo>;
  /** Undefined while Klipper is not there. */
  host(signal: AbortSignal): Promise<HostInfo | undefined>;
  /** What Klipper was set up with; undefined when it does not say. */
  config(signal: AbortSignal): Promise<KlipperConfig | undefined>;
  webcams(signal: AbortSignal): Promise<readonly Webcam[]>;
  /** Names of all objects that the printer has; undefined while Klipper is not there. */
  objectNames(signal: AbortSignal): Promise<readonly string[] | undefined>;
  /** Undefined while Klipper is not there. */
  query(names: readonly string[], signal: AbortSignal): Promise<PrinterObjects | undefined>;
  /** The latest first. */
  history(limit: number, signal: AbortSignal): Promise<readonly HistoryJob[]>;
  historyJob(id: string, signal: AbortSignal): Promise<HistoryJob | undefined>;
  /** Undefined when there is none. */
  file(path: string, signal: AbortSignal): Promise<StoredFile | undefined>;
  /** Returns the path that Moonraker gave it. */
  upload(source: UploadSource, name: string, signal: AbortSignal): Promise<string>;
  move(from: string, to: string, signal: AbortSignal): Promise<void>;
  /** False when there was none. @throws DriverError refused while it is being printed */
  remove(path: string, signal: AbortSignal): Promise<boolean>;
  script(gcode: string, signal: AbortSignal): Promise<void>;
  start(path: string, signal: AbortSignal): Promise<void>;
  command(command: 'pause' | 'resume' | 'cancel', signal: AbortSignal): Promise<void>;
  /** The active spool's number; undefined without a Spoolman that is reached. */
  spoolId(signal: AbortSignal): Promise<number | undefined>;
  spool(
    id: number,
    signal: AbortSignal,
  ): Promise<{ readonly material: string; readonly remaining: number | null } | undefined>;
}

export interface MoonrakerTimeouts extends Timeouts {
  /** Klipper answers a cancel when its macro, which may park and cool, is through. */
  readonly cancel: number;
}

export const moonrakerTimeouts: MoonrakerTimeouts = { ...defaultTimeouts, cancel: 60_000 };

const local = (path: string): string => path.split('/').map(encodeURIComponent).join('/');

export const createMoonrakerClient = (
  access: MoonrakerAccess,
  timeouts: MoonrakerTimeouts,
): MoonrakerClient => {
  const base = baseOf(access.url);
  const headers = { 'X-Api-Key': access.apiKey };

  const { ask, get, post, remove } = createJsonClient({ base, headers, timeouts, authorized });

  return {
    async info(signal) {
      const path = 'server/info';
      const answer = await ask(path, signal);
      // Other printers answer 401 as well: the form of the error is Moonraker's own.
      if (answer.status === 401 && errorOf(answer) !== undefined) throw denied();
      const info = resultOf(infoSchema, answer);
      if (answer.status === 200 && info.success) return info.data;
      if (answer.status >= 500) {
        throw new DriverError('unreachable', `${answer.status} instead of an answer to ${path}.`);
      }
      throw new DriverError('wrongKind', `There is no Moonraker at this URL (status ${answer.status}).`);
    },
    async host(signal) {
      const answer = await get('printer/info', signal);
      return isKlippyAway(answer) ? undefined : decode(hostSchema, answer, 'printer/info');
    },
    async config(signal) {
      const answer = await get('printer/objects/query?configfile=settings', signal);
      const config = resultOf(configSchema, answer);
      return answer.status === 200 && config.success ? config.data.status.configfile.settings : undefined;
    },
    async webcams(signal) {
      const answer = await get('server/webcams/list', signal);
      // Before Moonraker 0.8 there was no such list.
      if (answer.status === 404) return [];
      return decode(webcamsSchema, answer, 'server/webcams/list').webcams;
    },
    async objectNames(signal) {
      const answer = await get('printer/objects/list', signal);
      if (isKlippyAway(answer)) return undefined;
      return decode(objectListSchema, answer, 'printer/objects/list').objects;
    },
    async query(names, signal) {
      const answer = await get(`printer/objects/query?${names.map(encodeURIComponent).join('&')}`, signal);
      return isKlippyAway(answer) ? undefined : decode(querySchema, answer, 'printer/objects/query').status;
    },
    async history(limit, signal) {
      const answer = await get(`server/history/list?limit=${limit}&order=desc`, signal);
      // An older Moonraker keeps none unless it is told to.
      return answer.status === 404 ? [] : decode(historyListSchema, answer, 'server/history/list').jobs;
    },
    async historyJob(id, signal) {
      const answer = await get(`server/history/job?uid=${encodeURIComponent(id)}`, signal);
      return answer.status === 404 ? undefined : decode(historyOneSchema, answer, 'server/history/job').job;
    },
    async file(path, signal) {
      const answer = await get(`server/files/metadata?filename=${encodeURIComponent(path)}`, signal);
      return answer.status === 404 ? undefined : decode(fileSchema, answer, `the metadata of ${path}`);
    },
    async upload(source, name, signal) {
      const what = `the upload of ${name}`;
      const answer = authorized(
        await uploadForm(base, {
          path: 'server/files/upload',
          headers,
          fields: { root: 'gcodes', checksum: source.sha256 },
          fileName: name,
          source,
          idle: timeouts.uploadIdle,
          signal,
        }),
      );
      if (answer.status === 422) {
        throw new DriverError('refused', `${name} arrived damaged: its SHA-256 is not the stored file's.`);
      }
      const free = async () => {
        const path = 'server/files/directory?path=gcodes';
        return decode(directorySchema, await get(path, signal), path).disk_usage.free ?? null;
      };
      const words = wordsOf(answer);
      const full = await fullStorage({ product: 'Moonraker', answer, words, size: source.size, free });
      if (full !== undefined) throw full;
      const result = uploadSchema.safeParse(done(answer, what).json);
      if (!result.success) throw new DriverError('garbled', `Moonraker's answer to ${what} makes no sense.`);
      return result.data.item.path;
    },
    async move(from, to, signal) {
      const body = { source: `gcodes/${from}`, dest: `gcodes/${to}` };
      done(await post('server/files/move', body, signal), `move ${from}`);
    },
    async remove(path, signal) {
      const answer = await remove(`server/files/gcodes/${local(path)}`, signal);
      if (answer.status === 400 || answer.status === 404) return false;
      done(answer, `delete ${path}`);
      return true;
    },
    async script(gcode, signal) {
      done(await post('printer/gcode/script', { script: gcode }, signal), gcode);
    },
    async start(path, signal) {
      done(await post('printer/print/start', { filename: path }, signal), `start ${path}`);
    },
    async command(command, signal) {
      const timeout = command === 'cancel' ? timeouts.cancel : timeouts.command;
      done(await post(`printer/print/${command}`, {}, signal, timeout), command);
    },
    async spoolId(signal) {
      const answer = await get('server/spoolman/status', signal);
      const status = resultOf(spoolmanSchema, answer);
      if (answer.status !== 200 || !status.success) return undefined;
      const { spoolman_connected: connected, spool_id: id } = status.data;
      return connected === true ? (id ?? undefined) : undefined;
    },
    async spool(id, signal) {
      const body = { request_method: 'GET', path: `/v1/spool/${id}`, use_v2_response: true };
      const answer = await post('server/spoolman/proxy', body, signal, timeouts.status);
      const spool = resultOf(spoolSchema, answer);
      if (answer.status !== 200 || !spool.success) return undefined;
      const { filament, remaining_weight: remaining } = spool.data.response;
      return { material: filament?.material ?? '', remaining: remaining ?? null };
    },
  };
};

const errorSchema = z.object({ error: z.object({ code: z.number(), message: z.string() }) });

const errorOf = ({ json }: Answer): string | undefined => {
  const error = errorSchema.safeParse(json);
  return error.success ? error.data.error.message : undefined;
};

const denied = (): DriverError =>
  new DriverError('unauthorized', 'Moonraker does not accept the API key: give it a valid one.');

const authorized = (answer: Answer): Answer => {
  if (answer.status === 401) throw denied();
  return answer;
};

/** 503 while Klipper is not connected; 404 until a Moonraker that was just started has found it. */
const isKlippyAway = ({ status }: Answer): boolean => status === 503 || status === 404;

/** 503 of a command that had no way to Klipper. "Klippy Disconnected" is another: there it may have got through. */
const NOT_CONNECTED = /not connected|not available/i;

const envelope = z.object({ result: z.unknown() });

const resultOf = <T extends z.ZodType>(schema: T, { json }: Answer): z.ZodSafeParseResult<z.infer<T>> => {
  return schema.safeParse(envelope.safeParse(json).data?.result);
};

const wordsOf = (answer: Answer): string => (errorOf(answer) ?? answer.text).slice(0, 200);

const { decode, done } = createAnswers({
  product: 'Moonraker',
  errorText: wordsOf,
  contentOf: ({ json }) => envelope.safeParse(json).data?.result,
  isRefusal: answer => answer.status < 500 || (answer.status === 503 && NOT_CONNECTED.test(wordsOf(answer))),
});
