import test from 'ava';
import { envFileFaults } from '../../src/settings/env-file.ts';

test('slips in .env are told with their line, and no value is', t => {
  const text = [
    '# a comment, and a line with nothing',
    '',
    'HTTP_PORT=8000',
    'export OPCUA_PORT = 4840 # fine',
    'CENTRAL_OPCUA_PASSWORD="hush',
    'TIME_ZONE="Australia/Melbourne" # fine',
    'AUTO_APPROVE true',
    'HTTP_PORT=8001',
    '=hush',
  ].join('\r\n');
  const faults = envFileFaults(text);
  t.deepEqual(
    faults.flatMap(({ unclosed }) => unclosed ?? []),
    ['CENTRAL_OPCUA_PASSWORD'],
  );
  const messages = faults.map(({ message }) => message);
  t.deepEqual(messages, [
    '.env, line 5: the quote that CENTRAL_OPCUA_PASSWORD begins with is not closed.',
    '.env, line 7: write NAME=value, or # before a comment.',
    '.env, line 8: HTTP_PORT stands in line 3 already: keep one of them.',
    '.env, line 9: write NAME=value, or # before a comment.',
  ]);
});
