import test from 'ava';
import { createPasswordHasher } from '../../../src/app/accounts/password-hasher.ts';
import { Refusal } from '../../../src/domain/refusal.ts';

/** Made by the reference implementation: `echo -n password | argon2 somesalt -id -t 2 -m 16 -p 1 -l 32 -e`. */
const REFERENCE = '$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc';

test('a password is verified against its hash, and every hash has a salt of its own', async t => {
  const hasher = createPasswordHasher();
  const hash = await hasher.hash('correct horse');
  t.regex(hash, /^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
  t.true(await hasher.verify('correct horse', hash));
  t.false(await hasher.verify('correct horse ', hash));
  t.not(await hasher.hash('correct horse'), hash);
});

test('hashes of other argon2id implementations and parameters are understood', async t => {
  const hasher = createPasswordHasher();
  t.true(await hasher.verify('password', REFERENCE));
  t.false(await hasher.verify('Password', REFERENCE));
});

test('what is no hash verifies nothing', async t => {
  const hasher = createPasswordHasher();
  for (const text of ['', 'plain', '$argon2i$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$aaaa', '$2b$10$abcdef']) {
    t.false(await hasher.verify('password', text));
  }
});

test('a flood of log-ins is told to come again, and ends', async t => {
  const hasher = createPasswordHasher();
  const cheap = '$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc';
  const results = await Promise.allSettled(
    Array.from({ length: 200 }, () => hasher.verify('password', cheap)),
  );
  const busy = results.filter(one => one.status === 'rejected' && one.reason instanceof Refusal);
  t.is(busy.length, 200 - 102);
  t.is(results.length - busy.length, 102);
  t.false(await hasher.verify('password', cheap));
});
