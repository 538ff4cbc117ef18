export { CanonicalJsonError, encodeCanonicalJson, encodeHistoricalJson, writeCanonicalJson } from './json/canonical-json.ts';
export { compareCodePoints } from './json/compare.ts';
export type { JsonFault } from './json/emit.ts';
export type { JsonPath } from './json/json-path.ts';
export { parseJson, type ParseJsonOptions } from './json/parse-json.ts';
export { type DuplicateKeys, JsonSyntaxError, type JsonTextFault } from './json/reader.ts';
export { JsonValueError, stringifyJson } from './json/stringify-json.ts';
export { isJsonFloat, isJsonObject, type JsonArray, type JsonFloat, jsonFloat, type JsonObject, type JsonValue, MAX_JSON_DEPTH } from './json/value.ts';
