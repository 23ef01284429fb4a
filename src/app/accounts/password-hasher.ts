import { argon2, randomBytes, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { createGate } from '../gate.ts';
import type { PasswordHasher } from '../ports.ts';

const derive = promisify(argon2);

interface Parameters {
  /** KiB */
  readonly memory: number;
  readonly passes: number;
  readonly parallelism: number;
}

/** Second choice of the OWASP Password Storage Cheat Sheet (argon2id, 19 MiB, t=2, p=1). */
const current: Parameters = { memory: 19_456, passes: 2, parallelism: 1 };
const SALT_BYTES = 16;
const HASH_BYTES = 32;
/** Each one holds a thread of the pool that the disk needs too, and its memory. */
const MAX_RUNNING = 2;
const MAX_WAITING = 100;

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64').replace(/=+$/, '');

/** PHC string format, as argon2's reference implementation writes it. */
const encode = ({ memory, passes, parallelism }: Parameters, salt: Uint8Array, hash: Uint8Array): string =>
  `$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}$${base64(salt)}$${base64(hash)}`;

const phcPattern =
  /^\$argon2id\$v=19\$m=(\d{1,7}),t=(\d{1,3}),p=(\d{1,2})\$([A-Za-z0-9+/]{11,86})\$([A-Za-z0-9+/]{16,86})$/;

const decode = (text: string): { parameters: Parameters; salt: Buffer; hash: Buffer } | undefined => {
  const [, memory, passes, parallelism, salt, hash] = phcPattern.exec(text) ?? [];
  if (salt === undefined || hash === undefined) return undefined;
  return {
    parameters: { memory: Number(memory), passes: Number(passes), parallelism: Number(parallelism) },
    salt: Buffer.from(salt, 'base64'),
    hash: Buffer.from(hash, 'base64'),
  };
};

/** Memory-hard hashes (argon2id), as PHC strings that carry their parameters. */
export const createPasswordHasher = (): PasswordHasher => {
  const gate = createGate('log-ins', MAX_RUNNING, MAX_WAITING);
  const run = (
    { memory, passes, parallelism }: Parameters,
    password: string,
    nonce: Buffer,
    tagLength: number,
  ) =>
    gate.run(() => derive('argon2id', { message: password, nonce, parallelism, tagLength, memory, passes }));

  return {
    async hash(password) {
      const salt = randomBytes(SALT_BYTES);
      return encode(current, salt, await run(current, password, salt, HASH_BYTES));
    },
    async verify(password, text) {
      const stored = decode(text);
      if (stored === undefined) return false;
      const { parameters, salt, hash } = stored;
      return timingSafeEqual(await run(parameters, password, salt, hash.length), hash);
    },
  };
};
