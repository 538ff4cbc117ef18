import { textKinds } from '../../erasure/fingerprints/kinds.ts';
import type { FindingCounts, FingerprintFinding } from '../../erasure/fingerprints/findings.ts';
import type { TextSearch } from '../../erasure/verification.ts';
import { countOf, formatCount } from '../text/numbers.ts';
import { textKindWords, textStatuses, unknownTextReasons } from '../text/sentences.ts';
import { countsLine, listedSentence, placesIn, reasonsOf, sumFindings } from '../text/text-search-text.ts';
import { html, type Html } from './html.ts';
import { code, section } from './marks.ts';

const FILES_SHOWN = 100;
const TEXTS_SHOWN = 50;

/** What a search for the person's texts found in what is left. */
export function textSearchTable(search: TextSearch): Html {
  const { sign, status } = textStatuses[search.verdict];
  const found = search.texts.filter((text) => text.status === 'found');
  return section('texts', 'Texts that were searched for', html`<p><span class="status ${status}"><span aria-hidden="true">${sign}</span> ${search.verdict === 'not-found' ? 'not found' : search.verdict}</span>
${countsLine(sumFindings(search))}. The texts themselves are not kept: they are known by keyed hashes.</p>
<table><caption class="unseen">Texts by kind</caption>
<thead><tr><th scope="col">Kind</th><th scope="col" class="n">Found</th><th scope="col" class="n">Not found</th><th scope="col" class="n">Unknown</th></tr></thead><tbody>
${textKinds.map((kind) => kindRow(textKindWords[kind], search.counts[kind]))}</tbody></table>
${search.files.length === 0 ? undefined : fileList(search)}${found.length === 0 ? undefined : foundList(found)}
<ul class="plain">${reasonsOf(search).map(([reason, texts]) => html`<li>${countOf(texts, 'text')} unknown: ${unknownTextReasons[reason]}</li>
`)}${search.listed === 0 ? undefined : html`<li>${listedSentence(search.listed)}</li>
`}</ul>`);
}

function kindRow(name: string, counts: FindingCounts | undefined): Html | undefined {
  if (counts === undefined) return undefined;
  return html`<tr><th scope="row">${name}</th><td class="n">${formatCount(counts.found)}</td><td class="n">${formatCount(counts['not-found'])}</td><td class="n">${formatCount(counts.unknown)}</td></tr>
`;
}

function fileList({ files }: TextSearch): Html {
  const more = files.length - FILES_SHOWN;
  return html`<h3>By file</h3>
<table><caption class="unseen">Texts by file</caption>
<thead><tr><th scope="col">File</th><th scope="col" class="n">Found</th><th scope="col" class="n">Not found</th><th scope="col" class="n">Unknown</th></tr></thead><tbody>
${files.slice(0, FILES_SHOWN).map((file) => kindRow(file.file, sumFindings(file)))}</tbody></table>${more > 0 ? html`<p class="small">${countOf(more, 'more file')} in the file of the verification.</p>` : undefined}
`;
}

function foundList(found: readonly FingerprintFinding[]): Html {
  const more = found.length - TEXTS_SHOWN;
  return html`<details class="sub"><summary>Where texts were found</summary><ul class="plain">${found.slice(0, TEXTS_SHOWN).map((text) => html`<li>${textKindWords[text.kind]}${text.event_id === undefined ? undefined : html` of ${code(text.event_id)}`}: ${placesIn(text)}</li>
`)}${more > 0 ? html`<li>and ${formatCount(more)} more, in the file of the verification</li>` : undefined}</ul></details>
`;
}
