import * as fc from 'fast-check';
import type { Arbitrary } from 'fast-check';
import { type JsonObject, type JsonValue } from '../json/value.ts';
import { roomVersion, roomVersionIds } from '../rules/room-versions.ts';
import type { RedactionRules } from '../rules/types.ts';
import { PROTOTYPE_TYPES } from './hostile-keys.ts';
import { arbitraryJsonKey, arbitraryJsonObject, arbitraryJsonValue, arbitraryText, objectOf, type JsonEntry, type JsonOptions } from './json-arbitraries.ts';

/** A type and a content that goes with it, in that a redaction may find something to keep. */
export type TypedContent = { readonly type: string; readonly content: JsonObject };

const MAX_CONTENT_KEYS = 8;

/** Types that no table names, known ones and such as an object inherits. */
const OTHER_TYPES: readonly string[] = [
  'm.room.encrypted', 'm.room.name', 'm.room.topic', 'm.room.third_party_invite', 'm.sticker', 'M.ROOM.MEMBER', '',
];

/** Types and contents, two of three of a type that some redaction table names. */
export function arbitraryTypedContent(redaction: RedactionRules, options: JsonOptions): Arbitrary<TypedContent> {
  const tables = [redaction, ...roomVersionIds.map((id) => roomVersion(id).redaction)];
  const protectedKeys = keysByType(tables);
  const types = Object.keys(protectedKeys);
  const anyKeys = [...new Set(Object.values(protectedKeys).flat())];
  const contentOf = (keys: readonly string[]): Arbitrary<JsonObject> => objectOf(contentEntry(keys, anyKeys, options), MAX_CONTENT_KEYS);
  const named = types.map((type) => fc.record({ type: fc.constant(type), content: contentOf(protectedKeys[type] ?? []) }));
  const unnamed = fc.record({
    type: fc.oneof({ withCrossShrink: true }, fc.constant('m.room.message'), fc.constantFrom(...OTHER_TYPES), fc.constantFrom(...PROTOTYPE_TYPES), arbitraryText()),
    content: contentOf([]),
  });
  return fc.oneof({ withCrossShrink: true }, { arbitrary: unnamed, weight: 1 }, { arbitrary: fc.oneof(...named), weight: 2 });
}

/** Every key of content that any version protects, by type: what one version protects is what another must remove. */
function keysByType(tables: readonly RedactionRules[]): { readonly [type: string]: readonly string[] } {
  const types = [...new Set(tables.flatMap(({ content }) => Object.keys(content)))];
  return Object.fromEntries(types.map((type) => [type, [...new Set(tables.flatMap((table) => keysOf(table, type)))]]));
}

function keysOf({ content }: RedactionRules, type: string): readonly string[] {
  const retained = Object.hasOwn(content, type) ? content[type] : undefined;
  return typeof retained === 'object' ? Object.keys(retained) : [];
}

function contentEntry(keys: readonly string[], anyKeys: readonly string[], options: JsonOptions): Arbitrary<JsonEntry> {
  const value = arbitraryJsonValue(options);
  const ofType = keys.length === 0 ? anyKeys : keys;
  return fc.oneof(
    { arbitrary: fc.tuple(arbitraryJsonKey(), value), weight: 2 },
    { arbitrary: fc.tuple(fc.constantFrom(...ofType), value), weight: 4 },
    { arbitrary: fc.tuple(fc.constantFrom(...anyKeys), value), weight: 1 },
    { arbitrary: fc.tuple(fc.constant('third_party_invite'), thirdPartyInvite(options)), weight: 1 },
    { arbitrary: fc.tuple(fc.constant('m.relates_to'), relation(options)), weight: 1 },
  );
}

/** An object with or without its signed part, or none at all: servers have disagreed about each. */
function thirdPartyInvite(options: JsonOptions): Arbitrary<JsonValue> {
  const signed = fc.oneof(arbitraryJsonValue(options), fc.record({ mxid: fc.constant('@a:b'), token: arbitraryText() }));
  const parts = fc.oneof(fc.tuple(fc.constant('signed'), signed), fc.tuple(fc.constant('display_name'), arbitraryText()), anyEntry(options));
  return fc.oneof({ arbitrary: objectOf(parts, 3), weight: 2 }, { arbitrary: arbitraryJsonValue(options), weight: 1 });
}

function relation(options: JsonOptions): Arbitrary<JsonValue> {
  const parts = fc.tuple(fc.constantFrom('rel_type', 'event_id', 'key', 'is_falling_back', 'm.in_reply_to'), arbitraryJsonValue(options));
  return fc.oneof({ arbitrary: objectOf(fc.oneof(parts, anyEntry(options)), 4), weight: 2 }, { arbitrary: arbitraryJsonObject(options), weight: 1 });
}

function anyEntry(options: JsonOptions): Arbitrary<JsonEntry> {
  return fc.tuple(arbitraryJsonKey(), arbitraryJsonValue(options));
}
