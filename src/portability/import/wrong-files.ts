/** What files that are none of the formats begin with, and what to do about each. */
const SIGNATURES: readonly (readonly [bytes: readonly number[], fix: string])[] = [
  [[0x50, 0x4b, 0x03, 0x04], 'it is a ZIP archive: unpack it, and name the JSON files in it'],
  [[0x53, 0x51, 0x4c, 0x69, 0x74, 0x65, 0x20], 'it is an SQLite database: name rows of its table event_json instead, as "sqlite3 -json" writes them'],
  [[0x28, 0xb5, 0x2f, 0xfd], 'it is packed with zstd: unpack it, or pack it with gzip'],
  [[0xfd, 0x37, 0x7a, 0x58, 0x5a], 'it is packed with xz: unpack it, or pack it with gzip'],
  [[0x42, 0x5a, 0x68], 'it is packed with bzip2: unpack it, or pack it with gzip'],
  [[0x50, 0x47, 0x44, 0x4d, 0x50], "it is a dump in PostgreSQL's own format: write the table event_json with COPY instead"],
  [[0xff, 0xfe], 'it is written in UTF-16: convert it to UTF-8'],
  [[0xfe, 0xff], 'it is written in UTF-16: convert it to UTF-8'],
  [[0x3c], "it is HTML or XML: Element's export has JSON as a choice, and an error page holds no events"],
  [[0x25, 0x50, 0x44, 0x46], 'it is a PDF'],
];

/** What to do about a file that begins in some way, where that is known. */
export function fixFor(bytes: Uint8Array): string | undefined {
  return SIGNATURES.find(([signature]) => signature.every((byte, index) => bytes[index] === byte))?.[1];
}
