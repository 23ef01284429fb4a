/** node-opcua's client driven by JSON lines, as support/ua-client.ts describes them. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { createSession, type Request } from './session.ts';

const say = (message: object): void => {
  process.stdout.write(`${JSON.stringify(message)}\n`);
};
// The library writes to the console what it thinks of other people's servers.
console.log = console.error;
console.warn = console.error;

const folder = mkdtempSync(join(tmpdir(), 'ua-client-'));
process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
const session = createSession(folder, say);

interface Line extends Request {
  readonly id: number;
  readonly do: keyof typeof session;
}

/** The status that the library's errors carry in one form or another. */
const statusOf = (error: unknown): string => {
  const { status, response, message } = error as {
    readonly status?: string;
    readonly response?: { readonly responseHeader?: { readonly serviceResult?: { readonly name: string } } };
    readonly message?: string;
  };
  return (
    status ??
    response?.responseHeader?.serviceResult?.name ??
    /\bBad[A-Z]\w+/.exec(String(message))?.[0] ??
    'Error'
  );
};

createInterface({ input: process.stdin })
  .on('line', line => {
    const request = JSON.parse(line) as Line;
    const { id } = request;
    Promise.resolve(session[request.do](request)).then(
      result => say({ id, result: result ?? null }),
      (error: unknown) => {
        console.error(error);
        say({ id, error: String(error).slice(0, 500), status: statusOf(error) });
      },
    );
  })
  .on('close', () => process.exit(0));
