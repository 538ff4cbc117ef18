import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { beginDiscovery, discoverServer, ServerNameError, sortSrv, type DiscoveryLookups, type ServerTarget, type SrvRecord } from '../../../src/notices/discovery/discovery.ts';
import { readWellKnown, wellKnownErrorLifetime, wellKnownLifetime } from '../../../src/notices/discovery/well-known.ts';

const record = (name: string, port: number): SrvRecord => ({ name, port, priority: 0, weight: 0 });

type World = { readonly wellKnown?: Readonly<Record<string, string>>; readonly srv?: Readonly<Record<string, readonly SrvRecord[]>> };

/** Finds a server in a small world; gives what was asked, too. */
async function find(server: string, { wellKnown = {}, srv = {} }: World = {}): Promise<{ readonly targets: readonly ServerTarget[]; readonly asked: readonly string[] }> {
  const asked: string[] = [];
  const lookups: DiscoveryLookups = {
    wellKnown: async (host) => (asked.push(host), wellKnown[host]),
    srv: async (service, host) => (asked.push(`${service}.${host}`), srv[`${service}.${host}`] ?? []),
  };
  return { targets: await discoverServer(server, lookups), asked };
}

const target = (host: string, port: number, hostHeader: string, tlsName = hostHeader): ServerTarget => ({ host, port, hostHeader, tlsName });
const NEW = '_matrix-fed._tcp.';
const OLD = '_matrix._tcp.';

describe('the steps of the specification', () => {
  test.each<readonly [string, string, World, readonly ServerTarget[], readonly string[]]>([
    ['1 an IP address', '1.2.3.4', {}, [target('1.2.3.4', 8448, '1.2.3.4')], []],
    ['1 an IP address with a port', '1.2.3.4:1234', {}, [target('1.2.3.4', 1234, '1.2.3.4:1234', '1.2.3.4')], []],
    ['1 an IPv6 address', '[2001:db8::1]', {}, [target('2001:db8::1', 8448, '[2001:db8::1]', '2001:db8::1')], []],
    ['1 an IPv6 address with a port', '[2001:db8::1]:1', {}, [target('2001:db8::1', 1, '[2001:db8::1]:1', '2001:db8::1')], []],
    ['2 a port', 'a.org:443', { wellKnown: { 'a.org': 'b.org' } }, [target('a.org', 443, 'a.org:443', 'a.org')], []],
    ['3.1 delegated to an IP address', 'a.org', { wellKnown: { 'a.org': '1.2.3.4' } }, [target('1.2.3.4', 8448, '1.2.3.4')], ['a.org']],
    ['3.2 delegated with a port', 'a.org', { wellKnown: { 'a.org': 'b.org:1' } }, [target('b.org', 1, 'b.org:1', 'b.org')], ['a.org']],
    ['3.3 delegated, and SRV there', 'a.org', { wellKnown: { 'a.org': 'b.org' }, srv: { [`${NEW}b.org`]: [record('c.org', 5)] } }, [target('c.org', 5, 'b.org')], ['a.org', `${NEW}b.org`]],
    ['3.4 delegated, and deprecated SRV there', 'a.org', { wellKnown: { 'a.org': 'b.org' }, srv: { [`${OLD}b.org`]: [record('c.org.', 5)] } }, [target('c.org', 5, 'b.org')], ['a.org', `${NEW}b.org`, `${OLD}b.org`]],
    ['3.5 delegated', 'a.org', { wellKnown: { 'a.org': 'b.org' } }, [target('b.org', 8448, 'b.org')], ['a.org', `${NEW}b.org`, `${OLD}b.org`]],
    ['4 SRV', 'a.org', { srv: { [`${NEW}a.org`]: [record('c.org', 5), record('d.org', 6)], [`${OLD}a.org`]: [record('e.org', 7)] } }, [target('c.org', 5, 'a.org'), target('d.org', 6, 'a.org')], ['a.org', `${NEW}a.org`]],
    ['5 deprecated SRV', 'a.org', { srv: { [`${OLD}a.org`]: [record('c.org', 5)] } }, [target('c.org', 5, 'a.org')], ['a.org', `${NEW}a.org`, `${OLD}a.org`]],
    ['6 nothing', 'a.org', {}, [target('a.org', 8448, 'a.org')], ['a.org', `${NEW}a.org`, `${OLD}a.org`]],
    ['a delegation to what is no name', 'a.org', { wellKnown: { 'a.org': 'https://b.org/' } }, [target('a.org', 8448, 'a.org')], ['a.org', `${NEW}a.org`, `${OLD}a.org`]],
    ['a delegation to a port that does not exist', 'a.org', { wellKnown: { 'a.org': 'b.org:70000' } }, [target('a.org', 8448, 'a.org')], ['a.org', `${NEW}a.org`, `${OLD}a.org`]],
    ['a service that is said not to be there', 'a.org', { srv: { [`${NEW}a.org`]: [record('.', 0)] } }, [], ['a.org', `${NEW}a.org`]],
  ])('%s', async (_, server, ...[world, targets, asked]) => {
    expect(await find(server, world)).toEqual({ targets, asked });
  });

  test.each(['', 'a b', 'a.org:0', 'a.org:99999', 'https://a.org', ':8448'])('%j is no server name', (name) => {
    expect(() => beginDiscovery(name)).toThrow(ServerNameError);
  });

  test('a delegation is never followed by another', async () => {
    const { asked } = await find('a.org', { wellKnown: { 'a.org': 'b.org', 'b.org': 'c.org' } });
    expect(asked).not.toContain('b.org');
  });
});

