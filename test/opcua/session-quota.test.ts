import test from 'ava';
import { admitAccount, admitAddress, type Place } from '../../src/opcua/server/session-quota.ts';

const limits = { sessions: 200, sessionsPerAddress: 50 };
const places = (count: number, changes: Partial<Place> = {}): Place[] =>
  Array.from({ length: count }, (_, index) => ({
    address: '10.0.0.1',
    account: 'plc',
    connected: true,
    since: index,
    ...changes,
  }));

test('an address gets its share, and others theirs', t => {
  t.true(admitAddress(places(49), '10.0.0.1', limits).admitted);
  t.false(admitAddress(places(50), '10.0.0.1', limits).admitted);
  t.true(admitAddress(places(50), '10.0.0.2', limits).admitted);
});

test('the oldest session that is not activated, or that its client left, gives way', t => {
  const forgotten = { ...places(1)[0], connected: false, since: 7 } as Place;
  const unused = { ...places(1)[0], account: undefined, since: 8 } as Place;
  const full = [...places(48), unused, forgotten];
  t.deepEqual(admitAddress(full, '10.0.0.1', limits), { admitted: true, closed: forgotten });
  t.deepEqual(admitAddress([...places(49), unused], '10.0.0.1', limits), { admitted: true, closed: unused });
});

test('anonymous sessions leave some places to accounts, and an account half of them to others', t => {
  t.true(admitAccount(places(179, { account: '' }), '', limits).admitted);
  t.false(admitAccount(places(180, { account: '' }), '', limits).admitted);
  t.true(admitAccount(places(180, { account: '' }), 'plc', limits).admitted);
  t.true(admitAccount(places(99), 'plc', limits).admitted);
  t.false(admitAccount(places(100), 'plc', limits).admitted);
  t.true(admitAccount(places(100), 'robot', limits).admitted);
  t.false(admitAccount(places(9, { account: '' }), '', { ...limits, sessions: 10 }).admitted);
});
