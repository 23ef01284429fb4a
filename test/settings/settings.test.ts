import { readFileSync } from 'node:fs';
import test from 'ava';
import { settingNames } from '../../src/settings/definitions.ts';
import { loadSettings, readSettings } from '../../src/settings/load.ts';
import { SettingsError } from '../../src/settings/loaded-settings.ts';
import { exampleSettings, reportSettings } from '../../src/settings/report.ts';

test('without any setting the defaults hold and are valid', t => {
  const { settings, sources } = loadSettings({});
  t.deepEqual(settings.DATABASE_URL, { kind: 'folder', path: './data' });
  t.is(settings.PRINTER_WORKER_INTERVAL, 5);
  t.is(settings.MOCK_PRINTER_JOB_TIME, 30);
  t.true(settings.AUTO_SCHEDULE);
  t.false(settings.AUTO_APPROVE);
  t.deepEqual([...new Set(Object.values(sources))], ['default']);
});

test('the environment wins over .env, which wins over the defaults', t => {
  const { settings, sources } = loadSettings(
    { HTTP_PORT: '8123' },
    { HTTP_PORT: '8124', AUTO_APPROVE: 'TRUE' },
  );
  t.is(settings.HTTP_PORT, 8123);
  t.true(settings.AUTO_APPROVE);
  t.is(sources.HTTP_PORT, 'environment');
  t.is(sources.AUTO_APPROVE, '.env');
});

test('all faults are reported together, each with what to write', t => {
  const error = t.throws(
    () => loadSettings({ HTTP_PORT: '80000', AUTO_APPROVE: 'perhaps', PRINTER_WORKER_INTERVAL: 'soon' }),
    { instanceOf: SettingsError },
  );
  t.is(error?.faults.length, 3);
  t.regex(error?.message ?? '', /HTTP_PORT="80000": give a whole number from 0 to 65535/);
  t.regex(error?.message ?? '', /AUTO_APPROVE="perhaps": say true or false/);
  t.regex(error?.message ?? '', /PRINTER_WORKER_INTERVAL="soon": give a number/);
});

for (const url of ['sqlite+aiosqlite://', 'sqlite+aiosqlite:///']) {
  test(`the earlier server's ${url} means a store in memory, with a warning`, t => {
    const { settings, notes } = loadSettings({ DATABASE_URL: url });
    t.deepEqual(settings.DATABASE_URL, { kind: 'memory' });
    t.true(notes.some(note => note.includes('in memory')));
  });
}

test('a database that is not there yet is refused', t => {
  t.throws(() => loadSettings({ DATABASE_URL: 'postgresql://host/db' }), { message: /path of a folder/ });
});

test('CENTRAL_OPCUA_URL is OPCUA_SERVER_URL, and both with different values are refused', t => {
  const url = 'opc.tcp://mock-server:4840';
  t.is(loadSettings({ CENTRAL_OPCUA_URL: url }).settings.OPCUA_SERVER_URL, url);
  t.throws(() => loadSettings({ CENTRAL_OPCUA_URL: url, OPCUA_SERVER_URL: 'opc.tcp://other:4840' }), {
    message: /mean the same and differ/,
  });
});

test('ORDER_FETCHER_INTERVAL without a source says that it has no effect', t => {
  const { notes } = loadSettings({ ORDER_FETCHER_INTERVAL: '9' });
  t.true(notes.some(note => note.includes('no effect without ORDER_SOURCE_URL')));
});

test('an unknown name in .env is pointed out', t => {
  t.true(loadSettings({}, { AUTO_APROVE: 'true' }).notes.some(note => note.includes('AUTO_APROVE')));
});

test('the report shows each setting once, and no password', t => {
  const report = reportSettings(
    readSettings({ OPCUA_SERVER_URL: 'opc.tcp://mes:hush@central:4840', CENTRAL_OPCUA_PASSWORD: 'hush' }),
  );
  for (const name of settingNames)
    t.is(report.split(`\n${name}=`).length + Number(report.startsWith(`${name}=`)), 2);
  t.false(report.includes('hush'));
});

