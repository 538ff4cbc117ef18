import { BlockList, isIP, isIPv4 } from 'node:net';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isPublicAddress, parseIpAddress } from '../../../src/notices/discovery/ip-address.ts';

/** The same ranges in the words of Node, which has a reader of its own. */
const closed = new BlockList();
for (const range of [
  '0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12', '192.0.0.0/24', '192.0.2.0/24', '192.88.99.0/24', '192.168.0.0/16',
  '198.18.0.0/15', '198.51.100.0/24', '203.0.113.0/24', '224.0.0.0/4', '240.0.0.0/4',
]) closed.addSubnet(range.split('/')[0] ?? '', Number(range.split('/')[1]), 'ipv4');
const open6 = new BlockList();
open6.addSubnet('2000::', 3, 'ipv6');
const closed6 = new BlockList();
for (const range of ['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20']) closed6.addSubnet(range.split('/')[0] ?? '', Number(range.split('/')[1]), 'ipv6');

const byte = fc.oneof(fc.constantFrom(0, 1, 2, 10, 100, 127, 169, 172, 192, 198, 203, 224, 255), fc.nat(255));
const ipv4 = fc.tuple(byte, fc.oneof(byte, fc.constantFrom(16, 31, 32, 64, 168, 254)), byte, byte).map((bytes) => bytes.join('.'));
const near = fc.constantFrom('2001', '2002', '3fff', '3ffe', '2000', 'fe80', 'fc00', 'db8', '0', '1ff', '200', 'ff02', '1');
const group = fc.oneof(near, fc.nat(0xffff).map((n) => n.toString(16)));
const ipv6 = fc.array(group, { minLength: 8, maxLength: 8 }).map((groups) => groups.join(':'));

test('IPv4: what Node says of the same ranges', () => {
  fc.assert(fc.property(ipv4, (text) => {
    expect(isPublicAddress(text)).toBe(!closed.check(text, 'ipv4'));
    expect(isPublicAddress(`::ffff:${text}`)).toBe(!closed.check(text, 'ipv4'));
    expect(isPublicAddress(`64:ff9b::${text}`)).toBe(!closed.check(text, 'ipv4'));
  }));
});

test('IPv6: what Node says of the same ranges', () => {
  fc.assert(fc.property(ipv6, (text) => {
    expect(isPublicAddress(text)).toBe(open6.check(text, 'ipv6') && !closed6.check(text, 'ipv6'));
  }));
});

test('reads what Node takes for an address, and nothing else', () => {
  const piece = fc.constantFrom('::', ':', '.', '0', '1', 'ffff', '255', '256', '01', '10.0.0.1', 'g', '%eth0', '12345', '-1', ' ');
  const text = fc.oneof(ipv4, ipv6, fc.ipV6(), fc.array(piece, { maxLength: 9 }).map((parts) => parts.join('')));
  fc.assert(fc.property(text, (one) => {
    const bytes = parseIpAddress(one);
    expect(bytes?.length).toBe(one.includes('%') || isIP(one) === 0 ? undefined : isIPv4(one) ? 4 : 16);
  }), { numRuns: 1000 });
});

describe('what could be an attack', () => {
  test.each(['127.0.0.1', '::1', '::ffff:127.0.0.1', '::ffff:7f00:1', '0.0.0.0', '::', '169.254.169.254', 'fd00::1', 'fe80::1', '::127.0.0.1', '2002:7f00:1::', '0177.0.0.1', '2130706433', '', 'example.org', 'ff02::1', '64:ff9b::a00:1'])('%s is not public', (text) => {
    expect(isPublicAddress(text)).toBe(false);
  });
  test.each(['1.1.1.1', '172.32.0.1', '2606:4700:4700::1111', '::ffff:8.8.8.8'])('%s is public', (text) => {
    expect(isPublicAddress(text)).toBe(true);
  });
});
