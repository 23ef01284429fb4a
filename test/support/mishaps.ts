/** What may go wrong between a stand-in that speaks HTTP and whoever calls it: one vocabulary for all of them. */
import type { IncomingMessage, ServerResponse } from 'node:http';

/**
 * What happens to a request:
 * - lostRequest: reset before it is carried out;
 * - halfRequest: reset in the middle of its body; without a body, before it is carried out;
 * - lostAnswer: carried out, then reset;
 * - noAnswer: carried out and never answered;
 * - blackHole: neither read nor carried out nor answered;
 * - slowLoris: carried out and answered a byte at a time, without end;
 * - error500: not carried out;
 * - garbage: not carried out, answered with 200 and nonsense, as by something else at its address;
 * - garbledAnswer: carried out, and the answer is nonsense.
 */
export const mishaps = [
  'lostRequest',
  'halfRequest',
  'lostAnswer',
  'noAnswer',
  'blackHole',
  'slowLoris',
  'error500',
  'garbage',
  'garbledAnswer',
] as const;
export type Mishap = (typeof mishaps)[number];

export interface MishapPlan {
  /**
   * @param match compared with the request's line: method, path and what the stand-in adds to them
   * @param times how many requests meet it
   * @returns a function that ends it
   */
  add(mishap: Mishap, match?: RegExp, times?: number): () => void;
  /** What this request meets, counted. */
  take(line: string): Mishap | undefined;
}

export const createMishapPlan = (): MishapPlan => {
  const planned: { readonly mishap: Mishap; readonly match: RegExp; times: number }[] = [];
  return {
    add(mishap, match = /./, times = 1) {
      const one = { mishap, match, times };
      planned.push(one);
      return () => {
        one.times = 0;
      };
    },
    take(line) {
      const hit = planned.find(one => one.times > 0 && one.match.test(line));
      if (hit !== undefined) hit.times -= 1;
      return hit?.mishap;
    },
  };
};

export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /**
   * Carries the request out.
   * @param part of the body that arrives before the connection breaks; 1 for all
   * @returns what answers it; undefined when the connection broke
   */
  act(part: number): Promise<(() => void) | undefined>;
  /** Nothing more will be said: whoever waits waits in vain. With it a slow loris gives one byte alone. */
  held?(): void;
}

const NONSENSE = '<html>{"state": </html>';
/** ms */
const DRIP = 100;

/** Serves one request as far as its mishap lets it. */
export const serve = async (
  mishap: Mishap | undefined,
  { request, response, act, held }: Exchange,
): Promise<void> => {
  switch (mishap) {
    case 'lostRequest':
      return reset(request);
    case 'blackHole':
      request.pause();
      return held?.();
    case 'error500':
      request.resume();
      return void response.writeHead(500, { 'Content-Type': 'text/html' }).end('<h1>Server Error</h1>');
    case 'garbage':
      request.resume();
      return nonsense(response);
    case 'halfRequest':
      if (hasBody(request)) await act(0.5);
      return reset(request);
  }
  const answer = await act(1);
  if (answer === undefined || mishap === 'lostAnswer') return reset(request);
  if (mishap === 'noAnswer') return held?.();
  if (mishap === 'slowLoris') return drip(response, held);
  if (mishap === 'garbledAnswer') return nonsense(response);
  answer();
};

/** Not an end of the stream: a reset, as a lost connection shows itself. */
export const reset = (request: IncomingMessage): void => {
  request.socket.resetAndDestroy();
};

/**
 * Serves stand-ins that read a request whole before they carry it out, and breaks off what breaks in its body.
 * Mishaps are matched with `METHOD URL`, and with the body too of an order in JSON.
 * @param requests gets that line of each
 */
export const serveWhole = async (
  plan: MishapPlan,
  requests: string[],
  { request, response }: Pick<Exchange, 'request' | 'response'>,
  act: (line: string, body: string) => Promise<() => void>,
): Promise<void> => {
  const whole = async (): Promise<string> => Buffer.concat(await request.toArray()).toString('utf8');
  const isOrder = request.headers['content-type'] === 'application/json';
  const order = isOrder ? await whole() : '';
  const line = `${request.method} ${request.url} ${order}`.trim();
  requests.push(line);
  await serve(plan.take(line), {
    request,
    response,
    async act(part) {
      if (part === 1) return act(line, isOrder ? order : await whole());
      if (!isOrder) await someOf(request);
      return undefined;
    },
  });
};

const someOf = (request: IncomingMessage): Promise<unknown> =>
  new Promise(resolve => {
    request.once('data', resolve);
    request.once('close', resolve);
  });

const hasBody = ({ headers }: IncomingMessage): boolean =>
  Number(headers['content-length'] ?? 0) > 0 || headers['transfer-encoding'] !== undefined;

const nonsense = (response: ServerResponse): void => {
  response.writeHead(200, { 'Content-Type': 'text/html' }).end(NONSENSE);
};

/** One byte, which says that more will come, and then another now and again. */
const drip = (response: ServerResponse, held: (() => void) | undefined): void => {
  response.writeHead(200, { 'Content-Type': 'application/json' });
  response.write(' ', () => held?.());
  if (held !== undefined) return;
  const timer = setInterval(() => response.write(' '), DRIP);
  response.on('close', () => clearInterval(timer));
};
