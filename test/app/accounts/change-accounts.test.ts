import test from 'ava';
import { createChangePassword } from '../../../src/app/accounts/change-password.ts';
import { createLogIn } from '../../../src/app/accounts/tokens.ts';
import type { Account } from '../../../src/domain/account.ts';
import { createTestApp, PASSWORD, type Person, required, type TestApp } from '../../support/app.ts';
import { cheapHasher } from '../../support/fakes.ts';
import { refused } from '../../support/refused.ts';

const NEW = 'battery staple';

const accountOf = async ({ store, actors }: TestApp, person: Person): Promise<Account> =>
  required(await store.get('accounts', actors[person].accountId), person);

test('admins alone see, create and change accounts', async t => {
  const { application, actors } = await createTestApp();
  const names = (await application.findAccounts(actors.admin)).map(({ username }) => username);
  t.deepEqual(names, ['admin', 'operator', 'plc', 'plc2', 'student', 'student2']);
  for (const actor of [actors.student, actors.plc, actors.operator]) {
    await refused(t, 'NotPermitted', () => application.findAccounts(actor));
    await refused(t, 'NotPermitted', () =>
      application.changeAccount(actor, actor.accountId, { role: 'admin' }),
    );
    await refused(t, 'NotPermitted', () =>
      application.createAccount({ username: 'mine', password: PASSWORD, role: 'admin' }, actor),
    );
  }
});

test('a change names the admin who made it, and leaves the rest as it is', async t => {
  const app = await createTestApp();
  const { application, actors, published } = app;
  const before = await accountOf(app, 'student');
  const after = await application.changeAccount(actors.admin, before.id, { role: 'operator' });
  t.deepEqual(after, { ...before, role: 'operator' });
  t.deepEqual(await accountOf(app, 'student'), after);
  t.is(published.at(-1)?.actor, actors.admin.accountId);
  t.true((await application.changeAccount(actors.admin, before.id, { approvesOwn: true })).approvesOwn);
  await application.createAccount({ username: 'fresh', password: PASSWORD, role: 'user' }, actors.admin);
  t.is(published.at(-1)?.actor, actors.admin.accountId);
  await refused(t, 'NotFound', () => application.changeAccount(actors.admin, 'nobody', { role: 'user' }));
  await refused(t, 'InvalidArgument', () =>
    application.changeAccount(actors.admin, before.id, { password: 'x' }),
  );
});

test("a disabled account's tokens end for good; enabled again it logs in anew", async t => {
  const { application, actors, store } = await createTestApp();
  const { accountId } = actors.student;
  const { token } = await application.logIn('student', PASSWORD);
  const other = await application.logIn('student2', PASSWORD);
  await application.changeAccount(actors.admin, accountId, { disabled: true });
  t.is(await application.actorOfToken(token), undefined);
  t.is(await store.count('tokens', { accountId }), 0);
  await refused(t, 'NotPermitted', () => application.logIn('student', PASSWORD));
  await application.changeAccount(actors.admin, accountId, { disabled: false });
  t.is(await application.actorOfToken(token), undefined);
  t.truthy(await application.logIn('student', PASSWORD));
  t.truthy(await application.actorOfToken(other.token));
});

test('a reset password ends the tokens, and the remembered old one lets nobody in', async t => {
  const { application, actors } = await createTestApp();
  t.truthy(await application.authenticate('student', PASSWORD));
  const { token } = await application.logIn('student', PASSWORD);
  await application.changeAccount(actors.admin, actors.student.accountId, { password: NEW });
  t.is(await application.actorOfToken(token), undefined);
  t.is(await application.authenticate('student', PASSWORD), undefined);
  t.deepEqual(await application.authenticate('student', NEW), actors.student);
});

test('the last enabled admin can neither be disabled nor lose the role', async t => {
  const { application, actors } = await createTestApp();
  const { admin, operator } = actors;
  const loseRole = () => application.changeAccount(admin, admin.accountId, { role: 'operator' });
  const disable = () => application.changeAccount(admin, admin.accountId, { disabled: true });
  await refused(t, 'InvalidState', loseRole);
  await refused(t, 'InvalidState', disable);
  t.is((await application.changeAccount(admin, admin.accountId, { role: 'admin' })).role, 'admin');

  await application.changeAccount(admin, operator.accountId, { role: 'admin', disabled: true });
  await refused(t, 'InvalidState', loseRole);
  await application.changeAccount(admin, operator.accountId, { disabled: false });
  t.true((await disable()).disabled);
});

test('two admins who disable each other at once do not lock everybody out', async t => {
  const { application, actors, store } = await createTestApp();
  const { admin, operator } = actors;
  await application.changeAccount(admin, operator.accountId, { role: 'admin' });
  const second = { ...operator, role: 'admin' } as const;
  await Promise.allSettled([
    application.changeAccount(admin, second.accountId, { disabled: true }),
    application.changeAccount(second, admin.accountId, { disabled: true }),
  ]);
  t.is(await store.count('accounts', { role: 'admin', disabled: false }), 1);
});

test('changing one’s own password needs the old one and ends the other tokens', async t => {
  const { application, actors, published } = await createTestApp();
  const mine = await application.logIn('student', PASSWORD);
  const other = await application.logIn('student', PASSWORD);
  const change = (old: string, fresh: string) =>
    application.changePassword(actors.student, old, fresh, mine.token);
  await refused(t, 'NotPermitted', () => change('wrong', NEW));
  await refused(t, 'InvalidArgument', () => change(PASSWORD, 'short'));
  t.truthy(await application.actorOfToken(other.token));
  await change(PASSWORD, NEW);
  t.is(published.at(-1)?.actor, actors.student.accountId);
  t.deepEqual(await application.actorOfToken(mine.token), actors.student);
  t.is(await application.actorOfToken(other.token), undefined);
  t.is(await application.authenticate('student', PASSWORD), undefined);
  t.truthy(await application.authenticate('student', NEW));
});

test('a password that is changed while it is being verified lets nobody in', async t => {
  const right = cheapHasher();
  const app = await createTestApp({ hasher: right });
  const { application, actors } = app;
  const reset = () => application.changeAccount(actors.admin, actors.student.accountId, { password: NEW });
  const verify = right.verify;
  right.verify = async (password, hash) => {
    await reset();
    return verify.call(right, password, hash);
  };
  t.is(await application.authenticate('student', PASSWORD), undefined);
});

test('a password that is changed just before the commit gives no token and changes nothing', async t => {
  const app = await createTestApp();
  const { application, actors, deps, store } = app;
  const stale = await accountOf(app, 'student');
  await application.changeAccount(actors.admin, stale.id, { password: NEW });
  const findStale = async () => stale;
  await refused(t, 'NotPermitted', () => createLogIn(deps, findStale)('student', PASSWORD));
  await refused(t, 'NotPermitted', () =>
    createChangePassword(deps, findStale)(actors.student, PASSWORD, 'a third one', ''),
  );
  t.is(await store.count('tokens'), 0);
  t.truthy(await application.authenticate('student', NEW));
});
