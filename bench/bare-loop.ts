/** The least that a program that rewrites event files must do: read, parse, stringify, write. Blocks of lines, no await a line. */
import { createReadStream, createWriteStream } from 'node:fs';
import { once } from 'node:events';

const [from = '', to = ''] = process.argv.slice(2);
const output = createWriteStream(to);
let rest = '';
for await (const chunk of createReadStream(from, { encoding: 'utf8', highWaterMark: 256 * 1024 })) {
  const lines = (rest + String(chunk)).split('\n');
  rest = lines.pop() ?? '';
  let text = '';
  for (const line of lines) text += `${JSON.stringify(JSON.parse(line))}\n`;
  if (!output.write(text)) await once(output, 'drain');
}
output.end();
await once(output, 'close');
