import { existsSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { readSettings } from '../../src/settings/load.ts';
import type { SettingFault } from '../../src/settings/loaded-settings.ts';
import { folderFaults, startFaults } from '../../src/settings/start-faults.ts';

const temporary = (): string => mkdtempSync(join(tmpdir(), 'mes-settings-'));
const messagesOf = (faults: readonly SettingFault[]) => faults.map(({ message }) => message);
const valid = (environment: Record<string, string>) => readSettings(environment).valid;

test('a path that can be no folder is told with its setting, and so is one below a file', t => {
  const file = join(temporary(), 'file');
  writeFileSync(file, '');
  const faults = folderFaults(
    valid({
      DATABASE_URL: file,
      UPLOAD_PATH: join(file, 'a/b'),
      CERTIFICATES_PATH: join(temporary(), 'new'),
    }),
  );
  t.is(faults.length, 2);
  t.is(faults[0]?.message, `DATABASE_URL=${JSON.stringify(file)}: it is no folder: give another path.`);
  t.is(
    faults[1]?.message,
    `UPLOAD_PATH=${JSON.stringify(join(file, 'a/b'))}: ${file} is no folder: give another path.`,
  );
});

test('folders that are the same or lie within one another are refused, by whatever way they are written', t => {
  const faultsOf = (data: string, uploads: string, certificates: string) =>
    readSettings({ DATABASE_URL: data, UPLOAD_PATH: uploads, CERTIFICATES_PATH: certificates }).faults;
  t.deepEqual(faultsOf('/srv/mes/data', '/srv/mes/data2', '/srv/mes/certificates'), []);
  t.deepEqual(faultsOf('/srv/mes', '/srv/x/../mes/', '/srv/certificates'), [
    'UPLOAD_PATH="/srv/mes": it is the same folder as DATABASE_URL: give each a folder of its own.',
  ]);
  t.deepEqual(faultsOf('/srv/mes/data', '/srv/upload', '/srv/mes/data/pki'), [
    'CERTIFICATES_PATH="/srv/mes/data/pki": it is a folder within DATABASE_URL: give each a folder of its own.',
  ]);
  t.is(faultsOf('/srv/mes/data', '/', '/srv/certificates').length, 2);
  t.deepEqual(faultsOf('sqlite+aiosqlite://', './mes', './certificates'), []);
});

test('an address that is none of this machine and a password file that cannot be read are told at once', async t => {
  const folder = temporary();
  const data = join(folder, 'data');
  const faulty = {
    DATABASE_URL: data,
    HTTP_HOST: '192.0.2.7',
    OPCUA_HOST: 'nowhere.invalid',
    ADMIN_PASSWORD_FILE: join(folder, 'none'),
  };
  const faults = await startFaults(valid(faulty));
  const [http, opcua, password, ...others] = messagesOf(faults);
  t.deepEqual(
    faults.flatMap(({ settings }) => settings),
    ['HTTP_HOST', 'OPCUA_HOST', 'ADMIN_PASSWORD_FILE'],
  );
  t.regex(http ?? '', /^HTTP_HOST="192\.0\.2\.7": it is no address of this machine: give/);
  t.regex(opcua ?? '', /^OPCUA_HOST="nowhere\.invalid": /);
  t.regex(password ?? '', /^ADMIN_PASSWORD_FILE=".*none": it cannot be read \(ENOENT\): put .*\.$/);
  t.deepEqual(others, []);
  t.false(existsSync(data));
});

test('the password file is not missed once something is stored: it is for the first start alone', async t => {
  const folder = temporary();
  mkdirSync(join(folder, 'data'));
  writeFileSync(join(folder, 'data/manifest.json'), '{}');
  const settings = { DATABASE_URL: join(folder, 'data'), ADMIN_PASSWORD_FILE: join(folder, 'none') };
  t.deepEqual(await startFaults(valid({ ...settings, OPCUA_HOST: '127.0.0.1' })), []);
});

test('a password file that no account can be made with is told before anything is opened', async t => {
  const folder = temporary();
  const file = join(folder, 'password');
  const look = async (content: string) => {
    writeFileSync(file, content);
    const settings = {
      DATABASE_URL: join(folder, 'data'),
      ADMIN_PASSWORD_FILE: file,
      OPCUA_HOST: '127.0.0.1',
    };
    return messagesOf(await startFaults(valid(settings))).join();
  };
  t.regex(await look(''), /^ADMIN_PASSWORD_FILE=".*password": it is empty: put the password there, or leave/);
  t.regex(await look('\r\n'), /it is empty/);
  t.regex(await look('1234567\n'), /what it holds is shorter than 8 characters/);
  t.false((await look('hushhus')).includes('hush'));
  t.regex(await look('x'.repeat(257)), /longer than 256 characters/);
  t.is(await look('\uFEFF12345678\r\n'), '');
});
