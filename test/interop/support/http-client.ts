/** An answer of the server: its body as the JSON that it was, or as text. */
export interface Answer {
  readonly status: number;
  readonly body: unknown;
  readonly headers: Headers;
}

export type JsonObject = Readonly<Record<string, unknown>>;

export const asObject = (value: unknown): JsonObject => {
  if (typeof value !== 'object' || value === null) throw new Error(`No object: ${JSON.stringify(value)}`);
  return value as JsonObject;
};

export interface HttpClient {
  readonly token: string;
  get(path: string): Promise<Answer>;
  post(path: string, body?: unknown): Promise<Answer>;
  put(path: string, body?: unknown): Promise<Answer>;
  delete(path: string): Promise<Answer>;
  /** POST /files: returns the answer, the file's id in its body. */
  upload(name: string, content: string | Uint8Array<ArrayBuffer>): Promise<Answer>;
}

const call = async (url: string, init: RequestInit): Promise<Answer> => {
  const answer = await fetch(url, { ...init, signal: AbortSignal.timeout(30_000) });
  const text = await answer.text();
  let body: unknown = text;
  try {
    body = JSON.parse(text);
  } catch {}
  return { status: answer.status, body, headers: answer.headers };
};

/** A program with a bearer token. */
export const httpClient = (serverUrl: string, token: string): HttpClient => {
  const api = `${serverUrl}/api/v1/`;
  const authorized: Record<string, string> = token === '' ? {} : { Authorization: `Bearer ${token}` };
  const send = (method: string, path: string, body?: unknown): Promise<Answer> =>
    call(`${api}${path}`, {
      method,
      headers: { ...authorized, ...(body === undefined ? {} : { 'Content-Type': 'application/json' }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  return {
    token,
    get: path => send('GET', path),
    post: (path, body) => send('POST', path, body),
    put: (path, body) => send('PUT', path, body),
    delete: path => send('DELETE', path),
    upload(name, content) {
      const form = new FormData();
      form.set('file', new Blob([content]), name);
      return call(`${api}files`, { method: 'POST', headers: authorized, body: form });
    },
  };
};

export const logIn = async (serverUrl: string, username: string, password: string): Promise<HttpClient> => {
  const answer = await httpClient(serverUrl, '').post('auth/login', { username, password });
  if (answer.status !== 200) {
    throw new Error(`Log-in of ${username}: ${answer.status} ${JSON.stringify(answer.body)}`);
  }
  return httpClient(serverUrl, String(asObject(answer.body).access_token));
};
