import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { createSetUpFile } from '../../src/compose/first-start.ts';
import { startChild } from '../support/child-process.ts';
import { freePort } from '../support/free-port.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const ports = async () => {
  const [http, opcua] = await Promise.all([freePort(), freePort()]);
  return { HTTP_PORT: String(http), OPCUA_PORT: String(opcua), OPCUA_HOST: '127.0.0.1' };
};

const post = (url: string, body: object) =>
  fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });

test('the first start offers the set-up in a private file, once, and SIGTERM ends it cleanly', async t => {
  const folder = temporaryFolder();
  const settings = await ports();
  const api = `http://127.0.0.1:${settings.HTTP_PORT}/api/v1`;
  const server = startChild('main.ts', folder, settings);
  t.teardown(() => server.process.kill('SIGKILL'));
  await server.waitFor(/^OPC UA opc\.tcp:/m);

  const file = join(folder, 'data/set-up.txt');
  t.true(server.output().includes(`"${file}"`), server.output());
  t.is(statSync(file).mode & 0o777, 0o600);
  const token = /^token: (\S+)$/m.exec(readFileSync(file, 'utf8'))?.[1] ?? '';
  t.false(server.output().includes(token));
  t.is((await fetch(`${api}/printers`)).status, 503);
  t.is((await fetch(`http://127.0.0.1:${settings.HTTP_PORT}/healthz`)).status, 200);

  const account = { username: 'admin', password: 'correct horse battery' };
  t.is((await post(`${api}/setup`, { token: 'guessed', ...account })).status, 403);
  t.is((await post(`${api}/setup`, { token, ...account })).status, 204);
  t.is((await post(`${api}/setup`, { token, username: 'second', password: account.password })).status, 403);
  t.throws(() => statSync(file), { code: 'ENOENT' });
  t.is((await post(`${api}/auth/login`, account)).status, 200);

  server.process.kill('SIGTERM');
  t.is(await server.ended(), 0);
});

test('ADMIN_PASSWORD_FILE makes the first account without anybody', async t => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'password'), 'from a secret mount\n');
  const settings = {
    ...(await ports()),
    ADMIN_PASSWORD_FILE: 'password',
    DATABASE_URL: 'sqlite+aiosqlite://',
  };
  const server = startChild('main.ts', folder, settings);
  t.teardown(() => server.process.kill('SIGKILL'));
  await server.waitFor(/^OPC UA opc\.tcp:/m);
  const answer = await post(`http://127.0.0.1:${settings.HTTP_PORT}/api/v1/auth/login`, {
    username: 'admin',
    password: 'from a secret mount',
  });
  t.is(answer.status, 200);
  t.false(server.output().includes('from a secret mount'));
});

test('an ADMIN_PASSWORD_FILE that cannot be used is named, with what to do', async t => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'short'), 'x\n');
  const absent = startChild('main.ts', folder, {
    ...(await ports()),
    ADMIN_PASSWORD_FILE: '/nonexist',
    OPCUA_HOST: '192.0.2.7',
    AUTO_APPROVE: 'perhaps',
  });
  t.is(await absent.ended(), 2);
  t.regex(absent.output(), /3 settings are wrong:\n {2}AUTO_APPROVE=/);
  t.regex(absent.output(), /OPCUA_HOST="192\.0\.2\.7": it is no address of this machine/);
  t.regex(absent.output(), /ADMIN_PASSWORD_FILE="\/nonexist": it cannot be read \(ENOENT\)/);
  t.false(existsSync(join(folder, 'data')), 'nothing was made');

  const server = startChild('main.ts', folder, { ...(await ports()), ADMIN_PASSWORD_FILE: 'short' });
  t.is(await server.ended(), 2);
  t.regex(
    server.output(),
    /ADMIN_PASSWORD_FILE="\/.*\/short": what it holds is shorter than 8 characters: put/,
  );

  // Something is stored there, so that only the store can tell that an account is missing.
  mkdirSync(join(folder, 'data'));
  writeFileSync(join(folder, 'data/readme.txt'), '');
  const started = startChild('main.ts', folder, { ...(await ports()), ADMIN_PASSWORD_FILE: 'short' });
  t.is(await started.ended(), 1);
  t.regex(started.output(), /did not start: ADMIN_USERNAME and ADMIN_PASSWORD_FILE/);
  t.regex(started.output(), /\(\/.*\/short\) made no first account: .*password[^\n]*\. Put its/i);
});

test('three wrong settings are told at once and nothing is started', async t => {
  const server = startChild('main.ts', temporaryFolder(), {
    HTTP_PORT: 'eighty',
    AUTO_APPROVE: 'perhaps',
    OPCUA_SERVER_URL: 'http://not-opcua',
  });
  t.is(await server.ended(), 2);
  t.regex(server.output(), /3 settings are wrong/);
  for (const name of ['HTTP_PORT', 'AUTO_APPROVE', 'OPCUA_SERVER_URL'])
    t.regex(server.output(), new RegExp(name));
});

test('a second server on the same folder says whose it is and ends', async t => {
  const folder = temporaryFolder();
  const first = startChild('main.ts', folder, await ports());
  t.teardown(() => first.process.kill('SIGKILL'));
  await first.waitFor(/^OPC UA opc\.tcp:/m);
  const second = startChild('main.ts', folder, await ports());
  t.is(await second.ended(), 1);
  t.regex(second.output(), /did not start: .*data/);
});

test('the set-up file keeps its token over restarts until it is used', t => {
  const folder = join(temporaryFolder(), 'data');
  const first = createSetUpFile(folder);
  first.write('http://127.0.0.1:8000');
  t.is(createSetUpFile(folder).token, first.token);
  t.is(statSync(first.path).mode & 0o777, 0o600);
  first.remove();
  t.not(createSetUpFile(folder).token, first.token);
});
