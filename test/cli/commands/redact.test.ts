import { once } from 'node:events';
import { copyFile, open, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { asObject, readVector } from '../../crypto/vectors.ts';
import { redact } from '../../../src/event/redact.ts';
import { readRecord } from '../../../src/event/record.ts';
import { parseJson } from '../../../src/json/parse-json.ts';
import { roomVersion } from '../../../src/rules/room-versions.ts';
import { folder, lines, runCli, startCli } from '../run.ts';

const MARKER = 'quite-private';
const create = { type: 'm.room.create', state_key: '', room_id: '!r:s', sender: '@a:s', content: { room_version: '10', creator: '@a:s' }, hashes: {} };
const message = { type: 'm.room.message', room_id: '!r:s', sender: '@a:s', content: { body: MARKER } };
const redactedCreate = '{"content":{"creator":"@a:s"},"hashes":{},"room_id":"!r:s","sender":"@a:s","state_key":"","type":"m.room.create"}';
const redactedMessage = '{"content":{},"room_id":"!r:s","sender":"@a:s","type":"m.room.message"}';

const ndjson = (...values: readonly unknown[]): string => values.map((value) => `${typeof value === 'string' ? value : JSON.stringify(value)}\n`).join('');

/** A folder with a file of this content in it; gives the path of the file. */
async function file(content: string | Uint8Array, name: string = 'in.ndjson'): Promise<string> {
  const path = join(await folder(), name);
  await writeFile(path, content);
  return path;
}

describe('recorded rooms', () => {
  const recorded = readVector('recorded/v11-shared/hs1.before.ndjson.gz');
  const expected = lines(recorded).map((line) => {
    const { record } = readRecord(parseJson(line));
    return redact(record.pdu, roomVersion('11').redaction);
  });

  test('from a packed file, from a plain one and from standard input alike', async () => {
    const path = await file(gzipSync(recorded), 'misleading.txt');
    const results = [await runCli(['redact', path]), await runCli(['redact', '-'], { stdin: recorded }), await runCli(['redact'], { stdin: gzipSync(recorded) })];
    expect(results.map(({ code, stderr }) => [code, stderr])).toEqual([[0, ''], [0, ''], [0, '']]);
    expect(lines(results[0]?.stdout ?? '').map((line) => asObject(parseJson(line)))).toEqual(expected);
    expect(new Set(results.map(({ stdout }) => stdout)).size).toBe(1);
  });

  test('into a packed file', async () => {
    const path = await folder();
    const result = await runCli(['redact', '--out', 'out.ndjson.gz'], { stdin: recorded, cwd: path });
    expect(result).toEqual({ code: 0, stdout: '', stderr: '' });
    expect(await readdir(path)).toEqual(['out.ndjson.gz']);
    expect(lines(gunzipSync(await readFile(join(path, 'out.ndjson.gz'))).toString())).toHaveLength(expected.length);
  });
});

describe('what a file may look like', () => {
  test.each([
    ['carriage returns, blank lines, a byte-order mark, no last newline', `\ufeff${JSON.stringify(create)}\r\n\r\n \n${JSON.stringify(message)}`],
    ['records and bare events', ndjson({ pdu: create, stream_ordering: 1, rejected: null, anything: 5 }, message)],
    ['a room version in the record', ndjson({ pdu: { ...create, content: { creator: '@a:s' } }, room_version: '10' }, { pdu: message, room_version: '10' })],
    ['several gzip members one after the other', Buffer.concat([gzipSync(ndjson(create)), gzipSync(ndjson(message))])],
  ])('%s', async (_, content) => {
    const result = await runCli(['redact', await file(content)]);
    expect(result).toEqual({ code: 0, stdout: ndjson(redactedCreate, redactedMessage), stderr: '' });
  });

  test('the create event last, or in another file', async () => {
    const last = await file(ndjson(message, create));
    const [messages, creates] = [await file(ndjson(message)), await file(gzipSync(ndjson(create)))];
    const results = await Promise.all([
      runCli(['redact', last]), runCli(['redact', messages, creates]), runCli(['redact', '--room-version', '11', last]),
    ]);
    expect(results.map(({ code, stderr }) => [code, stderr])).toEqual([[0, ''], [0, ''], [0, '']]);
    expect(new Set(results.map(({ stdout }) => stdout))).toEqual(new Set([ndjson(redactedMessage, redactedCreate)]));
  });

  test('an event on its own, with the version given', async () => {
    const stdin = '{"type":"m.room.name","content":{"name":"x"},"depth":9007199254740993,"__proto__":1,"origin":"s"}';
    const { stdout } = await runCli(['redact', '--room-version', '1'], { stdin });
    expect(stdout).toBe('{"content":{},"depth":9007199254740993,"origin":"s","type":"m.room.name"}\n');
  });
});

describe('lines that cannot be used', () => {
  const redactedCreateEvent = { ...create, room_id: '!lost:s', content: { creator: '@a:s' }, hashes: { sha256: 'x' } };
  const bad: readonly (readonly [what: string, line: string, name: string])[] = [
    ['no JSON', `{"body": "${MARKER}`, 'JsonSyntaxError'],
    ['two values', '{} {}', 'JsonSyntaxError'],
    ['no object', `"${MARKER}"`, 'UnreadableRecordError'],
    ['no type', JSON.stringify({ content: { body: MARKER } }), 'UnreadableRecordError'],
    ['no content', '{"type":"x"}', 'UnreadableRecordError'],
    ['a pdu that is none', `{"pdu":"${MARKER}"}`, 'UnreadableRecordError'],
    ['a version that does not exist', JSON.stringify({ pdu: message, room_version: '99' }), 'UnsupportedRoomVersionError'],
    ['a version that is no version', JSON.stringify({ pdu: message, room_version: `${MARKER} ` }), 'UnsupportedRoomVersionError'],
    ['a room without create event', JSON.stringify({ ...message, room_id: '!other:s' }), 'MissingRoomVersionError'],
    ['a create event that lost its version', JSON.stringify(redactedCreateEvent), 'LostRoomVersionError'],
  ];

  test('are reported with number and reason, never with content, and the rest is done', async () => {
    const path = await file(Buffer.concat([
      Buffer.from(ndjson(create, ...bad.map(([, line]) => line))), Buffer.from([0x22, 0xc3, 0x28, 0x22, 0x0a]), Buffer.from(ndjson(message)),
    ]));
    const { code, stdout, stderr } = await runCli(['redact', path]);
    expect([code, stdout]).toEqual([1, ndjson(redactedCreate, redactedMessage)]);
    const [summary, ...reports] = lines(stderr).toReversed();
    expect(summary).toBe(`${bad.length + 1} lines could not be used`);
    expect(reports.toReversed().map((report) => report.replace(`${path}:`, '').replace(/: .* \((\w+)\)$/, ' $1'))).toEqual(
      [...bad.map(([, , name]) => name), 'InvalidUtf8Error'].map((name, index) => `${index + 2} ${name}`));
    expect(stderr).not.toContain(MARKER);
  });

  test('twenty are shown, all are counted', async () => {
    const { code, stderr } = await runCli(['redact'], { stdin: '{"x"\n'.repeat(1234) });
    expect(code).toBe(1);
    expect(lines(stderr)).toHaveLength(21);
    expect(lines(stderr).at(-1)).toBe('1,234 lines could not be used; the first 20 are shown');
  });

  test('the first one ends the command with --strict, and no file is written', async () => {
    const path = await file(ndjson(create, message, `{"body": "${MARKER}`, message));
    const out = join(path, '..', 'out.ndjson');
    const result = await runCli(['redact', '--strict', path, '--out', out]);
    expect(result).toMatchObject({ code: 1, stdout: '' });
    expect(lines(result.stderr)).toHaveLength(1);
    expect(result.stderr).toContain(`${path}:3: `);
    expect(result.stderr).not.toContain(MARKER);
    expect(await readdir(join(path, '..'))).toEqual(['in.ndjson']);
  });

  test('a line of 100 MB is a fault as any other', async () => {
    const child = startCli(['redact']);
    const [out, err] = [text(child.stdout), text(child.stderr)];
    child.stdin?.write(ndjson(create));
    const piece = Buffer.alloc(1024 * 1024, 'x');
    for (let i = 0; i < 100; i++) if (child.stdin?.write(piece) === false) await once(child.stdin, 'drain');
    child.stdin?.end(`\n${ndjson(message)}`);
    const [code]: readonly unknown[] = await once(child, 'close');
    expect([code, out()]).toEqual([1, ndjson(redactedCreate, redactedMessage)]);
    expect(lines(err())[0]).toBe('standard input:2: the line is over the limit of 16777216 bytes; write one record a line (LineTooLongError)');
  });
});

function text(stream: NodeJS.ReadableStream | null): () => string {
  let whole = '';
  stream?.on('data', (chunk: Buffer) => (whole += chunk.toString()));
  return () => whole;
}

describe('inputs that cannot be read', () => {
  const packed = gzipSync(ndjson(create, ...Array.from({ length: 2000 }, (_, n) => ({ ...message, content: { body: `${MARKER} ${n} ${Math.sin(n)}` } }))));
  const damaged = Buffer.from(packed);
  damaged.fill(0x55, 9000, 9100);

  test.each([
    ['cut-off gzip', packed.subarray(0, packed.length - 500), 'TruncatedGzipError'],
    ['gzip without its checksum', packed.subarray(0, packed.length - 8), 'TruncatedGzipError'],
    ['damaged gzip', damaged, 'CorruptGzipError'],
    ['only the beginning of gzip', packed.subarray(0, 2), 'TruncatedGzipError'],
    ['gzip followed by something else', Buffer.concat([packed, Buffer.from('text')]), 'CorruptGzipError'],
  ])('%s ends the command, and no file is written', async (_, content, name) => {
    const path = await file(content);
    const out = join(path, '..', 'out.ndjson');
    await writeFile(out, 'old');
    const { code, stderr } = await runCli(['redact', path, '--out', out]);
    expect([code, lines(stderr).length]).toEqual([1, 1]);
    expect(stderr).toMatch(new RegExp(`^matrix-erasure: .*in\\.ndjson: .*\\(${name}\\)$`, 'm'));
    expect((await readdir(join(path, '..'))).toSorted()).toEqual(['in.ndjson', 'out.ndjson']);
    expect(await readFile(out, 'utf8')).toBe('old');
  });

  test('a wrong path is found before anything is done', async () => {
    const path = await file(ndjson(create));
    const [missing, directory] = [join(path, '..', 'none'), join(path, '..')];
    expect(await runCli(['redact', path, missing])).toEqual({ code: 64, stdout: '', stderr: `matrix-erasure: ${missing}: no such file; check the path (InputFileError)\n` });
    expect(await runCli(['redact', path, directory])).toEqual({ code: 64, stdout: '', stderr: `matrix-erasure: ${directory}: is a folder, and neither one of Synapse's export-data nor a copy that export made; name the files in it (InputFileError)\n` });
  });

  test('an empty input has no events, and that is no error', async () => {
    expect(await runCli(['redact'])).toEqual({ code: 0, stdout: '', stderr: '' });
  });
});

describe('outputs', () => {
  test('an input can be replaced by its own redaction', async () => {
    const path = await file(ndjson(create, message));
    const result = await runCli(['redact', path, '--out', path]);
    expect([result, await readFile(path, 'utf8')]).toEqual([{ code: 0, stdout: '', stderr: '' }, ndjson(redactedCreate, redactedMessage)]);
  });

  test('a reader that goes early is no failure', async () => {
    const child = startCli(['redact', await file(ndjson(create, ...Array.from({ length: 50_000 }, () => message)))]);
    const err = text(child.stderr);
    child.stdout?.once('data', () => child.stdout?.destroy());
    const [code]: readonly unknown[] = await once(child, 'close');
    expect([code, err()]).toEqual([0, '']);
  });

  test.each(['SIGINT', 'SIGTERM'] as const)('%s removes the temporary file and says that nothing was written', async (signal) => {
    const path = await folder();
    const out = join(path, 'out.ndjson');
    const child = startCli(['redact', '--out', out]);
    const err = text(child.stderr);
    child.stdin?.write(ndjson(create));
    while ((await readdir(path)).length === 0) await new Promise((resolve) => setTimeout(resolve, 20));
    child.kill(signal);
    const [code]: readonly unknown[] = await once(child, 'close');
    expect([code, err(), await readdir(path)]).toEqual([
      signal === 'SIGINT' ? 130 : 143, `\nmatrix-erasure: interrupted; nothing was written to ${out}\n`, [],
    ]);
  });

  test('a file is not appended to itself', async () => {
    const path = await file(ndjson(create, message));
    await copyFile(path, `${path}.copy`);
    const out = await open(path, 'a');
    const child = startCli(['redact', path], { stdout: out.fd });
    const err = text(child.stderr);
    const [code]: readonly unknown[] = await once(child, 'close');
    await out.close();
    expect([code, err()]).toEqual([1, `matrix-erasure: ${path}: is both input and output; use --out, or another file (InputIsOutputError)\n`]);
    expect(await readFile(path)).toEqual(await readFile(`${path}.copy`));
  });
});
