import { mediaReferences } from '../event/media.ts';
import type { Pdu } from '../event/pdu.ts';
import type { MxcUri } from '../identifiers/identifiers.ts';
import { compareCodePoints } from '../json/compare.ts';
import type { MediaReason, MediaReferrer, PlanMedia } from './plan.ts';

/** A file of the subject's and an event that refers to it: without a reason the event lets go of it. */
export type MediaUse = { readonly uri: MxcUri; readonly room_id: string; readonly event_id: string; readonly reason: MediaReason | undefined };

/** Which files there are and who refers to them: read before anything is redacted, because redaction removes every reference. */
export type MediaNotes = {
  /** Notes an event of somebody else. */
  readonly noteOther: (pdu: Pdu, at: Pick<MediaReferrer, 'room_id' | 'event_id'>) => void;
  /** Notes one file that an event of somebody else refers to. */
  readonly noteReferrer: (uri: MxcUri, at: Pick<MediaReferrer, 'room_id' | 'event_id'>) => void;
  readonly finish: (own: OwnMedia) => PlanMedia;
};

/** How the subjects' events refer to files. */
export type OwnMedia = {
  readonly uses: readonly MediaUse[];
  /** Whether they sent encrypted events that others had access to, in which anything may be named. */
  readonly encrypted: boolean;
  readonly due: number;
};

/** Begins notes. Files of the subjects are those of the list, or without one those on their servers that their events refer to. */
export function createMediaNotes(subjects: readonly string[], uploads: readonly MxcUri[] | undefined): MediaNotes {
  const homes = new Set(subjects.map((subject) => subject.slice(subject.indexOf(':') + 1)));
  const listed = uploads === undefined ? undefined : new Set<string>(uploads);
  const isTheirs = (uri: MxcUri): boolean => (listed === undefined ? homes.has(serverOf(uri)) : listed.has(uri));
  const byOthers = new Map<MxcUri, MediaReferrer[]>();
  const noteReferrer: MediaNotes['noteReferrer'] = (uri, { room_id, event_id }) => {
    if (isTheirs(uri)) append(byOthers, uri, { room_id, event_id, reason: 'other-sender' });
  };
  return {
    noteReferrer,
    noteOther: (pdu, at) => {
      for (const uri of mediaReferences(pdu)) noteReferrer(uri, at);
    },
    finish: ({ uses, encrypted, due }) => {
      const own = new Map<MxcUri, MediaUse[]>();
      for (const use of uses) if (isTheirs(use.uri)) append(own, use.uri, use);
      const uris = [...new Set([...(uploads ?? []), ...own.keys()])].sort(compareCodePoints);
      const staying = uris.map((uri) => ({ uri, referrers: referrersOf(own.get(uri) ?? [], byOthers.get(uri) ?? []) }));
      const isUnseen = (uri: MxcUri): boolean => encrypted && !own.has(uri);
      const unreferred = staying.filter(({ referrers }) => referrers.length === 0).map(({ uri }) => uri);
      return {
        basis: listed === undefined ? 'assumed' : 'listed',
        purge: unreferred.filter((uri) => !isUnseen(uri)),
        due,
        kept: staying.filter(({ referrers }) => referrers.length > 0),
        unknown: unreferred.filter(isUnseen),
      };
    },
  };
}

/** What keeps a file, in an order that does not depend on the input's. */
function referrersOf(own: readonly MediaUse[], others: readonly MediaReferrer[]): readonly MediaReferrer[] {
  const mine = own.flatMap(({ room_id, event_id, reason }) => (reason === undefined ? [] : [{ room_id, event_id, reason }]));
  return [...mine, ...others].sort((a, b) => compareCodePoints(a.room_id, b.room_id) || compareCodePoints(a.event_id, b.event_id));
}

function serverOf(uri: MxcUri): string {
  return uri.slice('mxc://'.length, uri.indexOf('/', 'mxc://'.length));
}

function append<T>(lists: Map<MxcUri, T[]>, uri: MxcUri, item: T): void {
  const list = lists.get(uri);
  if (list === undefined) lists.set(uri, [item]);
  else list.push(item);
}
