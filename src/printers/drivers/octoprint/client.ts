import type { UploadSource } from '../../../app/ports.ts';
import { createAnswers } from '../shared/answers.ts';
import { fullStorage } from '../shared/full-storage.ts';
import { type Answer, type Timeouts, uploadForm } from '../shared/http-client.ts';
import { createJsonClient } from '../shared/json-client.ts';
import { baseOf } from '../shared/printer-url.ts';
import {
  connectionSchema,
  fileSchema,
  jobSchema,
  loginSchema,
  type OctoPrintFile,
  type OctoPrintJob,
  type OctoPrintPrinter,
  type OctoPrintProfile,
  type OctoPrintWebcams,
  printerSchema,
  profilesSchema,
  settingsSchema,
  storageSchema,
  uploadSchema,
} from './schemas.ts';
import { badKey, softwareOf } from './software.ts';

/** OctoPrint's REST API, as far as we use it. Every method throws DriverError. */
export interface OctoPrintClient {
  /** `OctoPrint 1.11.8` @throws DriverError wrongKind when something else answers there */
  version(signal: AbortSignal): Promise<string>;
  /** `name:session`, to open the socket with. */
  logIn(signal: AbortSignal): Promise<string>;
  /** Of the printer that it is connected to, or would be; undefined when the key may not read it. */
  profile(signal: AbortSignal): Promise<OctoPrintProfile | undefined>;
  /** Undefined when the key may not read the settings. */
  webcams(signal: AbortSignal): Promise<OctoPrintWebcams | undefined>;
  /** Undefined when no printer is connected to it (409). */
  printer(signal: AbortSignal): Promise<OctoPrintPrinter | undefined>;
  job(signal: AbortSignal): Promise<OctoPrintJob>;
  connectionState(signal: AbortSignal): Promise<string>;
  connect(signal: AbortSignal): Promise<void>;
  /** Undefined when there is none. */
  file(path: string, signal: AbortSignal): Promise<OctoPrintFile | undefined>;
  /** Returns the path that OctoPrint gave it: names are sanitised. */
  upload(source: UploadSource, name: string, signal: AbortSignal): Promise<string>;
  select(path: string, print: boolean, signal: AbortSignal): Promise<void>;
  command(body: object, signal: AbortSignal): Promise<void>;
  /** False when there is no such file. */
  move(path: string, destination: string, signal: AbortSignal): Promise<boolean>;
  remove(path: string, signal: AbortSignal): Promise<void>;
}

export interface OctoPrintAccess {
  readonly url: string;
  readonly apiKey: string;
}

const local = (path: string): string =>
  `api/files/local/${path.split('/').map(encodeURIComponent).join('/')}`;

export const createOctoPrintClient = (access: OctoPrintAccess, timeouts: Timeouts): OctoPrintClient => {
  const base = baseOf(access.url);
  const headers = { 'X-Api-Key': access.apiKey };

  const { ask, get, post, remove } = createJsonClient({ base, headers, timeouts, authorized });

  /** A key of little use may not read everything: what it may not read is not known. */
  const permitted = async (path: string, signal: AbortSignal): Promise<Answer | undefined> => {
    const answer = await ask(path, signal);
    return answer.status === 403 ? undefined : authorized(answer);
  };

  return {
    version: signal => softwareOf(base, headers, timeouts.status, signal),
    async logIn(signal) {
      const answer = await post('api/login', { passive: true }, signal);
      const { name, session } = decode(loginSchema, answer, 'api/login');
      return `${name}:${session}`;
    },
    async profile(signal) {
      const answer = await permitted('api/printerprofiles', signal);
      if (answer === undefined) return undefined;
      const profiles = Object.values(decode(profilesSchema, answer, 'api/printerprofiles').profiles);
      return profiles.find(profile => profile.current) ?? profiles[0];
    },
    async webcams(signal) {
      const answer = await permitted('api/settings', signal);
      return answer && decode(settingsSchema, answer, 'api/settings').webcam;
    },
    async printer(signal) {
      const answer = await get('api/printer?exclude=sd', signal);
      return answer.status === 409 ? undefined : decode(printerSchema, answer, 'api/printer');
    },
    async job(signal) {
      return decode(jobSchema, await get('api/job', signal), 'api/job');
    },
    async connectionState(signal) {
      return decode(connectionSchema, await get('api/connection', signal), 'api/connection').current.state;
    },
    async connect(signal) {
      done(await post('api/connection', { command: 'connect' }, signal), 'connect');
    },
    async file(path, signal) {
      const answer = await get(local(path), signal);
      return answer.status === 404 ? undefined : decode(fileSchema, answer, path);
    },
    async upload(source, name, signal) {
      const fields = { userdata: JSON.stringify({ sha256: source.sha256 }) };
      const answer = authorized(
        await uploadForm(base, {
          path: 'api/files/local',
          headers,
          fields,
          fileName: name,
          source,
          idle: timeouts.uploadIdle,
          signal,
        }),
      );
      const free = async () =>
        decode(storageSchema, await get('api/files/local', signal), 'its files').free ?? null;
      const words = errorText(answer);
      const full = await fullStorage({ product: 'OctoPrint', answer, words, size: source.size, free });
      if (full !== undefined) throw full;
      const what = `the upload of ${name}`;
      return decode(uploadSchema, done(answer, what), what).files.local.path;
    },
    async select(path, print, signal) {
      done(await post(local(path), { command: 'select', print }, signal), print ? 'start' : 'select');
    },
    async command(body, signal) {
      done(await post('api/job', body, signal), JSON.stringify(body));
    },
    async move(path, destination, signal) {
      const answer = await post(local(path), { command: 'move', destination }, signal);
      if (answer.status === 404) return false;
      done(answer, `move ${path}`);
      return true;
    },
    async remove(path, signal) {
      const answer = await remove(local(path), signal);
      if (answer.status !== 404) done(answer, `delete ${path}`);
    },
  };
};

/** A bad key gives 403 on GET, but 400 "CSRF validation failed" on everything that changes something. */
const authorized = (answer: Answer): Answer => {
  const bad = answer.status === 400 && answer.text.includes('CSRF validation failed');
  if (bad || answer.status === 401 || answer.status === 403) {
    throw badKey();
  }
  return answer;
};

const errorText = ({ json, text }: Answer): string => {
  const error = typeof json === 'object' && json !== null && 'error' in json ? json.error : text;
  return (typeof error === 'string' ? error : text).slice(0, 200);
};

const { decode, done } = createAnswers({
  product: 'OctoPrint',
  errorText,
  isDone: status => status === 201 || status === 204,
});
