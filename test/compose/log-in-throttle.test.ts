import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { createLogInThrottle } from '../../src/app/accounts/log-in-throttle.ts';
import { createServer } from '../../src/compose/server.ts';
import { tokens } from '../../src/compose/tokens.ts';
import { loadSettings } from '../../src/settings/load.ts';
import { freePort } from '../support/free-port.ts';
import { connect, logIn } from '../support/opcua-server.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const PASSWORD = 'a right password';

test('wrong passwords over HTTP slow down log-ins over OPC UA, and the other way round', async t => {
  const [http, opcua] = await Promise.all([freePort(), freePort()]);
  const folder = temporaryFolder();
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  const { settings } = loadSettings({
    DATABASE_URL: 'memory:',
    UPLOAD_PATH: join(folder, 'upload'),
    CERTIFICATES_PATH: join(folder, 'certificates'),
    HTTP_PORT: String(http),
    OPCUA_PORT: String(opcua),
    OPCUA_HOST: '127.0.0.1',
    OPCUA_HOSTNAMES: '127.0.0.1',
    LOGGING_LEVEL: 'error',
  });
  const clock = { now: 0 };
  const server = createServer(settings, container =>
    container.registerInstance(
      tokens.throttle,
      createLogInThrottle(() => clock.now),
    ),
  );
  await server.start();
  t.teardown(() => server.stop());
  const { createAccount } = server.application();
  for (const username of ['ann', 'bob', 'eve']) {
    await createAccount({ username, password: PASSWORD, role: 'user' });
  }
  const client = await connect({ url: server.opcuaUrl, pki: join(folder, 'client') });
  t.teardown(() => client.disconnect());

  const overHttp = async (username: string, password = PASSWORD): Promise<number> =>
    (
      await fetch(`${server.httpUrl}/api/v1/auth/login`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ username, password }),
      })
    ).status;
  const overOpcua = async (username: string, password = PASSWORD): Promise<string> => {
    try {
      await (await logIn(client, username, password)).close();
      return 'in';
    } catch (error) {
      return String(error).match(/Bad\w+/)?.[0] ?? String(error);
    }
  };

  for (let count = 0; count < 3; count += 1) {
    t.is(await overHttp('ann', 'wrong'), 401);
    t.is(await overOpcua('ann', 'wrong'), 'BadUserAccessDenied');
  }
  t.is(await overHttp('ann'), 429);
  t.is(await overOpcua('ann'), 'BadUserAccessDenied');
  t.is(await overHttp('bob'), 200, 'nobody else is slowed down');
  t.is(await overOpcua('bob'), 'in');

  for (let count = 0; count < 5; count += 1) t.is(await overOpcua('eve', 'wrong'), 'BadUserAccessDenied');
  t.is(await overHttp('eve'), 429, 'wrong ones over OPC UA alone');

  clock.now += 60_000;
  t.is(await overOpcua('ann'), 'in');
  t.is(await overHttp('eve'), 200);
});
