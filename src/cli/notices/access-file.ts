import * as v from 'valibot';
import { isRoomId, isUserId, type UserId } from '../../identifiers/identifiers.ts';
import type { Substitute } from '../../notices/send-plan.ts';
import { readJsonFile } from '../json-file.ts';

const text = v.pipe(v.string(), v.minLength(1));
const userId = v.custom<UserId>((value) => typeof value === 'string' && isUserId(value));
const access = v.pipe(
  v.union([text, v.strictObject({ token: text, password: v.exactOptional(text) })]),
  v.transform((value): { readonly token: string; readonly password?: string } => (typeof value === 'string' ? { token: value } : value)),
);

/** How somebody gets through to their homeserver; the password where their account is to be closed. */
export type Access = v.InferOutput<typeof access>;

/**
 * Reads access tokens by user, each with a password where it is needed.
 * @throws {InputFileError} when the file cannot be read
 * @throws {FileShapeError} when it is something else; nothing of it is repeated
 */
export function readAccess(path: string): Promise<{ readonly [userId: string]: Access }> {
  return readJsonFile(path, v.record(v.pipe(v.string(), v.check(isUserId)), access), 'a file of access tokens, {user ID: token} or {user ID: {"token", "password"}}');
}

const room = v.custom<string>((value) => typeof value === 'string' && isRoomId(value));
const substitutes = v.record(room, v.strictObject({ user: userId, hasPower: v.exactOptional(v.boolean()) }));

/**
 * Reads who redacts in the rooms that the subject is not in.
 * @throws {InputFileError} when the file cannot be read
 * @throws {FileShapeError} when it is something else
 */
export function readSubstitutes(path: string): Promise<{ readonly [roomId: string]: Substitute }> {
  return readJsonFile(path, substitutes, 'a file of substitutes, {room ID: {"user", "hasPower"}}');
}
