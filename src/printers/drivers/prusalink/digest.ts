/**
 * HTTP digest authentication, the client's side (RFC 7616, and RFC 2069 for servers without qop), as PrusaLink needs
 * it: MD5 without qop (Buddy), MD5-sess with qop=auth (Raspberry Pi).
 */
import { createHash, randomBytes } from 'node:crypto';

export interface DigestAccess {
  readonly username: string;
  readonly password: string;
}

interface Challenge {
  readonly realm: string;
  readonly nonce: string;
  readonly opaque: string | undefined;
  /** As the server writes it; undefined when it names none (MD5). */
  readonly algorithm: string | undefined;
  readonly hash: 'md5' | 'sha256';
  readonly session: boolean;
  readonly qop: boolean;
}

export interface Digest {
  /** Takes over a WWW-Authenticate header. False when there is no challenge in it that can be answered. */
  challenge(header: string): boolean;
  /**
   * An Authorization header; undefined before the first challenge.
   * @param uri the request's target as it is sent: path and query
   */
  authorize(method: string, uri: string): string | undefined;
}

/** @param newCnonce hexadecimal, of our choice */
export const createDigest = (
  access: DigestAccess,
  newCnonce: () => string = () => randomBytes(8).toString('hex'),
): Digest => {
  let current: Challenge | undefined;
  /** Requests under this nonce: a server may refuse a count that it has seen. */
  let count = 0;
  let cnonce = '';

  return {
    challenge(header) {
      const next = parseChallenge(header);
      if (next === undefined) return false;
      current = next;
      count = 0;
      // MD5-sess ties the session to the cnonce of its first request, so it stays for the nonce.
      cnonce = newCnonce();
      return true;
    },
    authorize(method, uri) {
      if (current === undefined) return undefined;
      count += 1;
      return answer(access, current, method, uri, cnonce, count.toString(16).padStart(8, '0'));
    },
  };
};

const answer = (
  { username, password }: DigestAccess,
  challenge: Challenge,
  method: string,
  uri: string,
  cnonce: string,
  count: string,
): string => {
  const { realm, nonce, opaque, algorithm, session, qop } = challenge;
  const hash = (...parts: readonly string[]): string =>
    createHash(challenge.hash).update(parts.join(':')).digest('hex');
  const secret = hash(username, realm, password);
  const a1 = session ? hash(secret, nonce, cnonce) : secret;
  const a2 = hash(method, uri);
  const response = qop ? hash(a1, nonce, count, cnonce, 'auth', a2) : hash(a1, nonce, a2);
  const fields = [
    `username="${username}"`,
    `realm="${realm}"`,
    `nonce="${nonce}"`,
    `uri="${uri}"`,
    ...(algorithm === undefined ? [] : [`algorithm=${algorithm}`]),
    `response="${response}"`,
    ...(opaque === undefined ? [] : [`opaque="${opaque}"`]),
    ...(qop ? ['qop=auth', `nc=${count}`] : []),
    ...(qop || session ? [`cnonce="${cnonce}"`] : []),
  ];
  return `Digest ${fields.join(', ')}`;
};

const parseChallenge = (header: string): Challenge | undefined => {
  const start = /(?:^|,)\s*Digest\s+/i.exec(header);
  if (start === null) return undefined;
  const fields = new Map<string, string>();
  const pair = /\s*([A-Za-z-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,]+))\s*(?:,|$)/y;
  pair.lastIndex = start.index + start[0].length;
  for (let match = pair.exec(header); match !== null; match = pair.exec(header)) {
    fields.set((match[1] ?? '').toLowerCase(), match[2] ?? match[3] ?? '');
  }
  const realm = fields.get('realm');
  const nonce = fields.get('nonce');
  const algorithm = fields.get('algorithm');
  const known = /^(MD5|SHA-256)(-sess)?$/i.exec(algorithm ?? 'MD5');
  const offered = fields
    .get('qop')
    ?.split(',')
    .map(one => one.trim());
  if (realm === undefined || nonce === undefined || known === null) return undefined;
  // auth-int alone would need the body's hash, which a streamed upload does not have beforehand.
  if (offered !== undefined && !offered.includes('auth')) return undefined;
  return {
    realm,
    nonce,
    opaque: fields.get('opaque'),
    algorithm,
    hash: known[1]?.toUpperCase() === 'MD5' ? 'md5' : 'sha256',
    session: known[2] !== undefined,
    qop: offered !== undefined,
  };
};
