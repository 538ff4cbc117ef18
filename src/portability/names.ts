import type { MxcUri } from '../identifiers/identifiers.ts';

const LONGEST_LABEL = 24;
const LONGEST_SERVER = 80;
const LONGEST_MEDIA_ID = 100;

/**
 * The folder of a room: its number, which makes it unlike any other, and what is harmless of its ID, by which people find it. Room IDs are made by
 * strangers: nothing of `/`, `..`, control characters or names that Windows reserves gets through.
 * @example roomFolder(3, '!../..\n:example.org') // 'rooms/0003'
 * @example roomFolder(12, '!FbxqwBgAfzmQRtKhxw:hs1.test') // 'rooms/0012-FbxqwBgAfzmQRtKhxw'
 */
export function roomFolder(number: number, roomId: string): string {
  const [opaque = ''] = roomId.slice(1).split(':');
  const label = opaque.slice(0, LONGEST_LABEL);
  const digits = String(number).padStart(4, '0');
  return `rooms/${digits}${/^[A-Za-z0-9_-]+$/.test(label) ? `-${label}` : ''}`;
}

/** Endings for what a browser or a viewer shows and does not run: no page and no SVG, which may hold script. */
const ENDINGS: ReadonlyMap<string, string> = new Map([
  ['image/png', '.png'], ['image/jpeg', '.jpg'], ['image/gif', '.gif'], ['image/webp', '.webp'], ['image/avif', '.avif'], ['image/bmp', '.bmp'],
  ['video/mp4', '.mp4'], ['video/webm', '.webm'], ['video/quicktime', '.mov'], ['audio/mpeg', '.mp3'], ['audio/mp4', '.m4a'], ['audio/ogg', '.ogg'],
  ['audio/wav', '.wav'], ['audio/flac', '.flac'], ['application/pdf', '.pdf'], ['text/plain', '.txt'], ['text/csv', '.csv'], ['application/zip', '.zip'],
]);

/**
 * The path of an upload in an export: its number, its server and its media ID as far as they are harmless, and an ending by which it can be opened.
 * @example mediaPath(7, 'mxc://example.org:8448/AbC', 'image/png') // 'media/000007-example.org_8448-AbC.png'
 * @example mediaPath(8, 'mxc://example.org/AbC', 'text/html') // 'media/000008-example.org-AbC.bin'
 */
export function mediaPath(number: number, uri: MxcUri, mimetype: string | undefined): string {
  const [server = '', mediaId = ''] = uri.slice('mxc://'.length).split('/');
  const name = `${harmless(server, LONGEST_SERVER)}-${harmless(mediaId, LONGEST_MEDIA_ID)}`;
  const ending = ENDINGS.get((mimetype ?? '').split(';')[0]?.trim().toLowerCase() ?? '') ?? '.bin';
  return `media/${String(number).padStart(6, '0')}-${name}${ending}`;
}

function harmless(text: string, longest: number): string {
  return text.slice(0, longest).replaceAll(/[^A-Za-z0-9_.-]/g, '_').replaceAll(/\.{2,}/g, '_');
}

/**
 * The name of a part of something that may have many.
 * @example numbered('events', 2, '.jsonl') // 'events-0002.jsonl'
 */
export function numbered(name: string, part: number, ending: string): string {
  return `${name}-${String(part).padStart(4, '0')}${ending}`;
}
