import test from 'ava';
import { accessTokenSchema, meSchema } from '../../src/contract/account.ts';
import { PASSWORD } from '../support/app.ts';
import { type HttpFixture, isProblem, startHttp } from './http-fixture.ts';

const logIn = ({ call }: HttpFixture, password = PASSWORD, username = 'student') =>
  call(undefined, 'POST', '/auth/login', { username, password });

const cookieOf = (response: Response): string => response.headers.get('set-cookie') ?? '';

test('a log-in gives a bearer token and a cookie that scripts and other sites cannot use', async t => {
  const fixture = await startHttp(t);
  const response = await logIn(fixture);
  const token = accessTokenSchema.parse(await response.json());
  t.true(token.expires_in > 3600);
  t.regex(cookieOf(response), /^mes_session=[^;]+; path=\/; expires=[^;]+; samesite=strict; httponly$/i);

  const me = await fixture.call(undefined, 'GET', '/auth/me', undefined, {
    authorization: `Bearer ${token.access_token}`,
  });
  t.like(meSchema.parse(await me.json()), { username: 'student', role: 'user' });
  t.false(JSON.stringify(fixture.log.lines).includes(token.access_token));
});

test('behind TLS the cookie is secure', async t => {
  t.regex(cookieOf(await logIn(await startHttp(t, { settings: { cookieSecure: true } }))), /; secure/i);
});

test('after the log-out the token is worth nothing', async t => {
  const { call } = await startHttp(t);
  const out = await call('student', 'POST', '/auth/logout');
  t.is(out.status, 204);
  t.regex(cookieOf(out), /^mes_session=; path=\/; expires=Thu, 01 Jan 1970/);
  await isProblem(t, await call('student', 'GET', '/auth/me'), 401, 'Unauthenticated');
});

test('a change by cookie is taken from our own origin alone', async t => {
  const fixture = await startHttp(t);
  const cookie = cookieOf(await logIn(fixture)).split(';')[0] ?? '';
  const change = (headers: Readonly<Record<string, string>>) =>
    fixture.call(undefined, 'POST', '/auth/logout', undefined, { cookie, ...headers });
  const foreign: readonly Readonly<Record<string, string>>[] = [
    {},
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
    { origin: 'http://evil.example' },
    { origin: 'null' },
  ];
  for (const headers of foreign) {
    await isProblem(t, await change(headers), 403, 'CrossSite');
  }
  t.is((await fixture.call(undefined, 'GET', '/auth/me', undefined, { cookie })).status, 200);
  t.is((await change({ origin: fixture.root })).status, 204);
});

test('wrong and unknown look the same, and guessing is slowed down', async t => {
  const fixture = await startHttp(t);
  const details = new Set<string>();
  for (let attempt = 0; attempt < 5; attempt += 1) {
    details.add(await isProblem(t, await logIn(fixture, 'wrong'), 401, 'Unauthenticated'));
  }
  details.add(await isProblem(t, await logIn(fixture, 'wrong', 'nobody'), 401, 'Unauthenticated'));
  t.is(details.size, 1);
  const slowed = await logIn(fixture);
  t.true(Number(slowed.headers.get('retry-after')) >= 1);
  await isProblem(t, slowed, 429, 'TooManyAttempts');
  t.is((await logIn(fixture, PASSWORD, 'operator')).status, 200);
  t.false(JSON.stringify(fixture.log.lines).includes(PASSWORD));
});

test('anything but a good bearer token is 401', async t => {
  const { call } = await startHttp(t);
  for (const authorization of [
    'Basic c3R1ZGVudDpkZW1v',
    'Bearer',
    'Bearer nonsense',
    `Bearer ${'x'.repeat(5000)}`,
  ]) {
    const response = await call(undefined, 'GET', '/printers', undefined, { authorization });
    await isProblem(t, response, 401, 'Unauthenticated');
  }
});

test('until the set-up is done there is only the set-up, health and a hint', async t => {
  const fixture = await startHttp(t, { accounts: false, setUpToken: 'once' });
  const { call, root } = fixture;
  await isProblem(t, await call(undefined, 'GET', '/printers'), 503, 'SetUpNeeded');
  await isProblem(t, await logIn(fixture), 503, 'SetUpNeeded');
  t.is((await fetch(`${root}/healthz`)).status, 200);
  t.is((await fetch(`${root}/readyz`)).status, 200);

  const setUp = (token: string) =>
    call(undefined, 'POST', '/setup', { token, username: 'chief', password: PASSWORD });
  await isProblem(t, await setUp('guess'), 403, 'NotPermitted');
  t.is((await setUp('once')).status, 204);
  await isProblem(t, await setUp('once'), 403, 'NotPermitted');
  const token = accessTokenSchema.parse(await (await logIn(fixture, PASSWORD, 'chief')).json());
  const headers = { authorization: `Bearer ${token.access_token}` };
  t.is((await call(undefined, 'GET', '/printers', undefined, headers)).status, 200);
});

test('behind a proxy the address that it has seen counts, not what the client claims', async t => {
  const wrong = async (fixture: HttpFixture, forwarded: string): Promise<number> => {
    const body = { username: 'student', password: 'wrong' };
    return (await fixture.call(undefined, 'POST', '/auth/login', body, { 'x-forwarded-for': forwarded }))
      .status;
  };
  const behind = await startHttp(t, { settings: { trustProxy: true } });
  for (let attempt = 0; attempt < 5; attempt += 1) {
    t.is(await wrong(behind, `203.0.113.${attempt}, 10.0.0.1`), 401);
  }
  t.is(await wrong(behind, '203.0.113.9, 10.0.0.1'), 429);
  t.is(await wrong(behind, '10.0.0.2'), 401);
  const direct = await startHttp(t);
  for (let attempt = 0; attempt < 5; attempt += 1) await wrong(direct, `10.0.0.${attempt}`);
  t.is(await wrong(direct, '10.0.0.9'), 429);
});
