import type { ExportManifest } from '../../portability/manifest.ts';
import type { Missing } from '../../portability/missing.ts';
import { countOf, formatCount, inWords } from './numbers.ts';
import { visible, wrap } from './visible.ts';

const WIDTH = 100;

/** What an export holds and what it does not, for whoever made it. */
export function renderExportText({ counts, missing, files }: ExportManifest, out: string): string {
  const isArchive = /\.zip$/i.test(out);
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  const other = [
    ...(counts.references === 0 ? [] : [`${countOf(counts.references, 'event')} of others listed`]),
    ...(counts.context === 0 ? [] : [`${countOf(counts.context, 'message')} of others under pseudonyms`]),
    ...(counts.files === 0 ? [] : [`${formatCount(counts.filesIncluded)} of ${countOf(counts.files, 'file')}`]),
    ...(counts.accountItems === 0 ? [] : [`${countOf(counts.accountItems, 'item')} of account data`]),
  ];
  return `Exported ${countOf(counts.events, 'event')} of ${countOf(counts.rooms, 'room')}${other.length === 0 ? '' : `, ${inWords(other)}`}.
${missingText(missing)}
${visible(out)}: ${countOf(files.length + 1, 'file')}, ${megabytes(bytes)}${isArchive ? ' unpacked' : ''}. To read it, ${isArchive ? 'unpack it and ' : ''}open ${isArchive ? '' : `${visible(out)}${out.endsWith('/') ? '' : '/'}`}index.html in a browser.
`;
}

function megabytes(bytes: number): string {
  return bytes < 1_000_000 ? `${formatCount(Math.ceil(bytes / 1000))} kB` : `${formatCount(Math.round(bytes / 1_000_000))} MB`;
}

/** Reasons with the same sentence stand together. */
function missingText(missing: readonly Missing[]): string {
  if (missing.length === 0) return '';
  const groups = new Map<string, string[]>();
  for (const { what, count, explanation } of missing) {
    groups.set(explanation, [...(groups.get(explanation) ?? []), `${what.replaceAll('-', ' ')}${count === undefined ? '' : ` (${formatCount(count)})`}`]);
  }
  return ['Not in it:', ...[...groups].map(([explanation, names]) => wrap(`- ${names.join(', ')}: ${explanation}`, WIDTH, '  ')), ''].join('\n');
}
