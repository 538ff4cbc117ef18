import type { AccountCategoryId } from '../erasure/account/categories.ts';
import type { AccountFile } from '../erasure/account/schema.ts';
import { mediaReferences } from '../event/media.ts';
import type { Pdu } from '../event/pdu.ts';
import { isMxcUri, type MxcUri, type UserId } from '../identifiers/identifiers.ts';
import { isJsonObject, own, type JsonObject, type JsonValue } from '../json/value.ts';
import { mediaPath } from './names.ts';
import type { ExportPlace, FinishedFile } from './place.ts';

/** A file to which an own event or the account refers: where it is in the export, or why it is not. */
export type MediaReference = {
  readonly uri: MxcUri;
  readonly file?: string;
  readonly missing?: 'not-given' | 'not-found' | 'of-others';
  /** The first event that refers to it, by time within its room; if it is none, the category of account data. */
  readonly room_id?: string;
  readonly event_id?: string;
  readonly category?: AccountCategoryId;
  readonly mimetype?: string;
  /** Whether the bytes are encrypted, with the key in the event. */
  readonly encrypted?: true;
};

/** The files of an export: each is taken in once. */
export type MediaCollector = {
  /** The files of an event, those not yet seen taken in; gives where each is in the export, if it is. */
  readonly take: (pdu: Pdu, place: { readonly roomId: string; readonly eventId: string }) => Promise<ReadonlyMap<MxcUri, string>>;
  /** The same for files that account data names, in a text or in a field. */
  readonly takeOfAccount: (file: AccountFile) => Promise<ReadonlyMap<string, string>>;
  readonly counts: () => { readonly files: number; readonly included: number; readonly missing: ReadonlyMap<NonNullable<MediaReference['missing']>, number> };
};

/** What is done with a reference that is new, and with the file that came with it. */
export type MediaUse = (reference: MediaReference, file: FinishedFile | undefined) => Promise<void>;

/** A collector that takes files into an export. */
export function createMediaCollector(subjects: readonly UserId[], place: ExportPlace, use: MediaUse): MediaCollector {
  const paths = new Map<MxcUri, string>();
  const absent = new Map<NonNullable<MediaReference['missing']>, number>();
  const take = async ({ uri, mimetype, ofOthers = false, ...rest }: Wanted): Promise<void> => {
    if (paths.has(uri)) return;
    const path = mediaPath(paths.size + 1, uri, mimetype);
    const file = ofOthers ? undefined : await place.addMedia?.(uri, path);
    const reason = file !== undefined ? undefined : ofOthers ? 'of-others' : place.addMedia === undefined ? 'not-given' : 'not-found';
    paths.set(uri, file === undefined ? '' : path);
    if (reason !== undefined) absent.set(reason, (absent.get(reason) ?? 0) + 1);
    await use({
      uri, ...(file === undefined ? {} : { file: path }), ...(reason === undefined ? {} : { missing: reason }), ...rest, ...(mimetype === undefined ? {} : { mimetype }),
    }, file);
  };
  const pathsOf = (uris: readonly MxcUri[]): ReadonlyMap<MxcUri, string> => new Map(uris.flatMap((uri) => (paths.get(uri) ? [[uri, paths.get(uri) ?? ''] as const] : [])));
  return {
    take: async (pdu, at) => {
      const uris = mediaReferences(pdu);
      for (const uri of uris) await take({ ...wantedOf(pdu, uri, subjects), room_id: at.roomId, event_id: at.eventId });
      return pathsOf(uris);
    },
    takeOfAccount: async ({ accounts }) => {
      const named = FILE_CATEGORIES.flatMap((category) => accounts.flatMap(({ data }) => (data[category] ?? []).flatMap(urisIn).map((uri) => ({ uri, category }))));
      for (const wanted of named) await take(wanted);
      return pathsOf(named.map(({ uri }) => uri));
    },
    counts: () => {
      const missing = [...absent.values()].reduce((sum, count) => sum + count, 0);
      return { files: paths.size, included: paths.size - missing, missing: absent };
    },
  };
}

type Wanted = Pick<MediaReference, 'uri' | 'mimetype' | 'room_id' | 'event_id' | 'category' | 'encrypted'> & { readonly ofOthers?: boolean };

/** The categories of account data that name files. */
const FILE_CATEGORIES: readonly AccountCategoryId[] = ['avatar', 'media'];

function urisIn(item: JsonValue): readonly MxcUri[] {
  const values = isJsonObject(item) ? Object.values(item) : [item];
  return values.filter((value): value is MxcUri => typeof value === 'string' && isMxcUri(value));
}

function wantedOf(pdu: Pdu, uri: MxcUri, subjects: readonly string[]): Wanted {
  const mimetype = mimetypeOf(pdu.content, uri);
  return {
    uri, ...(mimetype === undefined ? {} : { mimetype }), ofOthers: isPictureOfOther(pdu, subjects), ...(isEncryptedFile(pdu.content, uri) ? { encrypted: true as const } : {}),
  };
}

/** An invite, a kick or a ban of somebody else may repeat their picture. */
function isPictureOfOther({ type, state_key: stateKey = '' }: Pdu, subjects: readonly string[]): boolean {
  return type === 'm.room.member' && !subjects.includes(stateKey);
}

const LONGEST_MIMETYPE = 100;

function mimetypeOf(content: JsonObject, uri: string): string | undefined {
  const info = object(own(content, 'info'));
  const isThumbnail = own(info, 'thumbnail_url') === uri || own(object(own(info, 'thumbnail_file')), 'url') === uri;
  const stated = own(isThumbnail ? object(own(info, 'thumbnail_info')) : info, 'mimetype');
  return typeof stated === 'string' && stated.length <= LONGEST_MIMETYPE ? stated : undefined;
}

function isEncryptedFile(content: JsonObject, uri: string): boolean {
  return [own(content, 'file'), own(object(own(content, 'info')), 'thumbnail_file')].some((file) => own(object(file), 'url') === uri);
}

function object(value: JsonValue | undefined): JsonObject {
  return isJsonObject(value) ? value : {};
}
