import test from 'ava';
import { memoryDisk } from '../../../src/store/memory-disk.ts';
import { createTestApp, PASSWORD } from '../../support/app.ts';
import { cheapHasher } from '../../support/fakes.ts';
import { refused } from '../../support/refused.ts';

const MINUTE = 60_000;

test('an account is known by name and password, its name ignoring case', async t => {
  const { application, actors } = await createTestApp();
  t.deepEqual(await application.authenticate('STUDENT', PASSWORD), actors.student);
  t.is(await application.authenticate('student', 'wrong'), undefined);
  t.is(await application.authenticate('nobody', PASSWORD), undefined);
  t.is(await application.authenticate('student', ''), undefined);
  t.is(await application.authenticate('student', 'x'.repeat(1_000_000)), undefined);
  t.is(await application.authenticate(`a${'\u0000'}b`, PASSWORD), undefined);
});

test('machines may approve what they submit by default, people may not', async t => {
  const { actors } = await createTestApp();
  t.true(actors.plc.approvesOwn);
  for (const person of ['student', 'operator', 'admin'] as const) t.false(actors[person].approvesOwn);
});

test('what makes no account is refused', async t => {
  const { application } = await createTestApp();
  const create = (username: string, password = PASSWORD) =>
    application.createAccount({ username, password, role: 'user' });
  await refused(t, 'InvalidState', () => create('STUDENT'));
  for (const name of ['', 'a b', 'Jürgen', 'x'.repeat(65)]) {
    await refused(t, 'InvalidArgument', () => create(name));
  }
  for (const password of ['', 'short', 'x'.repeat(257)]) {
    await refused(t, 'InvalidArgument', () => create('fresh', password));
  }
});

test('two accounts of one name that are created at once become one', async t => {
  const { application, store } = await createTestApp({ accounts: false });
  const create = () => application.createAccount({ username: 'ann', password: PASSWORD, role: 'user' });
  const results = await Promise.allSettled([create(), create()]);
  t.is(results.filter(({ status }) => status === 'fulfilled').length, 1);
  t.is(await store.count('accounts'), 1);
});

test('a right password is verified once in some minutes, a wrong one each time', async t => {
  const hasher = cheapHasher();
  const { application, clock } = await createTestApp({ hasher });
  await Promise.all([1, 2, 3].map(() => application.authenticate('student', PASSWORD)));
  t.is(hasher.verifications, 1);
  await application.authenticate('student', 'wrong');
  await application.authenticate('student', 'wrong');
  t.is(hasher.verifications, 3);
  clock.advance(5 * MINUTE);
  await application.authenticate('student', PASSWORD);
  t.is(hasher.verifications, 4);
});

test('an unknown name costs a verification, as a wrong password does', async t => {
  const hasher = cheapHasher();
  const { application } = await createTestApp({ hasher });
  await application.authenticate('nobody', 'nobody has this password');
  t.is(hasher.verifications, 1);
  t.is(await application.authenticate('nobody', 'nobody has this password'), undefined);
});

test('a changed password is not let in by the memory of the old one', async t => {
  const { application, store, put } = await createTestApp();
  t.truthy(await application.authenticate('student', PASSWORD));
  const [account] = await store.find('accounts', { where: { usernameKey: 'student' } });
  if (account !== undefined) await put('accounts', { ...account, passwordHash: 'cheap$another one' });
  t.is(await application.authenticate('student', PASSWORD), undefined);
  t.truthy(await application.authenticate('student', 'another one'));
});

test('a disabled account is nobody: by password, and by the tokens it has', async t => {
  const { application, store, put } = await createTestApp();
  const { token } = await application.logIn('student', PASSWORD);
  t.truthy(await application.actorOfToken(token));
  const [account] = await store.find('accounts', { where: { usernameKey: 'student' } });
  if (account !== undefined) await put('accounts', { ...account, disabled: true });
  t.is(await application.authenticate('student', PASSWORD), undefined);
  t.is(await application.actorOfToken(token), undefined);
});

test('a token stands for its account until it expires or is logged out', async t => {
  const { application, actors, clock } = await createTestApp({ rules: { tokenLifetime: 60 * MINUTE } });
  const first = await application.logIn('student', PASSWORD);
  const second = await application.logIn('student', PASSWORD);
  t.not(first.token, second.token);
  t.is(first.expireTime, new Date(clock.now().getTime() + 60 * MINUTE).toISOString());
  t.deepEqual(await application.actorOfToken(first.token), actors.student);
  await application.logOut(first.token);
  await application.logOut(first.token);
  t.is(await application.actorOfToken(first.token), undefined);
  clock.advance(60 * MINUTE - 1);
  t.truthy(await application.actorOfToken(second.token));
  clock.advance(1);
  t.is(await application.actorOfToken(second.token), undefined);
  t.is(await application.actorOfToken('nonsense'), undefined);
});

test('neither a token nor a password is stored or published', async t => {
  const disk = memoryDisk();
  const { application, published, log } = await createTestApp({
    disk,
    hasher: { hash: async () => 'hash', verify: async () => true },
  });
  const { token } = await application.logIn('student', PASSWORD);
  const files = await disk.list('/data');
  const bytes = await Promise.all(files.map(async name => disk.read(`/data/${name}`)));
  const stored = Buffer.concat(bytes.flatMap(one => (one === undefined ? [] : [one]))).toString();
  t.true(stored.includes('student'));
  for (const text of [stored, JSON.stringify(published), JSON.stringify(log.lines)]) {
    t.false(text.includes(token));
    t.false(text.includes(PASSWORD));
  }
});

test('a wrong log-in does not tell whether the name exists', async t => {
  const { application } = await createTestApp();
  const known = await refused(t, 'NotPermitted', () => application.logIn('student', 'wrong'));
  const unknown = await refused(t, 'NotPermitted', () => application.logIn('nobody', 'wrong'));
  t.is(known.message, unknown.message);
});

test('the first account is made once, by whoever holds the set-up token', async t => {
  const { application, store } = await createTestApp({ accounts: false, setUpToken: 'one-time' });
  t.true(await application.needsSetUp());
  await refused(t, 'NotPermitted', () => application.setUp('guess', 'root', PASSWORD));
  await refused(t, 'NotPermitted', () => application.setUp('', 'root', PASSWORD));
  await refused(t, 'InvalidArgument', () => application.setUp('one-time', 'root', 'short'));
  t.true(await application.needsSetUp());
  const both = await Promise.allSettled([
    application.setUp('one-time', 'root', PASSWORD),
    application.setUp('one-time', 'rival', PASSWORD),
  ]);
  t.is(both.filter(({ status }) => status === 'fulfilled').length, 1);
  t.false(await application.needsSetUp());
  t.is(await store.count('accounts'), 1);
  t.is((await store.find('accounts'))[0]?.role, 'admin');
  await refused(t, 'NotPermitted', () => application.setUp('one-time', 'later', PASSWORD));
});

test('without a token no set-up is offered', async t => {
  const { application } = await createTestApp({ accounts: false });
  for (const token of ['', 'undefined']) {
    await refused(t, 'NotPermitted', () => application.setUp(token, 'root', PASSWORD));
  }
});

test('an account is named by its id, nobody by nothing', async t => {
  const { application, actors } = await createTestApp();
  t.is(await application.usernameOf(actors.student.accountId), 'student');
  t.is(await application.usernameOf(''), '');
  t.is(await application.usernameOf('gone'), '');
});
