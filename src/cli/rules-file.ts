import * as v from 'valibot';
import { defineRoomVersion, roomVersion, roomVersionIds } from '../rules/room-versions.ts';
import type { Retained, RetainedKeys, RoomVersionRules } from '../rules/types.ts';
import { readJsonFile } from './json-file.ts';

const retained: v.GenericSchema<Retained> = v.union([v.literal(true), v.record(v.string(), v.lazy(() => retained))]);
const retainedKeys: v.GenericSchema<RetainedKeys> = v.record(v.string(), retained);

/** A rule table of one's own: a room version, and the parts of its redaction table that replace those of the same name. */
const schema = v.strictObject({
  id: v.pipe(v.string(), v.regex(/^[a-z0-9.-]{1,32}$/)),
  base: v.picklist(roomVersionIds),
  redaction: v.exactOptional(v.strictObject({
    event: v.exactOptional(retainedKeys),
    content: v.exactOptional(v.record(v.string(), retained)),
    anyContent: v.exactOptional(retainedKeys),
  }), {}),
});

/**
 * The rules that an argument names: a room version, or a JSON file `{"id", "base", "redaction": {"event", "content", "anyContent"}}`. Types in
 * `content` are added to those of the base; `{}` for a type keeps nothing of it.
 * @throws {InputFileError} when there is no such version and no such file
 * @throws {FileShapeError} when the file holds something else
 */
export async function readRules(argument: string): Promise<RoomVersionRules> {
  if (roomVersionIds.includes(argument)) return roomVersion(argument);
  const { id, base, redaction } = await readJsonFile(argument, schema, 'a rule table, {"id", "base", "redaction"}, nor a room version');
  const { redaction: before } = roomVersion(base);
  return defineRoomVersion(id, roomVersion(base), {
    redaction: {
      ...before,
      ...redaction,
      event: { ...(redaction.event ?? before.event), content: {} },
      content: { ...before.content, ...redaction.content },
    },
  });
}
