/** One line of the source made wrong: what stands in a file, and what is put in its place. */
export type Break = { readonly file: string; readonly find: string; readonly replace: string };

type Line = readonly [find: string, replace: string];

/** Faults that somebody could make, by file. Each must be noticed by a test of its layer, or by a law. */
const BREAKS: Readonly<Record<string, readonly Line[]>> = {
  'src/json/compare.ts': [
    ['rank(left) < rank(right) ? -1 : 1', 'left < right ? -1 : 1'],
    ['return a.length < b.length ? -1 : 1;', 'return a.length < b.length ? 1 : -1;'],
    ['unit < AFTER_SURROGATES ?', 'unit <= AFTER_SURROGATES ?'],
  ],
  'src/json/canonical-json.ts': [
    ["text.includes('\\\\ud') ? undefined : text", 'false ? undefined : text'],
    ['walk(bigints ? withNumbers(value) : value, write, compareCodePoints);', 'walk(value, write, compareCodePoints);'],
    ['walk(bigints ? withNumbers(value) : value, write, compareCodePoints);', 'walk(bigints ? withNumbers(value) : value, write);'],
    ['emit(value, { ...STRICT, number }, () => undefined);', ''],
    ['  loneSurrogates: false,', '  loneSurrogates: true,'],
    ['{ ...STRICT, number: historicalNumber }', '{ ...STRICT }'],
  ],
  'src/json/emit.ts': [
    ['if (walk.dialect.sortedKeys) keys.sort(compareCodePoints);', 'if (walk.dialect.sortedKeys) keys.sort();'],
    ["if (walk.open.has(value)) throw walk.dialect.error('cycle', walk.path);", ''],
    ['walk.open.size >= MAX_JSON_DEPTH', 'walk.open.size > MAX_JSON_DEPTH'],
    ['  walk.open.delete(items);', ''],
    ["if (!plain) throw walk.dialect.error('unsupported-type', walk.path);", ''],
  ],
  'src/json/numbers.ts': [
    ["return Object.is(value, -0) ? { fault: 'negative-zero' } : { text: String(value) };", 'return { text: String(value) };'],
    ["if (!Number.isSafeInteger(value)) return { fault: 'unsafe-integer' };", ''],
    ['value <= BigInt(Number.MAX_SAFE_INTEGER)', 'value < BigInt(Number.MAX_SAFE_INTEGER)'],
    ["{ text: Object.is(value, -0) ? '-0' : String(value) }", '{ text: String(value) }'],
    ["return value > 0 ? '1e999' : '-1e999';", "return '1e999';"],
  ],
  'src/json/python-repr.ts': [
    ['exponent >= 16', 'exponent >= 17'],
    ['exponent < -4', 'exponent < -5'],
    [".padStart(2, '0')", ''],
    ["|| '0'}`;", '}`;'],
  ],
  'src/json/parse-json.ts': [
    ['|| hasEscapedKey(text)', ''],
    ['|| IS_NUMBER.test(text)', ''],
    ['-?(?:\\d{16}', '-?(?:\\d{17}'],
    ['[.eE])|\\s{16})/', '[.e])|\\s{16})/'],
    ['value === undefined || isTooDeep(text, value)', 'value === undefined'],
  ],
  'src/json/reader.ts': [
    ["if (key === '__proto__') Object.defineProperty(into", "if (key === '') Object.defineProperty(into"],
    ["cursor.duplicateKeys === 'error' && Object.hasOwn(into, key)", "cursor.duplicateKeys === 'error' && key in into"],
    ['if (cursor.depth >= MAX_JSON_DEPTH)', 'if (cursor.depth > MAX_JSON_DEPTH)'],
    ["if (cursor.at < text.length) throw fault(cursor, 'syntax');", ''],
    ["|| (digits > 1 && cursor.text[first] === '0')", ''],
    ['if (!(unit >= FIRST_PRINTABLE))', 'if (!(unit >= 0))'],
    ['return BigInt(source);', 'return Number(source);'],
  ],
  'src/json/value.ts': [['return Object.hasOwn(table, key) ? table[key] : undefined;', 'return table[key];']],
  'src/json/json-path.ts': [["SHOWN_KEYS.has(key) ? key : '*'", 'key']],
  'src/identifiers/identifiers.ts': [
    ["const colon = id.indexOf(':');", "const colon = id.lastIndexOf(':');"],
    ["text.startsWith('$') && text.length > 1 && fits(text)", "text.startsWith('$') && text.length > 1"],
    ['point < 0x10000 ? 3 : 4', '3'],
  ],
  'src/rules/redaction.ts': [
    ["'prev_state', 'auth_events', 'origin', 'origin_server_ts', 'membership',\n  ),\n  content: {", "'prev_state', 'auth_events', 'origin', 'origin_server_ts',\n  ),\n  content: {"],
    ["content: without(REDACTION_V1.content, 'm.room.aliases')", 'content: REDACTION_V1.content'],
    ["'m.room.join_rules': keys('join_rule', 'allow')", "'m.room.join_rules': keys('join_rule')"],
    ["...REDACTION_V8.content, 'm.room.member': keys('membership', 'join_authorised_via_users_server')", '...REDACTION_V8.content'],
    ["'ban', 'events', 'events_default', 'invite',", "'ban', 'events', 'events_default',"],
    ["'m.room.redaction': keys('redacts'),", ''],
    ["      third_party_invite: { signed: true },\n", '      third_party_invite: true,\n'],
    ["'m.room.create': true,", "'m.room.create': keys('creator'),"],
  ],
  'src/rules/room-versions.ts': [
    ["redacts: { location: 'content', array: false }", "redacts: { location: 'event', array: false }"],
    ["eventId: 'base64url' }", "eventId: 'base64' }"],
    ['strictCanonicalJson: true', 'strictCanonicalJson: false'],
    ['authorisingServer: true', 'authorisingServer: false'],
    ['keyValidity: true', 'keyValidity: false'],
    ['byteLimits: true },\n  authorization', 'byteLimits: false },\n  authorization'],
    ['startFromEmptyState: true', 'startFromEmptyState: false'],
  ],
  'src/event/redact.ts': [
    ['const retained = own(rules.content, event.type);', 'const retained = rules.content[event.type];'],
    ['if (!Object.hasOwn(value, key)) continue;', 'if (!(key in value)) continue;'],
    ['return isJsonObject(value) ? retainKeys(value, retained) : undefined;', 'return isJsonObject(value) ? retainKeys(value, retained) : value;'],
    ['|| Object.keys(value).length > 0));', '|| true));'],
    ['else if (Object.hasOwn(event, key))', 'else if (event[key])'],
    ["key === 'unsigned' || Object.hasOwn(rules.event, key)", 'Object.hasOwn(rules.event, key)'],
    ["if (!isJsonObject(content)) throw new UnredactableEventError('content', 'an object');", ''],
  ],
  'src/event/redaction-target.ts': [
    ["rules.location === 'event' ? [inEvent, inContent] : [inContent, inEvent]", '[inContent ?? inEvent, inEvent]'],
    ['others.length > 0 && !sameIds(eventIds, others)', '!sameIds(eventIds, others)'],
    ["if (event.type !== 'm.room.redaction') return undefined;", ''],
  ],
  'src/event/format.ts': [
    ['if (value.length > most)', 'if (value.length >= most)'],
    ['BigInt(value) <= rules.maxDepth', 'BigInt(value) < rules.maxDepth'],
    ['rules.byteLimits ? utf8Length(value) : [...value].length', '[...value].length'],
    ["if (field === 'room_id' && createsRoomId(event, rules)) return 'not-allowed';", ''],
    ['if (bytes > MAX_EVENT_BYTES)', 'if (bytes >= MAX_EVENT_BYTES)'],
    ['value.length === 2 && isId', 'isId'],
  ],
  'src/event/explain.ts': [
    [".replaceAll('\\\\', '\\\\\\\\')", ''],
    ["if (!isJsonObject(value)) return decide(path, false, 'not-an-object');", 'if (!isJsonObject(value)) return decide(path, true, kept);'],
    ["else if (Object.hasOwn(rules.event, key)) decide([key], true", 'else if (key in rules.event) decide([key], true'],
  ],
  'src/event/media.ts': [
    ["  ['info', 'thumbnail_file', 'url'],\n", ''],
    ['return [...new Set(referencesIn(event.content))];', 'return referencesIn(event.content);'],
    ['...(isJsonObject(replaced) ? referencesInGallery(replaced) : [])', ''],
  ],
  'src/event/relations.ts': [["relation?.relType === 'm.replace'", 'relation !== undefined']],
  'src/event/record.ts': [
    ["(Object.hasOwn(value, 'type') && Object.hasOwn(value, 'content'))", "Object.hasOwn(value, 'type')"],
    ["  ['soft_failed', 'true or false', isFlag],\n", ''],
  ],
  'src/crypto/base64.ts': [
    ["if (length % 4 === 1) throw new InvalidBase64Error('length');", ''],
    ["if (value === 255) throw new InvalidBase64Error('character');", ''],
    ["if (text.length % 4 !== 0) throw new InvalidBase64Error('padding');", ''],
    ['left > 2', 'left > 3'],
  ],
  'src/crypto/ed25519-checks.ts': [
    ['isCanonicalPoint(key) && !isSmallOrder(key)', '!isSmallOrder(key)'],
    ['isCanonicalPoint(key) && !isSmallOrder(key)', 'isCanonicalPoint(key)'],
    ['&& isBelow((index) => signature[32 + index] ?? 0, ORDER)', ''],
    ['&& !isSmallOrder(signature.subarray(0, 32))', ''],
    ['return index === 31 ? byte & 0x7f : byte;', 'return byte;'],
    ['  return false;\n}\n\n// The highest bit', '  return true;\n}\n\n// The highest bit'],
  ],
  'src/crypto/hashed-form.ts': [
    ["new Set(['hashes', 'signatures', 'unsigned'])", "new Set(['signatures', 'unsigned'])"],
    ['rules.format.strictCanonicalJson ? encodeCanonicalJson(value) : encodeHistoricalJson(value)', 'encodeCanonicalJson(value)'],
    ["if (key === '__proto__') Object.defineProperty(kept", "if (key === '') Object.defineProperty(kept"],
    ['if (NEVER_SIGNED.has(key) || !Object.hasOwn(event, key)) continue;', 'if (NEVER_SIGNED.has(key) || !(key in event)) continue;'],
  ],
  'src/crypto/event-hashes.ts': [
    ["return `$${sha256Base64(signedText(event, rules))}`;", 'return `$${sha256Base64Url(signedText(event, rules))}`;'],
    ["claimed === actual || isSameHash(claimed, actual) ? 'match'", "claimed === actual ? 'match'"],
    ['{ ...(isJsonObject(hashes) ? hashes : {}), sha256', '{ sha256'],
  ],
  'src/crypto/sign.ts': [['...objectAt(signatures, server), [keyId]', '[keyId]'], ['const signature = encodeBase64(signAs.sign(signedText(event, signAs.rules)));', 'const signature = encodeBase64(signAs.sign(signedJsonText(event)));']],
  'src/crypto/verify-event.ts': [
    ["if (!isThirdPartyInvite(event)) ids.push(own(event, 'sender'));", "ids.push(own(event, 'sender'));"],
    ["if (signatures.eventIdServer) ids.push(own(event, 'event_id'));", ''],
    ['if (signatures.authorisingServer) ids.push', 'if (!signatures.authorisingServer) ids.push'],
    ['sentAt <= validUntil', 'sentAt < validUntil'],
    ['!rules.signatures.keyValidity || isValidAt', 'isValidAt'],
    ["!key.verify(text, signature)) return 'bad-signature';", "!key.verify(text, signature)) continue;"],
    ["if (keyIds.length === 0) return 'missing-signature';", ''],
    ["otherwise &&= 'expired-key'", "otherwise = 'expired-key'"],
  ],
  'src/crypto/verify-json.ts': [['return isJsonObject(value) ? value : {};', 'return {};']],
  'src/crypto/key-ring.ts': [
    ['return (server, keyId) => own(own(keys, server) ?? {}, keyId);', 'return (server, keyId) => keys[server]?.[keyId];'],
    ['{ verify, validUntil: found.validUntil }', '{ verify }'],
    ['bytes?.length === PUBLIC_KEY_BYTES', 'bytes !== undefined'],
  ],
  'src/crypto/signing-key.ts': [["if (algorithm !== 'ed25519') throw new InvalidSigningKeyError('algorithm');", ''], ['const secret = Uint8Array.from(seed);', 'const secret = seed;']],
};

/** All breaks, in the order of the files. */
export const breaks: readonly Break[] = Object.entries(BREAKS).flatMap(([file, list]) => list.map(([find, replace]) => ({ file, find, replace })));
