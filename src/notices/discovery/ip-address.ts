const BYTE = /^(?:0|[1-9]\d{0,2})$/;
const GROUP = /^[0-9A-Fa-f]{1,4}$/;
const GROUPS = 8;

/** The bytes of an IP address, 4 or 16, or `undefined` where a text is none. IPv6 stands without brackets and zone. */
export function parseIpAddress(text: string): readonly number[] | undefined {
  return text.includes(':') ? parseIpv6(text) : parseIpv4(text);
}

/** Without leading zeros, which some readers take for octal numbers. */
function parseIpv4(text: string): readonly number[] | undefined {
  const parts = text.split('.');
  if (parts.length !== 4 || !parts.every((part) => BYTE.test(part) && Number(part) < 256)) return undefined;
  return parts.map(Number);
}

function parseIpv6(text: string): readonly number[] | undefined {
  const [head = '', tail, ...more] = text.split('::');
  if (more.length > 0) return undefined;
  const left = groupsOf(head, tail === undefined);
  const right = tail === undefined ? [] : groupsOf(tail, true);
  if (left === undefined || right === undefined) return undefined;
  const gap = GROUPS - left.length - right.length;
  if (tail === undefined ? gap !== 0 : gap < 1) return undefined;
  return [...left, ...Array.from({ length: gap }, () => 0), ...right].flatMap((group) => [group >> 8, group & 255]);
}

/** The last two groups of all may be written as an IPv4 address. */
function groupsOf(text: string, isLast: boolean): readonly number[] | undefined {
  if (text === '') return [];
  const parts = text.split(':');
  const last = parts.at(-1) ?? '';
  const embedded = isLast && last.includes('.') ? parseIpv4(last) : undefined;
  const plain = embedded === undefined ? parts : parts.slice(0, -1);
  if (!plain.every((part) => GROUP.test(part))) return undefined;
  const [a = 0, b = 0, c = 0, d = 0] = embedded ?? [];
  return [...plain.map((part) => Number.parseInt(part, 16)), ...(embedded === undefined ? [] : [a * 256 + b, c * 256 + d])];
}

/** The beginning of an address and how many bits of it count. */
type Range = readonly [start: readonly number[], bits: number];

/** What is not reached through the internet, or must not be. @see https://www.iana.org/assignments/iana-ipv4-special-registry */
const CLOSED_IPV4: readonly Range[] = [
  [[0], 8], [[10], 8], [[100, 64], 10], [[127], 8], [[169, 254], 16], [[172, 16], 12], [[192, 0, 0], 24], [[192, 0, 2], 24], [[192, 88, 99], 24],
  [[192, 168], 16], [[198, 18], 15], [[198, 51, 100], 24], [[203, 0, 113], 24], [[224], 4], [[240], 4],
];
/** Of IPv6, one range is given out for the internet at all. @see https://www.iana.org/assignments/iana-ipv6-special-registry */
const OPEN_IPV6: Range = [[0x20], 3];
const CLOSED_IPV6: readonly Range[] = [[[0x20, 0x01, 0], 23], [[0x20, 0x01, 0x0d, 0xb8], 32], [[0x20, 0x02], 16], [[0x3f, 0xff, 0], 20]];
/** An IPv4 address in IPv6 clothes: mapped, or translated on its way. */
const WRAPPED_IPV4: readonly Range[] = [[[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff], 96], [[0, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0], 96]];

/**
 * Whether an IP address is one of the internet: not this machine, not its network, not a range with a special purpose. What is no address is not.
 * @example isPublicAddress('10.0.0.1') // false
 */
export function isPublicAddress(text: string): boolean {
  const bytes = parseIpAddress(text);
  if (bytes === undefined) return false;
  if (bytes.length === 4) return isPublicIpv4(bytes);
  if (WRAPPED_IPV4.some((range) => isIn(bytes, range))) return isPublicIpv4(bytes.slice(12));
  return isIn(bytes, OPEN_IPV6) && !CLOSED_IPV6.some((range) => isIn(bytes, range));
}

function isPublicIpv4(bytes: readonly number[]): boolean {
  return !CLOSED_IPV4.some((range) => isIn(bytes, range));
}

function isIn(bytes: readonly number[], [start, bits]: Range): boolean {
  return bytes.every((byte, index) => {
    const counted = Math.max(0, Math.min(8, bits - index * 8));
    return (byte ^ (start[index] ?? 0)) >> (8 - counted) === 0;
  });
}
