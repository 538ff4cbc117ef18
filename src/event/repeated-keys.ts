import { parseJson } from '../json/parse-json.ts';
import type { EventRecord } from './record.ts';

/** A record, the text that it was read from, and whether that was the event alone. */
export type RecordText = { readonly text: string; readonly record: EventRecord; readonly bare: boolean };

/** Whether some object of a text has a key twice: then it holds what the record does not show. Most texts are as short as what they hold, and so have nothing twice. */
export function repeatsKeys({ text, record, bare }: RecordText): boolean {
  if (text.length === JSON.stringify(bare ? record.pdu : record, exactly).length) return false;
  try {
    parseJson(text, { duplicateKeys: 'error' });
    return false;
  } catch {
    return true;
  }
}

/** `JSON.stringify` knows no bigints. */
function exactly(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? Number(value) : value;
}
