import * as v from 'valibot';
import { isRoomId, isServerName, isUserId, type ServerName, type UserId } from '../../identifiers/identifiers.ts';
import type { ThirdPartyBinding } from '../../notices/build-notices.ts';
import { widgetHost } from '../../notices/holders.ts';
import type { RecipientSources } from '../../notices/recipients.ts';
import { FileShapeError, readJsonFile, readText } from '../json-file.ts';

const time = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const serverName = v.custom<ServerName>((value) => typeof value === 'string' && isServerName(value));
const userId = v.custom<UserId>((value) => typeof value === 'string' && isUserId(value));
const roomId = v.custom<string>((value) => typeof value === 'string' && isRoomId(value));

/** An address of a user that an identity server was told of, and when (ms), where that is known. */
export type KnownBinding = ThirdPartyBinding & { readonly since?: number };

const bindings = v.array(v.strictObject({
  server: serverName, mxid: userId, medium: v.picklist(['email', 'msisdn']), address: v.pipe(v.string(), v.minLength(1)), since: v.exactOptional(time),
}));

/**
 * Reads which addresses of which users identity servers were told of.
 * @throws {InputFileError} when the file cannot be read
 * @throws {FileShapeError} when it is something else; no address is repeated
 */
export function readBindings(path: string): Promise<readonly KnownBinding[]> {
  return readJsonFile(path, bindings, 'a list of bindings at identity servers, [{"server", "mxid", "medium": "email" or "msisdn", "address", "since"}]');
}

const place = { room_id: v.exactOptional(roomId), since: v.exactOptional(time) };
const host = v.custom<string>((value) => typeof value === 'string' && isServerName(value));
const url = v.pipe(v.string(), v.check((text) => widgetHost(text) !== undefined), v.transform((text) => widgetHost(text) ?? ''));
const widgets = v.array(v.union([v.strictObject({ ...place, host }), v.pipe(v.strictObject({ ...place, url }), v.transform(({ url: found, ...rest }) => ({ ...rest, host: found })))]));

/**
 * Reads a list of widgets that are in no room's state, each by its host or its URL, of which the host alone is kept.
 * @throws {InputFileError} when the file cannot be read
 * @throws {FileShapeError} when it is something else
 */
export async function readWidgets(path: string): Promise<NonNullable<RecipientSources['widgets']>> {
  const read = await readJsonFile(path, widgets, 'a list of widgets, [{"host" or "url", "room_id", "since"}]');
  return read.map(({ host: name, room_id, since }) => ({ host: name.toLowerCase(), ...(room_id === undefined ? {} : { roomId: room_id }), ...(since === undefined ? {} : { since }) }));
}

/**
 * Reads a list of bots, a user ID a line; empty lines are passed over.
 * @throws {InputFileError} when the file cannot be read
 * @throws {FileShapeError} when a line is something else
 */
export async function readBots(path: string): Promise<readonly UserId[]> {
  return (await readText(path)).split(/\r?\n/).flatMap((line, index) => {
    const name = line.trim();
    if (name === '') return [];
    if (!isUserId(name)) throw new FileShapeError(path, 'a list of bots, a user ID a line', `line ${index + 1} is none`);
    return [name];
  });
}
