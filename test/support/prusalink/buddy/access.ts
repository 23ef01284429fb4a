import { createHash, randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

export const USERNAME = 'maker';
const REALM = 'Printer API';

const md5 = (...parts: readonly string[]): string => createHash('md5').update(parts.join(':')).digest('hex');

/** How Buddy authenticates: by X-Api-Key if that header is there, else by digest without qop (`req_parser.cpp`). */
export const createAccess = (seconds: () => number, apiKey: string) => {
  let password = apiKey;
  let random = randomBytes(4).toString('hex');
  /** s; about 5 in older firmware. */
  let nonceTime = 300;

  const newNonce = (): string => random + Math.floor(seconds()).toString(16).padStart(8, '0');
  const isFresh = (nonce: string): boolean =>
    nonce.startsWith(random) && Math.floor(seconds()) - Number.parseInt(nonce.slice(8), 16) < nonceTime;

  /** The WWW-Authenticate header of a 401; undefined when the request may go on. */
  const check = (request: IncomingMessage): string | undefined => {
    const key = request.headers['x-api-key'];
    if (key !== undefined) return key === password ? undefined : `ApiKey realm="${REALM}"`;
    const field = (name: string): string =>
      new RegExp(`\\b${name}="?([0-9a-f]*)`).exec(request.headers.authorization ?? '')?.[1] ?? '';
    const nonce = field('nonce');
    const a2 = md5(request.method ?? '', request.url ?? '');
    const known = field('response') === md5(md5(USERNAME, REALM, password), nonce, a2);
    if (known && isFresh(nonce)) return undefined;
    return `Digest realm="${REALM}", nonce="${newNonce()}", stale=${known && !isFresh(nonce)}`;
  };

  return {
    check,
    revokeKey(): void {
      password = 'another';
    },
    acceptKey(): void {
      password = apiKey;
    },
    nonceLasts(time: number): void {
      nonceTime = time;
    },
    /** Nonces of before a restart are not known any more. */
    restart(): void {
      random = randomBytes(4).toString('hex');
    },
  };
};
