import * as v from 'valibot';
import { defineRoomVersion, roomVersion, roomVersionIds } from '../rules/room-versions.ts';
import type { Retained, RetainedKeys, RoomVersionRules } from '../rules/types.ts';
import { UsageError } from './errors.ts';
import { InputFileError } from './io/inputs.ts';
import { readJsonFile } from './json-file.ts';
import { visible } from './text/visible.ts';

// Not a record of valibot: that passes over keys such as `constructor`, which may be types like any other.
const retainedKeys: v.GenericSchema<RetainedKeys> = v.custom<RetainedKeys>(isRetainedKeys);

function isRetainedKeys(value: unknown): value is RetainedKeys {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && Object.values(value).every(isRetained);
}

function isRetained(value: unknown): value is Retained {
  return value === true || isRetainedKeys(value);
}

/** A rule table of one's own: a room version, and the parts of its redaction table that replace those of the same name. */
const schema = v.strictObject({
  id: v.pipe(v.string(), v.regex(/^[a-z0-9.-]{1,32}$/)),
  base: v.picklist(roomVersionIds),
  redaction: v.exactOptional(v.strictObject({
    event: v.exactOptional(retainedKeys),
    content: v.exactOptional(retainedKeys),
    anyContent: v.exactOptional(retainedKeys),
  }), {}),
});

/** The rules that an argument names, and the room version that they are or begin with. */
export type RuleTable = { readonly rules: RoomVersionRules; readonly base: string };

/**
 * The rules that an argument names: a room version, or a JSON file `{"id", "base", "redaction": {"event", "content", "anyContent"}}`. Types in
 * `content` are added to those of the base; `{}` for a type keeps nothing of it.
 * @throws {UsageError} when there is no such version and no such file
 * @throws {InputFileError} when the file cannot be read
 * @throws {FileShapeError} when the file holds something else
 */
export async function readRules(argument: string): Promise<RuleTable> {
  if (roomVersionIds.includes(argument)) return { rules: roomVersion(argument), base: argument };
  const { id, base, redaction } = await readTable(argument);
  const { redaction: before } = roomVersion(base);
  const rules = defineRoomVersion(id, roomVersion(base), {
    redaction: {
      ...before,
      ...redaction,
      event: { ...(redaction.event ?? before.event), content: {} },
      content: { ...before.content, ...redaction.content },
    },
  });
  return { rules, base };
}

function readTable(argument: string): Promise<v.InferOutput<typeof schema>> {
  return readJsonFile(argument, schema, 'a rule table, {"id", "base", "redaction"}, nor a room version').catch((error: unknown) => {
    if (!(error instanceof InputFileError) || error.reason !== 'ENOENT') throw error;
    throw new UsageError(`${visible(argument)}: neither a room version (${roomVersionIds.join(', ')}) nor a file with a rule table`);
  });
}
