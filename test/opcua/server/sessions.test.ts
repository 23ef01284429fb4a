import { promisify } from 'node:util';
import test from 'ava';
import type { ServerSession } from 'node-opcua';
import { createLogInThrottle } from '../../../src/app/accounts/log-in-throttle.ts';
import { rolesOf } from '../../../src/opcua/access/access-table.ts';
import { createSessions } from '../../../src/opcua/server/sessions.ts';
import { createTestApp, PASSWORD } from '../../support/app.ts';

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
