import test from 'ava';
import { createDigest } from '../../../../src/printers/drivers/prusalink/digest.ts';

const responseOf = (authorization: string | undefined): string | undefined =>
  /response="([0-9a-f]+)"/.exec(authorization ?? '')?.[1];

test('RFC 2617, 3.5: MD5 with qop', t => {
  const digest = createDigest({ username: 'Mufasa', password: 'Circle Of Life' }, () => '0a4f113b');
  t.is(digest.authorize('GET', '/'), undefined, 'nothing to answer yet');
  t.true(
    digest.challenge(
      'Digest realm="testrealm@host.com", qop="auth,auth-int", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093", opaque="5ccc069c403ebaf9f0171e9517f40e41"',
    ),
  );
  const authorization = digest.authorize('GET', '/dir/index.html');
  t.is(responseOf(authorization), '6629fae49393a05397450978507c4ef1');
  t.regex(authorization ?? '', /^Digest username="Mufasa", realm="testrealm@host.com", /);
  t.regex(
    authorization ?? '',
    /opaque="5ccc069c403ebaf9f0171e9517f40e41", qop=auth, nc=00000001, cnonce="0a4f113b"$/,
  );
  t.regex(digest.authorize('GET', '/dir/index.html') ?? '', /nc=00000002/);
});

for (const [algorithm, response] of [
  ['MD5', '8ca523f5e9506fed4657c9700eebdbec'],
  ['SHA-256', '753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1'],
] as const) {
  test(`RFC 7616, 3.9.1: ${algorithm}`, t => {
    const digest = createDigest(
      { username: 'Mufasa', password: 'Circle of Life' },
      () => 'f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ',
    );
    digest.challenge(
      `Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm=${algorithm}, nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"`,
    );
    t.is(responseOf(digest.authorize('GET', '/dir/index.html')), response);
  });
}

test('without qop, as RFC 2069 and Buddy firmware have it (the example as corrected by its erratum)', t => {
  const digest = createDigest({ username: 'Mufasa', password: 'CircleOfLife' });
  digest.challenge('Digest realm="testrealm@host.com", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093"');
  const authorization = digest.authorize('GET', '/dir/index.html') ?? '';
  t.is(responseOf(authorization), '1949323746fe6a43ef61f9606e7febea');
  t.notRegex(authorization, /qop|nc=|cnonce|algorithm/);
});

test('MD5-sess ties the secret to the nonces; a new challenge starts a new session', t => {
  let made = 0;
  const digest = createDigest({ username: 'maker', password: 'Passw0rd1' }, () => `c${++made}`);
  digest.challenge('Digest realm="Administrator", nonce="n1", algorithm="MD5-sess", qop="auth"');
  // H(H(H(maker:Administrator:Passw0rd1):n1:c1):n1:00000001:c1:auth:H(GET:/api/v1/status)), by openssl.
  t.is(responseOf(digest.authorize('GET', '/api/v1/status')), 'a1346b21c42b977c5cc8e86f70adc835');
  t.regex(digest.authorize('GET', '/x') ?? '', /algorithm=MD5-sess, .*nc=00000002, cnonce="c1"/);
  digest.challenge('Digest realm="Administrator", nonce="n2", algorithm="MD5-sess", qop="auth", stale=true');
  t.regex(digest.authorize('GET', '/x') ?? '', /nonce="n2".*nc=00000001, cnonce="c2"/);
});

test('challenges that cannot be answered are no challenges', t => {
  const digest = createDigest({ username: 'a', password: 'b' });
  for (const header of [
    '',
    'Basic realm="a"',
    'ApiKey realm="Printer API"',
    'Digest realm="a"',
    'Digest realm="a", nonce="b", algorithm=SHA-512-256',
    'Digest realm="a", nonce="b", qop="auth-int"',
  ]) {
    t.false(digest.challenge(header), header);
  }
  t.true(digest.challenge('Basic realm="a, b", Digest nonce="q\\"uoted", realm="a"'), 'among others');
});
