import { stringifyJson } from '../json/stringify-json.ts';
import { asJson } from '../event/pdu.ts';
import { accountExports, countItems, missingOfAccount } from './account.ts';
import { collectEvents } from './collect.ts';
import { createExportFiles, type ExportFiles, type FileWriter } from './files.ts';
import type { ExportCounts, ExportedRoom, ExportManifest } from './manifest.ts';
import { createMediaCollector, type MediaCollector } from './media.ts';
import { missing, type Missing } from './missing.ts';
import { indexFiles, indexPage, roomsPage, type IndexFacts } from './page/index-page.ts';
import { createPictures } from './pictures.ts';
import type { ExportPlace } from './place.ts';
import { publishedSchemas } from './published-schemas.ts';
import { assertExportRequest, type ExportRequest, type ExportSource } from './request.ts';
import { writeRoom, type WrittenRoom } from './room-writer.ts';
import { createSearchWriter } from './searches.ts';

/**
 * Writes a person's copy of their data: their events of every room as they were signed, the account data that is given, files, pages to read and search it all, and a manifest.
 * Reads the events once, in any order, and holds no more of them in memory than a part of a room. Nothing that other people wrote is in it, unless `context` asks for that.
 * The same input gives the same bytes.
 * @throws {InvalidExportRequestError} when the request asks for something that cannot be
 * @example exportSubjectData([], { subjects: ['@alice:example.org'], at: 0 }, createMemoryExport().place).then(({ counts }) => counts.events) // 0
 */
export async function exportSubjectData(source: ExportSource, request: ExportRequest, place: ExportPlace): Promise<ExportManifest> {
  assertExportRequest(request);
  const files = createExportFiles(place);
  const collected = await collectEvents(source, request, place.scratch);
  const references = files.begin('media/files.jsonl', 'export-file.schema.json');
  const media = createMediaCollector(request.subjects, place, async (reference, file) => {
    references.add(`${stringifyJson(asJson(reference))}\n`);
    await references.relieve();
    if (file !== undefined && reference.file !== undefined) files.note(reference.file, file);
  });
  const searches = createSearchWriter(files, place.scratch);
  const pictures = createPictures(files);
  const rooms: WrittenRoom[] = [];
  for (const room of collected) rooms.push(await writeRoom(room, rooms.length + 1, { request, files, media, searches, addPicture: pictures.add }));
  const accountFiles = request.account === undefined ? new Map<string, string>() : await media.takeOfAccount(request.account);
  await references.end();
  await searches.finish(rooms.map(({ folder, label }) => [folder, label]));
  await pictures.finish();
  return finish(rooms, { request, files, media, accountFiles });
}

type Finishing = { readonly request: ExportRequest; readonly files: ExportFiles; readonly media: MediaCollector; readonly accountFiles: ReadonlyMap<string, string> };

async function finish(rooms: readonly WrittenRoom[], { request, files, media, accountFiles }: Finishing): Promise<ExportManifest> {
  const { subjects, at } = request;
  const account = request.account === undefined ? [] : accountExports(request.account);
  for (const file of account) await files.write(`account/${file.part}.json`, `${stringifyJson(asJson(file))}\n`, 'export-account.schema.json');
  for (const [name, schema] of Object.entries(publishedSchemas)) await files.write(`schema/${name}`, `${JSON.stringify(schema, undefined, 1)}\n`);
  const counts = countsOf(rooms, media, countItems(account));
  const lacking = missingOf(request, counts, media);
  const facts: IndexFacts = { subjects, at, counts, rooms, account, accountFiles, missing: lacking };
  for (const [part, path] of indexFiles(rooms.length).entries()) await writePieces(files.begin(path), part === 0 ? indexPage(facts) : roomsPage(facts, part));
  const manifest: ExportManifest = {
    format: 'matrix-erasure/export', formatVersion: 1, subjects, exportedAt: at, counts, missing: lacking, rooms: rooms.map(exportedRoom), files: files.finished(),
  };
  await files.write('manifest.json', `${JSON.stringify(manifest, undefined, 1)}\n`);
  return manifest;
}

async function writePieces(file: FileWriter, pieces: Iterable<string>): Promise<void> {
  for (const piece of pieces) {
    file.add(piece);
    await file.relieve();
  }
  await file.end();
}

function exportedRoom({ label: _, pages: _pages, encrypted: _encrypted, redacted: _redacted, ...room }: WrittenRoom): ExportedRoom {
  return room;
}

function countsOf(rooms: readonly WrittenRoom[], media: MediaCollector, accountItems: number): ExportCounts {
  const sum = (key: 'events' | 'messages' | 'encrypted' | 'redacted' | 'references' | 'context'): number => rooms.reduce((all, room) => all + room[key], 0);
  const { files, included } = media.counts();
  return {
    rooms: rooms.length, events: sum('events'), messages: sum('messages'), encrypted: sum('encrypted'), redacted: sum('redacted'), references: sum('references'),
    context: sum('context'), files, filesIncluded: included, accountItems,
  };
}

function missingOf({ account, context, unusable }: ExportRequest, { encrypted, redacted }: ExportCounts, media: MediaCollector): readonly Missing[] {
  const lines = unusable?.() ?? 0;
  return [
    ...(lines === 0 ? [] : [missing('events', 'unusable', lines)]),
    ...(encrypted === 0 ? [] : [missing('texts', 'encrypted', encrypted)]),
    ...(redacted === 0 ? [] : [missing('texts', 'redacted', redacted)]),
    ...[...media.counts().missing].map(([reason, count]) => missing('files', reason, count)),
    missing('other-people', context === undefined ? 'left-out' : 'pseudonyms'),
    ...missingOfAccount(account),
  ];
}
