import test from 'ava';
import { httpSettingsOf } from '../../src/compose/http.ts';
import { loadSettings } from '../../src/settings/load.ts';

const settingsOf = (environment: Readonly<Record<string, string>>) =>
  httpSettingsOf(loadSettings(environment).settings);

test('behind a proxy that ends TLS the settings make cookies secure and believe its headers', t => {
  t.like(settingsOf({}), { trustProxy: false, cookieSecure: false, maxUploadBytes: 1_024_000_000 });
  t.like(settingsOf({ HTTP_TRUST_PROXY: 'true', HTTP_COOKIE_SECURE: 'true' }), {
    trustProxy: true,
    cookieSecure: true,
  });
});
