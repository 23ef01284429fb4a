import { createHash, randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Reply } from '../reply.ts';

export const USERNAME = 'maker';
const REALM = 'Administrator';
/** s: a nonce is of one such stretch of time and holds to the end of the next. */
const STRETCH = 60;

const hash = (algorithm: 'md5' | 'sha256', ...parts: readonly unknown[]): string =>
  createHash(algorithm).update(parts.join(':')).digest('hex');

/** How PrusaLink on the Raspberry Pi authenticates: by X-Api-Key if that header is there, else by digest. */
export const createAccess = (seconds: () => number, secret: string) => {
  let accepted = secret;
  let salt = randomBytes(8).toString('hex');

  const nonceOf = (request: IncomingMessage, stretchesAgo = 0): string => {
    const stretch = Math.floor(seconds() / STRETCH) - stretchesAgo;
    return hash('sha256', salt, stretch, request.headers['user-agent']);
  };

  const challenge = (request: IncomingMessage, isStale = false): Reply => ({
    status: 401,
    body: '<h1>401 - Unauthorized</h1>',
    type: 'text/html',
    challenge:
      `Digest realm="${REALM}",qop="auth",algorithm="MD5-sess",nonce="${nonceOf(request)}",` +
      `opaque="${hash('sha256', 'vm')}"${isStale ? ',stale=true' : ''}`,
  });

  /** Undefined when the request may go on. */
  const check = (request: IncomingMessage): Reply | undefined => {
    const key = request.headers['x-api-key'];
    if (key !== undefined) {
      return key === accepted ? undefined : { status: 403, body: 'Bad X-Api-Key.', type: 'text/html' };
    }
    const { authorization } = request.headers;
    if (!authorization?.startsWith('Digest ')) return challenge(request);
    const field = (name: string): string | undefined =>
      new RegExp(`[ ,]${name}="?([^",]*)`).exec(authorization)?.[1];
    const [nonce, uri, nc, cnonce, qop] = ['nonce', 'uri', 'nc', 'cnonce', 'qop'].map(field);
    if (nonce !== nonceOf(request) && nonce !== nonceOf(request, 1)) return challenge(request, true);
    if (field('username') !== USERNAME || [nc, cnonce, qop].includes(undefined)) return challenge(request);
    const session = hash('md5', hash('md5', USERNAME, REALM, accepted), nonce, cnonce);
    const known = hash('md5', session, nonce, nc, cnonce, qop, hash('md5', request.method, uri));
    return field('response') === known ? undefined : challenge(request);
  };

  return {
    check,
    revokeKey(): void {
      accepted = 'another';
    },
    acceptKey(): void {
      accepted = secret;
    },
    /** Nonces of before a restart are not known any more. */
    restart(): void {
      salt = randomBytes(8).toString('hex');
    },
  };
};
