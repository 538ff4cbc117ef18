import { isJsonObject, own, type JsonObject, type JsonValue } from '../../json/value.ts';
import { parseOnce, placed, type Found, type ImportContext, type UnitReader } from './imported.ts';

/** The columns of the table in their order. @see https://element-hq.github.io/synapse/latest/development/database_schema.html */
const COLUMNS: readonly string[] = ['event_id', 'room_id', 'internal_metadata', 'json', 'format_version'];
const NO_REJECTIONS = 'rows that do not say whether the event was rejected (select rejection_reason of the table events as well)';

type Row = ReadonlyMap<string, JsonValue>;
type LineCells = (line: string) => readonly (string | null)[];

/** Rows of Synapse's table `event_json` as one JSON object a line, as `SELECT row_to_json(event_json) FROM event_json` gives them. */
export function readEventJsonLines(context: ImportContext): UnitReader {
  const read = rowReader(context);
  return (text) => {
    const value = parseOnce(text);
    return isJsonObject(value) ? [read(new Map(Object.entries(value)))] : [{ value, client: false }];
  };
}

/** The same rows in one JSON array, as `sqlite3 -json` and `json_agg` write them. */
export function readEventJsonArray(context: ImportContext): UnitReader {
  const read = rowReader(context);
  return (text) => {
    const rows = parseOnce(text);
    // A broken row is a fault of its own: as a value that is no event, it is reported with its number.
    return (Array.isArray(rows) ? rows : [rows]).map((row) => (isJsonObject(row) && Object.hasOwn(row, 'json') ? read(new Map(Object.entries(row))) : { value: row, client: false }));
  };
}

/** The same rows as `COPY event_json TO` or `pg_dump --table event_json` writes them: cells between tabs. */
export function readEventJsonCopy(context: ImportContext): UnitReader {
  return readCells(context, copyCells);
}

/** The same rows as `COPY … (FORMAT csv)` writes them; a cell may not hold a newline, which the JSON that Synapse stores never does. */
export function readEventJsonCsv(context: ImportContext): UnitReader {
  return readCells(context, csvCells);
}

