/** The least that a program that reads event files must do: read and parse. Blocks of lines, no await a line. */
import { createReadStream } from 'node:fs';

let rest = '';
for await (const chunk of createReadStream(process.argv[2] ?? '', { encoding: 'utf8', highWaterMark: 256 * 1024 })) {
  const lines = (rest + String(chunk)).split('\n');
  rest = lines.pop() ?? '';
  for (const line of lines) JSON.parse(line);
}
