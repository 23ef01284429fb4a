import { promisify } from 'node:util';
import test from 'ava';
import type { ServerSession } from 'node-opcua';
import { createLogInThrottle } from '../../../src/app/accounts/log-in-throttle.ts';
import { readCertificate } from '../../../src/app/accounts/read-certificate.ts';
import { rolesOf } from '../../../src/opcua/access/access-table.ts';
import { createSessions } from '../../../src/opcua/server/sessions.ts';
import { createTestApp, PASSWORD, required } from '../../support/app.ts';
import { makeCertificate } from '../../support/certificate.ts';

const plain = (ids: readonly object[] | null) => ids?.map(String) ?? null;

test('a role is known from the log-in on; sessions without an account get none, whoever is called anonymous', async t => {
  const { application, clock, log } = await createTestApp();
  for (const username of ['Boss', 'anonymous']) {
    await application.createAccount({ username, password: PASSWORD, role: 'admin' });
  }
  const { userManager, rolePolicy } = createSessions(application, createLogInThrottle(), clock, log);
  const session = { status: 'active', once: () => {} } as unknown as ServerSession;
  const logIn = promisify(userManager.isValidUserAsync.bind(session));

  t.false(await logIn('Boss', 'wrong'));
  t.is(rolePolicy.getUserRoles('Boss'), null);

  t.true(await logIn('Boss', PASSWORD));
  t.deepEqual(plain(rolePolicy.getUserRoles('boss')), plain(rolesOf('admin')));
  t.deepEqual(plain(userManager.getUserRoles('boss')), plain(rolesOf('admin')));
  userManager.getUserRoles('boss').pop();
  t.deepEqual(plain(rolePolicy.getUserRoles('boss')), plain(rolesOf('admin')));

  t.true(await logIn('anonymous', PASSWORD));
  t.is(rolePolicy.getUserRoles('anonymous'), null);
});

test('who tries unknown certificates slows down himself, and locks out nobody who has logged in from there', async t => {
  const { application, actors, clock, log } = await createTestApp();
  const throttle = createLogInThrottle(() => clock.now().getTime());
  const { userManager, logInByCertificate } = createSessions(application, throttle, clock, log);
  const at = (remoteAddress: string) =>
    ({ status: 'active', once: () => {}, channel: { remoteAddress } }) as unknown as ServerSession;
  const own = await makeCertificate();
  await application.setCertificates(actors.admin, actors.plc.accountId, [own.pem]);
  const facts = required(readCertificate(own.pem), 'certificate');
  const unknown = (index: number) => ({ ...facts, thumbprint: index.toString(16).padStart(64, '0') });
  const withPassword = promisify(userManager.isValidUserAsync.bind(at('10.0.0.1')));
  const lastReason = () => JSON.stringify(log.lines.at(-1));

  t.is(await logInByCertificate(at('10.0.0.1'), facts), 'plc');
  t.true(await withPassword('student', PASSWORD));

  for (let count = 0; count < 5; count += 1) await logInByCertificate(at('10.0.0.1'), unknown(0));
  t.regex(lastReason(), /no account has it/);
  await logInByCertificate(at('10.0.0.1'), unknown(0));
  t.regex(lastReason(), /too many refused ones/);
  for (let index = 1; index < 100; index += 1) await logInByCertificate(at('10.0.0.1'), unknown(index));
  t.regex(lastReason(), /too many refused ones/);

  t.is(await logInByCertificate(at('10.0.0.1'), facts), 'plc');
  t.true(await withPassword('student', PASSWORD));
  t.is(await logInByCertificate(at('10.0.0.2'), facts), 'plc');
});
