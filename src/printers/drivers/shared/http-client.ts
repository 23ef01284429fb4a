import {
  type ClientRequest,
  Agent as HttpAgent,
  request as httpRequest,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type RequestOptions,
} from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { DriverError, type UploadSource } from '../../../app/ports.ts';
import { jsonOf } from './json.ts';
import { sendBody, UnreadableFile } from './send-body.ts';

/** In ms. */
export interface Timeouts {
  readonly status: number;
  readonly command: number;
  /** No byte of an upload moves for so long. */
  readonly uploadIdle: number;
}

export const defaultTimeouts: Timeouts = { status: 5_000, command: 15_000, uploadIdle: 60_000 };

export interface Answer {
  readonly status: number;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  /** The parsed JSON body; undefined when it is none. */
  readonly json: unknown;
}

export interface Call {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** ms */
  readonly timeout: number;
  readonly signal: AbortSignal;
}

/** More than any printer says at a time; guards the memory. */
const MAX_ANSWER = 1024 * 1024;
/** Bytes per ms of the slowest upload that is waited for: 50 kB/s. */
const SLOWEST_UPLOAD = 50;

/** Connections are kept within a look, not until the next one: a host may be closing them just then. In ms. */
const KEPT = 4_000;
const agents = {
  http: new HttpAgent({ keepAlive: true, timeout: KEPT }),
  https: new HttpsAgent({ keepAlive: true, timeout: KEPT }),
} as const;

/** node:http and not fetch, which copies each byte of an endless answer twice before it can be given up. */
const open = (url: URL, options: RequestOptions): ClientRequest =>
  url.protocol === 'https:'
    ? httpsRequest(url, { agent: agents.https, ...options })
    : httpRequest(url, { agent: agents.http, ...options });

/** The whole answer; rejects when the signal is aborted, whatever the connection does. */
const answerTo = (request: ClientRequest, what: string, signal: AbortSignal): Promise<Answer> => {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const giveUp = (): void => reject(signal.reason);
  signal.addEventListener('abort', giveUp, { once: true });
  request.on('error', reject);
  request.on('response', response => {
    limitedText(what, response)
      .then(text => answerOf(what, response.statusCode ?? 0, plainHeaders(response.headers), text))
      .then(resolve, reject);
  });
  return promise.finally(() => signal.removeEventListener('abort', giveUp));
};

/**
 * @throws DriverError unreachable when there is no whole answer, garbled for a redirect or an endless one, unauthorized
 * for a key that no header can carry
 */
export const call = async (base: string, { body, ...request }: Call): Promise<Answer> => {
  const { method, path, headers = {}, timeout, signal } = request;
  const what = `${method} ${shortPath(path)}`;
  const limit = AbortSignal.any([signal, AbortSignal.timeout(timeout)]);
  try {
    signal.throwIfAborted();
    const sending = open(new URL(path, base), { method, headers, signal: limit });
    const answered = answerTo(sending, what, limit);
    sending.end(body);
    return await answered;
  } catch (error) {
    throw translated(error, what, timeout, signal);
  }
};

/** Without what is asked of it, and not at any length. In characters. */
const MAX_PATH = 80;

const shortPath = (path: string): string => {
  const [plain = ''] = path.split('?');
  return plain.length <= MAX_PATH ? plain : `${plain.slice(0, MAX_PATH)}...`;
};

export interface FormUpload {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Plain form fields, sent before the file. */
  readonly fields: Readonly<Record<string, string>>;
  readonly fileName: string;
  readonly source: UploadSource;
  /** ms */
  readonly idle: number;
  readonly signal: AbortSignal;
}

/** Streams a file as multipart/form-data, in constant memory; see `upload` for its limits. */
export const uploadForm = (base: string, form: FormUpload): Promise<Answer> => {
  const boundary = `mes-${form.source.sha256.slice(0, 32)}`;
  const [head, tail] = framesOf(form, boundary);
  return upload(new URL(form.path, base), {
    ...form,
    method: 'POST',
    headers: { ...form.headers, 'Content-Type': `multipart/form-data; boundary=${boundary}` },
    head,
    tail,
  });
};

export interface BodyUpload {
  readonly method: 'PUT' | 'POST';
  readonly path: string;
  /** Content-Type included. */
  readonly headers: Readonly<Record<string, string>>;
  /** For messages. */
  readonly fileName: string;
  readonly source: UploadSource;
  /** ms */
  readonly idle: number;
  readonly signal: AbortSignal;
}

