/** A person at a computer: logs in over HTTP and does what the pages will offer. */
export interface Person {
  upload(name: string, gcode: string): Promise<string>;
  addPrinter(printer: Readonly<Record<string, unknown>>): Promise<void>;
  approve(jobId: number): Promise<void>;
}

interface Request {
  readonly method: string;
  readonly path: string;
  readonly body?: FormData | string;
}

const send = async (url: string, token: string, { method, path, body }: Request): Promise<unknown> => {
  const answer = await fetch(`${url}/api/v1/${path}`, {
    method,
    headers: {
      ...(token === '' ? {} : { authorization: `Bearer ${token}` }),
      ...(typeof body === 'string' ? { 'content-type': 'application/json' } : {}),
    },
    ...(body === undefined ? {} : { body }),
    signal: AbortSignal.timeout(15_000),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
  return text === '' ? undefined : JSON.parse(text);
};

const field = (answer: unknown, name: string): string => {
  const value = typeof answer === 'object' && answer !== null ? Reflect.get(answer, name) : undefined;
  if (value === undefined) throw new Error(`The answer has no ${name}`);
  return String(value);
};

/** @param url such as http://127.0.0.1:8000 */
export const logIn = async (url: string, username: string, password: string): Promise<Person> => {
  const answer = await send(url, '', {
    method: 'POST',
    path: 'auth/login',
    body: JSON.stringify({ username, password }),
  });
  const token = field(answer, 'access_token');
  return {
    async upload(name, gcode) {
      const body = new FormData();
      body.append('file', new Blob([gcode]), name);
      return field(await send(url, token, { method: 'POST', path: 'files', body }), 'id');
    },
    async addPrinter(printer) {
      await send(url, token, { method: 'POST', path: 'printers', body: JSON.stringify(printer) });
    },
    async approve(jobId) {
      await send(url, token, { method: 'PUT', path: `jobs/${jobId}:approve` });
    },
  };
};
