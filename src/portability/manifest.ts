import type { UserId } from '../identifiers/identifiers.ts';
import type { FinishedFile } from './place.ts';
import type { Missing } from './missing.ts';

/** A room of an export. */
export type ExportedRoom = {
  readonly room_id: string;
  readonly room_version: string;
  /** The folder in the export. */
  readonly folder: string;
  /** The name that the person gave the room last, if they did. */
  readonly name?: string;
  /** How many events of the person's, of which the messages. */
  readonly events: number;
  readonly messages: number;
  readonly references: number;
  readonly context: number;
  /** The times of the first and the last event of the person's (ms since 1970, UTC), by the clock of their server. */
  readonly first?: number;
  readonly last?: number;
};

/** A file of an export, and where its form is described. */
export type ExportedFile = FinishedFile & { readonly path: string; readonly schema?: string };

/** How much an export holds. */
export type ExportCounts = {
  readonly rooms: number;
  /** Own events; of those the messages (no state, no redactions), the encrypted ones and the redacted ones. */
  readonly events: number;
  readonly messages: number;
  readonly encrypted: number;
  readonly redacted: number;
  /** Events of others that concern the person. */
  readonly references: number;
  /** Messages of others around those of the person. */
  readonly context: number;
  /** Files to which own events and account data refer, and those of them that are in the export. */
  readonly files: number;
  readonly filesIncluded: number;
  readonly accountItems: number;
};

/** What an export holds: the file `manifest.json`, which lists every other file. */
export type ExportManifest = {
  readonly format: 'matrix-erasure/export';
  readonly formatVersion: 1;
  readonly subjects: readonly UserId[];
  /** When the copy was made (ms since 1970, UTC). */
  readonly exportedAt: number;
  readonly counts: ExportCounts;
  readonly missing: readonly Missing[];
  readonly rooms: readonly ExportedRoom[];
  readonly files: readonly ExportedFile[];
};
