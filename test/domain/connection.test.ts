import test from 'ava';
import { type Connection, isSameConnection } from '../../src/domain/connection.ts';

const connection: Connection = { api: 'PrusaLink', url: 'http://printer', apiKey: 'key', username: 'maker' };

const others: Readonly<Record<keyof Connection, Partial<Connection>>> = {
  api: { api: 'OctoPrint' },
  url: { url: 'http://printer/other' },
  apiKey: { apiKey: 'maker' },
  username: { username: '' },
};

for (const [field, change] of Object.entries(others)) {
  test(`another ${field} is another connection`, t => {
    t.false(isSameConnection(connection, { ...connection, ...change }));
  });
}

test('no user name is the same as an empty one, and what else there is does not count', t => {
  const { username: _, ...byKey } = connection;
  t.true(isSameConnection(byKey, { ...connection, username: '' }));
  t.true(isSameConnection(connection, { ...connection, ...{ group: 'other', model: 'MK4' } }));
});