test('.env.example is what the schema says', t => {
  t.is(readFileSync(new URL('../../.env.example', import.meta.url), 'utf8'), exampleSettings());
});

test('a time zone is one with a name, in any case', t => {
  t.is(loadSettings({ TIME_ZONE: 'australia/melbourne' }).settings.TIME_ZONE, 'Australia/Melbourne');
  for (const TIME_ZONE of ['', 'Melbourne', '+10:00']) {
    t.throws(() => loadSettings({ TIME_ZONE }), { instanceOf: SettingsError, message: /such as Australia/ });
  }
});

test('OPC UA is reached under one name at least: an empty list would give an address that nobody can use', t => {
  t.deepEqual(loadSettings({ OPCUA_HOSTNAMES: ' mes.lab , 10.0.0.5,' }).settings.OPCUA_HOSTNAMES, [
    'mes.lab',
    '10.0.0.5',
  ]);
  for (const OPCUA_HOSTNAMES of ['', ' , ']) {
    t.throws(() => loadSettings({ OPCUA_HOSTNAMES }), { message: /at least one name or address/ });
  }
});

test('HTTP and OPC UA on one port are told with both names, unless they listen on different addresses', t => {
  const ports = { HTTP_PORT: '8000', OPCUA_PORT: '8000' };
  const fault = { message: /HTTP_PORT and OPCUA_PORT are both 8000: give each a port of its own\./ };
  t.throws(() => loadSettings(ports), fault);
  t.throws(() => loadSettings({ ...ports, OPCUA_HOST: '127.0.0.1' }), fault);
  t.throws(() => loadSettings({ ...ports, OPCUA_HOST: 'localhost' }), fault);
  t.notThrows(() => loadSettings({ ...ports, OPCUA_HOST: '127.0.0.2' }));
  t.notThrows(() => loadSettings({ HTTP_PORT: '0', OPCUA_PORT: '0' }));
});

test('the report of faulty settings shows all of them, marks the faulty ones, and ends with the faults', t => {
  const report = reportSettings(readSettings({ HTTP_PORT: 'eighty', AUTO_APPROVE: 'true' }));
  t.regex(report, /^HTTP_PORT=eighty {2}\[environment\] {2}<- wrong/m);
  t.regex(report, /^AUTO_APPROVE=true {2}\[environment\]$/m);
  t.regex(report, /^TIME_ZONE=/m);
  t.regex(report, /A setting is wrong:\n {2}HTTP_PORT="eighty": give a number[^\n]*$/);
  t.false(report.includes('npm run settings'));
});

test('the report marks every setting that a fault speaks of, and tells unknown names beside the faults', t => {
  const report = reportSettings(
    readSettings(
      { HTTP_PORT: '8000', OPCUA_PORT: '8000', UPLOAD_PATH: './certificates' },
      { AUTO_APROVE: 'true' },
    ),
  );
  for (const name of ['HTTP_PORT', 'OPCUA_PORT', 'UPLOAD_PATH', 'CERTIFICATES_PATH']) {
    t.regex(report, new RegExp(`^${name}=.*<- wrong, see below$`, 'm'));
  }
  t.is(report.match(/<- wrong/g)?.length, 4);
  t.regex(report, /^Note: \.env: AUTO_APROVE is no setting of this server and has no effect\.$/m);
  t.regex(report, /2 settings are wrong:\n/);
});

test('a value whose quote is not closed is neither judged nor shown: others may be in it', t => {
  const { faults, faulty, texts } = readSettings({}, { HTTP_PORT: '80\nCENTRAL_OPCUA_PASSWORD=hush' }, [
    'HTTP_PORT',
  ]);
  t.deepEqual(faults, []);
  t.true(faulty.has('HTTP_PORT'));
  t.is(texts.HTTP_PORT, '(its quote is not closed)');
  t.is(readSettings({ HTTP_PORT: '81' }, { HTTP_PORT: '80' }, ['HTTP_PORT']).valid.HTTP_PORT, 81);
});