test('SRV records: by priority, each once, and by weight in proportion', () => {
  const arbitrary = fc.array(fc.record({ name: fc.string(), port: fc.nat(), priority: fc.nat(3), weight: fc.nat(3) }), { maxLength: 8 });
  fc.assert(fc.property(arbitrary, fc.infiniteStream(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })), (records, numbers) => {
    const sorted = sortSrv(records, () => numbers.next().value ?? 0);
    expect(sorted.map(({ priority }) => priority)).toEqual(records.map(({ priority }) => priority).toSorted((a, b) => a - b));
    expect(new Set(sorted)).toEqual(new Set(records));
  }));
  const [heavy, light] = [{ ...record('heavy', 1), weight: 3 }, { ...record('light', 1), weight: 1 }];
  const first = Array.from({ length: 100 }, (_, i) => sortSrv([light, heavy], () => i / 100)[0]?.name);
  expect(first.filter((name) => name === 'heavy')).toHaveLength(75);
});

describe('/.well-known/matrix/server', () => {
  const answer = (body: string, status = 200): Parameters<typeof readWellKnown>[0] => ({ status, body });
  test('is read when it is valid, and only then', () => {
    expect(readWellKnown(answer('{"m.server":"b.org:1"}'))).toBe('b.org:1');
    for (const body of ['', '[]', '{}', '{"m.server":1}', '{"m.server":""}', '<html>']) expect(readWellKnown(answer(body))).toBeUndefined();
    expect(readWellKnown(answer('{"m.server":"b.org"}', 404))).toBeUndefined();
  });

  const HOUR = 3_600_000;
  test.each([
    [undefined, undefined, 24 * HOUR], ['max-age=7200', undefined, 2 * HOUR], ['public, max-age=7200', '3600', HOUR], ['max-age=9999999999', undefined, 48 * HOUR],
    ['max-age=0', undefined, HOUR / 12], ['no-store', undefined, HOUR / 12], ['max-age=7200, no-cache', undefined, HOUR / 12], ['private', undefined, 24 * HOUR], ['max-age=60', '99', HOUR / 12],
  ])('cache-control %j, age %j: %d ms', (cacheControl, age, expected) => {
    expect(wellKnownLifetime({ ...answer('{}'), cacheControl: cacheControl ?? null, age: age ?? null })).toBe(expected);
  });

  test('a failure counts longer each time, and an hour at most', () => {
    expect([0, 1, 2, 3, 7, 8, 2000].map(wellKnownErrorLifetime)).toEqual([60_000, 60_000, 120_000, 240_000, HOUR, HOUR, HOUR]);
  });
});