const COPY_COMMAND = /^COPY [^(]*\bevent_json\b[^(]*\(([^)]*)\) FROM stdin;/i;

/** Whether a text holds rows of the table in a dump, or begins with its columns' names or with a row of it. */
export function isEventJsonCells(text: string, line: string, separator: string): boolean {
  if (separator === '\t' && text.split('\n').some((each) => COPY_COMMAND.test(each))) return true;
  const cells = line.replace(/\r$/, '').split(separator).map((cell) => cell.replaceAll('"', ''));
  if (cells.includes('event_id') && cells.includes('json')) return true;
  return cells.length >= COLUMNS.length - 1 && (cells[0] ?? '').startsWith('$') && (cells[1] ?? '').startsWith('!') && (cells[2] ?? '').startsWith('{');
}

/** In a dump only what stands between the command that copies and `\.` is rows. */
function readCells(context: ImportContext, cellsOf: LineCells): UnitReader {
  const read = rowReader(context);
  let columns: readonly string[] | undefined = COLUMNS;
  let begun = false;
  return (line) => {
    const copied = COPY_COMMAND.exec(line)?.[1];
    if (copied !== undefined) columns = copied.split(',').map((name) => name.trim().replaceAll('"', ''));
    if (copied !== undefined || line === '\\.') {
      if (copied === undefined) columns = undefined;
      begun = true;
      return [];
    }
    const cells = columns === undefined || /^(?:--|SET |SELECT pg_catalog)/.test(line) ? [] : cellsOf(line);
    if (cells.length < 2) return context.tally('other lines of a dump'), [];
    const isHeader = !begun && cells.includes('json') && cells.includes('event_id');
    begun = true;
    if (isHeader) return (columns = cells.map(String)), [];
    return [read(rowOf(columns ?? COLUMNS, cells))];
  };
}

function rowOf(columns: readonly string[], cells: readonly (string | null)[]): Row {
  if (cells.length !== columns.length && !(columns === COLUMNS && cells.length === COLUMNS.length - 1)) throw new RowError(`${columns.length} cells`);
  return new Map(columns.map((name, index) => [name, cells[index] ?? null]));
}

/** What is beside the event in a row: of the table itself, or of `events`, when both were selected. */
function rowReader({ tally }: ImportContext): (row: Row) => Found {
  return (row) => {
    const json = valueIn(row, 'json');
    if (!isJsonObject(json)) throw new RowError('an event in the column "json"');
    const metadata = valueIn(row, 'internal_metadata');
    if (!row.has('rejection_reason') && !row.has('rejected')) tally(NO_REJECTIONS);
    return { value: { ...beside(row, isJsonObject(metadata) ? metadata : {}), pdu: pduOf(json, row) }, client: false };
  };
}

function valueIn(row: Row, column: string): JsonValue | undefined {
  const cell = row.get(column);
  return typeof cell === 'string' ? parseOnce(cell) : cell;
}

/** The event as servers exchange it. */
function pduOf(json: JsonObject, row: Row): JsonValue {
  const record = placed(json, { eventId: textIn(row, 'event_id') });
  return own(record, 'pdu') ?? record;
}

function beside(row: Row, metadata: JsonObject): JsonObject {
  const [outlier, softFailed] = [own(metadata, 'outlier') ?? flagIn(row, 'outlier'), own(metadata, 'soft_failed') ?? flagIn(row, 'soft_failed')];
  const noted: readonly (readonly [string, JsonValue | undefined])[] = [
    ['event_id', textIn(row, 'event_id')], ['room_id', textIn(row, 'room_id')], ['room_version', textIn(row, 'room_version')],
    ['stream_ordering', countIn(row, 'stream_ordering')], ['received_ts', countIn(row, 'received_ts')],
    ['rejected', textIn(row, 'rejection_reason') ?? textIn(row, 'rejected')], ['outlier', outlier], ['soft_failed', softFailed],
  ];
  return Object.fromEntries(noted.filter((entry): entry is readonly [string, JsonValue] => entry[1] !== undefined));
}

function textIn(row: Row, column: string): string | undefined {
  const cell = row.get(column);
  return typeof cell === 'string' ? cell : undefined;
}

function countIn(row: Row, column: string): JsonValue | undefined {
  const cell = row.get(column);
  return typeof cell === 'string' && /^-?\d{1,16}$/.test(cell) ? Number(cell) : cell ?? undefined;
}

/** PostgreSQL writes flags as one letter, SQLite as numbers. */
function flagIn(row: Row, column: string): JsonValue | undefined {
  const cell = row.get(column) ?? undefined;
  if (cell === 't' || cell === 'true' || cell === '1' || cell === 1) return true;
  return cell === 'f' || cell === 'false' || cell === '0' || cell === 0 ? false : cell;
}

const ESCAPED: { readonly [letter: string]: string } = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' };

/**
 * The cells of a line in PostgreSQL's text format; null for `\N`.
 * @see https://www.postgresql.org/docs/current/sql-copy.html
 * @example copyCells('$a\t\\N\t{"body":"a\\\\nb"}') // ['$a', null, '{"body":"a\\nb"}']
 */
export function copyCells(line: string): readonly (string | null)[] {
  return line.split('\t').map((cell) => {
    if (cell === '\\N') return null;
    return cell.includes('\\') ? cell.replace(/\\(?:([0-7]{1,3})|x([0-9a-fA-F]{1,2})|([^]))/g, unescape) : cell;
  });
}

function unescape(_: string, octal: string | undefined, hex: string | undefined, letter: string): string {
  if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8));
  if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16));
  return Object.hasOwn(ESCAPED, letter) ? (ESCAPED[letter] ?? letter) : letter;
}

const CSV_CELL = /(?:^|,)(?:"((?:[^"]|"")*)"|([^",]*))(?=,|$)/g;

/**
 * The cells of a line of CSV; null for an empty one without quotes, which is how PostgreSQL writes NULL.
 * @throws {RowError} when a quoted cell does not end on the line
 * @see https://www.rfc-editor.org/rfc/rfc4180
 * @example csvCells('$a,,"{""body"":""b""}"') // ['$a', null, '{"body":"b"}']
 */
export function csvCells(line: string): readonly (string | null)[] {
  const found = [...line.matchAll(CSV_CELL)];
  if (found.map(([cell]) => cell).join('') !== line) throw new RowError('quoted cells that end on their line');
  return found.map(([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? (plain === '' ? null : (plain ?? null)));
}

/** A line is no row of `event_json`: select all of its columns, or name those that were selected in a first line. */
export class RowError extends Error {
  override readonly name = 'RowError';

  constructor(expected: string) {
    super(`not a row of event_json: expected ${expected}`);
  }
}
