import test from 'ava';
import { admitActivation, displacedByCreation, type Place } from '../../../src/opcua/server/session-quota.ts';

const limits = { sessions: 200, sessionsPerAddress: 50 };
const places = (count: number, changes: Partial<Place> = {}): Place[] =>
  Array.from({ length: count }, (_, index) => ({
    address: '10.0.0.1',
    account: 'plc',
    connected: true,
    since: index,
    ...changes,
  }));
const place = (changes: Partial<Place>): Place => ({
  address: '10.0.0.1',
  account: 'plc',
  connected: true,
  since: 1000,
  ...changes,
});
const admit = (others: readonly Place[], account: string, address = '10.0.0.1') =>
  admitActivation(others, { address, account }, limits);
const refused = (full: string) => ({ admitted: false, closed: [], full });
const admitted = (...closed: Place[]) => ({ admitted: true, closed, full: '' });

test('an address gets its share, and others theirs', t => {
  t.deepEqual(admit(places(49), 'robot'), admitted());
  t.deepEqual(admit(places(50), 'robot'), refused('address'));
  t.deepEqual(admit(places(50), 'robot', '10.0.0.2'), admitted());
});

test('anonymous sessions leave some places to accounts, of all and at each address', t => {
  const anonymous = { account: '' };
  t.deepEqual(admit(places(44, anonymous), ''), admitted());
  t.deepEqual(admit(places(45, anonymous), ''), refused('anonymous at the address'));
  t.deepEqual(admit(places(45, anonymous), 'plc'), admitted());
  t.deepEqual(admit(places(179, anonymous), '', '10.0.0.2'), admitted());
  t.deepEqual(admit(places(180, anonymous), '', '10.0.0.2'), refused('anonymous'));
  t.deepEqual(admit(places(180, anonymous), 'plc', '10.0.0.2'), admitted());
});

test('an account leaves half of all places to others, and all some to those who log in', t => {
  t.deepEqual(admit(places(99), 'plc', '10.0.0.2'), admitted());
  t.deepEqual(admit(places(100), 'plc', '10.0.0.2'), refused('account'));
  t.deepEqual(admit(places(189), 'robot', '10.0.0.2'), admitted());
  t.deepEqual(admit(places(190), 'robot', '10.0.0.2'), refused('all'));
});

test('the oldest session of the same account whose channel is gone gives way', t => {
  const older = place({ connected: false, since: -2 });
  const newer = place({ connected: false, since: -1 });
  const other = place({ account: 'robot', connected: false, since: -3 });
  t.deepEqual(admit([other, newer, older, ...places(47)], 'PLC'.toLowerCase()), admitted(older));
  const full = [newer, ...places(99), older].map(one => ({ ...one, address: '10.0.0.3' }));
  t.is(admit(full, 'plc').closed[0]?.since, -2);
});

test('who has an account displaces abandoned sessions of others too; who has none only such without one', t => {
  const robot = place({ account: 'robot', connected: false, since: -3 });
  const nobody = place({ account: '', connected: false });
  t.deepEqual(admit([robot, nobody, ...places(48)], 'plc'), admitted(nobody));
  t.deepEqual(admit([robot, ...places(49)], 'plc'), admitted(robot));
  t.deepEqual(admit([robot, ...places(49)], ''), refused('address'));
  t.deepEqual(admit([robot, ...places(45, { account: '' })], ''), refused('anonymous at the address'));
  const gone = place({ account: '', connected: false });
  t.deepEqual(admit([gone, robot, ...places(44, { account: '' })], ''), admitted(gone));
});

test('where two limits are full, one displaced session counts for both, or one for each is displaced', t => {
  const here = place({ connected: false });
  const full = [...places(99, { address: '10.0.0.2' }), here, ...places(49, { account: 'robot' })];
  t.deepEqual(admit(full, 'plc'), admitted(here));
  const there = place({ address: '10.0.0.2', connected: false });
  const robot = place({ account: 'robot', connected: false });
  const two = [...places(99, { address: '10.0.0.2' }), there, robot, ...places(49, { account: 'robot' })];
  t.deepEqual(admit(two, 'plc'), admitted(there, robot));
});

test('sessions that are never activated displace each other, at one address', t => {
  const unused = places(50, { account: undefined });
  t.deepEqual(displacedByCreation([...places(10), ...unused], '10.0.0.1', limits), unused[0]);
  t.is(displacedByCreation([...places(60), ...unused.slice(1)], '10.0.0.1', limits), undefined);
  t.is(displacedByCreation(unused, '10.0.0.2', limits), undefined);
  t.deepEqual(admit(places(199, { account: undefined }), 'plc'), admitted());
});
