import test from 'ava';
import { clientNetwork } from '../../src/app/client-network.ts';

test('IPv4 addresses stand for themselves, also mapped over IPv6', t => {
  t.is(clientNetwork('10.0.0.1'), '10.0.0.1');
  t.is(clientNetwork('::ffff:10.0.0.1'), '10.0.0.1');
  t.is(clientNetwork('::FFFF:10.0.0.1'), '10.0.0.1');
  t.is(clientNetwork('::1'), '::1');
  t.is(clientNetwork(''), '');
});

test('IPv6 addresses count by their /64, however they are written', t => {
  for (const address of [
    '2001:db8:0:7::1',
    '2001:0DB8:0:7:aaaa:bbbb:cccc:dddd',
    '2001:db8::7:0:0:0:9',
    '2001:db8:0:7:1::',
  ]) {
    t.is(clientNetwork(address), '2001:db8:0:7::/64', address);
  }
  t.is(clientNetwork('fe80::1%eth0'), 'fe80::1');
  t.not(clientNetwork('2001:db8:0:8::1'), clientNetwork('2001:db8:0:7::1'));
});
