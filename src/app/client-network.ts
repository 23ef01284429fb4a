import { isIPv6 } from 'node:net';

/** The first four groups of an IPv6 address, which one customer of a network gets as a whole (RFC 6177). */
const prefixOf = (address: string): string => {
  const [head = '', tail] = address.split('::');
  const groups = head === '' ? [] : head.split(':');
  // Groups that `::` leaves out are zero; the tail matters where it reaches into the first four.
  const tailGroups = tail ? tail.split(':') : [];
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - groups.length - tailGroups.length);
  const all = [...groups, ...Array.from({ length: zeros }, () => '0'), ...tailGroups];
  return all
    .slice(0, 4)
    .map(group => Number.parseInt(group, 16).toString(16))
    .join(':');
};

/**
 * What limits per client address count by: the IPv4 address, also where it comes mapped over IPv6, and the /64 of an
 * IPv6 address, since one machine has all the addresses of it (but of link-local ones, which all machines share).
 */
export const clientNetwork = (address: string): string => {
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, '').replace(/%.*$/, '');
  const isOwn = plain === '::1' || /^fe80:/i.test(plain);
  return isIPv6(plain) && !isOwn ? `${prefixOf(plain)}::/64` : plain;
};