/** Streams a file as the whole body of a request, in constant memory; see `upload` for its limits. */
export const uploadBody = (base: string, body: BodyUpload): Promise<Answer> =>
  upload(new URL(body.path, base), { ...body, head: Buffer.alloc(0), tail: Buffer.alloc(0) });

interface Upload extends BodyUpload {
  /** Sent before and after the file. */
  readonly head: Buffer;
  readonly tail: Buffer;
}

/**
 * Sends a Content-Length, since printers refuse chunked bodies. Fails when nothing moves for `idle`, or when the
 * whole takes longer than its size explains.
 */
const upload = async (url: URL, sending: Upload): Promise<Answer> => {
  const { source, idle, head, tail } = sending;
  const what = `the upload of ${sending.fileName}`;
  const total = idle + Math.ceil(source.size / SLOWEST_UPLOAD);
  const limit = AbortSignal.any([sending.signal, AbortSignal.timeout(total)]);
  try {
    sending.signal.throwIfAborted();
    const request = open(url, {
      method: sending.method,
      signal: limit,
      timeout: idle,
      headers: { ...sending.headers, 'Content-Length': head.length + source.size + tail.length },
    });
    request.on('timeout', () => request.destroy(new Error(`Nothing moved for ${idle / 1000} s.`)));
    const answered = answerTo(request, what, limit);
    // A printer may answer before it has taken all (413), so a broken pipe alone decides nothing.
    const sent = sendBody(request, { head, path: source.path, tail }).catch(error => {
      if (error instanceof UnreadableFile) request.destroy(error);
    });
    const answer = await answered;
    if (!request.writableFinished) request.destroy();
    await sent;
    return answer;
  } catch (error) {
    if (error instanceof UnreadableFile && !sending.signal.aborted) {
      throw new DriverError('refused', `The stored file cannot be read: ${error.message}`, {
        cause: error,
      });
    }
    throw translated(error, what, total, sending.signal);
  }
};

const plainHeaders = (headers: IncomingHttpHeaders): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value ?? '')]));

const framesOf = ({ fields, fileName }: FormUpload, boundary: string): readonly [Buffer, Buffer] => {
  const parts = Object.entries(fields).map(
    ([name, value]) => `--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
  );
  const file =
    `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="${fileName}"\r\n` +
    'Content-Type: application/octet-stream\r\n\r\n';
  return [Buffer.from(parts.join('') + file), Buffer.from(`\r\n--${boundary}--\r\n`)];
};

/** By events: an iterator would copy what has piled up into one piece before its size could be looked at. */
const limitedText = (what: string, response: IncomingMessage): Promise<string> => {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const chunks: Buffer[] = [];
  let size = 0;
  response.on('data', (chunk: Buffer) => {
    size += chunk.length;
    chunks.push(chunk);
    if (size <= MAX_ANSWER) return;
    reject(new DriverError('garbled', `The answer to ${what} is too long.`));
    response.destroy();
  });
  response.on('end', () => resolve(Buffer.concat(chunks).toString('utf8')));
  response.on('error', reject);
  response.on('close', () => reject(new Error('The connection was closed.')));
  return promise;
};

const answerOf = (
  what: string,
  status: number,
  headers: Readonly<Record<string, string>>,
  text: string,
): Answer => {
  if (status >= 300 && status < 400) {
    throw new DriverError('garbled', `${what} was redirected: configure the final URL of the printer.`);
  }
  return { status, headers, text, json: jsonOf(text) };
};

const UNSENDABLE =
  'Its key or username holds characters that cannot be sent: give the printer its key again (PATCH api_key).';

const translated = (error: unknown, what: string, timeout: number, signal: AbortSignal): unknown => {
  if (error instanceof DriverError) return error;
  if (signal.aborted) return signal.reason;
  const { name, message, code } = error as NodeJS.ErrnoException;
  // Of all that is in a request, only what staff gave can be so.
  if (code === 'ERR_INVALID_CHAR') return new DriverError('unauthorized', UNSENDABLE, { cause: error });
  if (name === 'TimeoutError' || name === 'AbortError') {
    return new DriverError('unreachable', `No answer to ${what} within ${timeout / 1000} s.`, {
      cause: error,
    });
  }
  return new DriverError('unreachable', `No answer to ${what}: ${code ?? message}`, { cause: error });
};
