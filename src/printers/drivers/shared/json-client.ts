import { type Answer, call, type Timeouts } from './http-client.ts';

export interface JsonClientRules {
  readonly base: string;
  /** With each request: the key. */
  readonly headers: Readonly<Record<string, string>>;
  readonly timeouts: Timeouts;
  /** @throws DriverError unauthorized for the answer to a key that is not taken */
  readonly authorized: (answer: Answer) => Answer;
}

/** Requests of a host that takes its key in a header and JSON in bodies. Every method throws DriverError. */
export interface JsonClient {
  /** Also what a key is not enough for: whoever asks looks at the status. */
  ask(path: string, signal: AbortSignal): Promise<Answer>;
  get(path: string, signal: AbortSignal): Promise<Answer>;
  /** @param timeout ms; a command's by default */
  post(path: string, body: object, signal: AbortSignal, timeout?: number): Promise<Answer>;
  remove(path: string, signal: AbortSignal): Promise<Answer>;
}

export const createJsonClient = ({ base, headers, timeouts, authorized }: JsonClientRules): JsonClient => {
  const ask = (path: string, signal: AbortSignal): Promise<Answer> =>
    call(base, { method: 'GET', path, headers, timeout: timeouts.status, signal });

  return {
    ask,
    get: async (path, signal) => authorized(await ask(path, signal)),
    post: async (path, body, signal, timeout = timeouts.command) =>
      authorized(
        await call(base, {
          method: 'POST',
          path,
          headers: { ...headers, 'Content-Type': 'application/json' },
          body: JSON.stringify(body),
          timeout,
          signal,
        }),
      ),
    remove: async (path, signal) =>
      authorized(await call(base, { method: 'DELETE', path, headers, timeout: timeouts.command, signal })),
  };
};
