import { formatCount } from '../text/numbers.ts';
import { partName, shareBar, shareOf, sumOf, type ExplainedPart, type Noun } from './charts.ts';
import { html, type Html } from './html.ts';

/** How a whole divides, as a table with bars. */
export function partsTable(parts: readonly ExplainedPart[], { id, caption, heading, noun }: { readonly id: string; readonly caption: string; readonly heading: string; readonly noun: Noun }): Html {
  const all = sumOf(parts);
  return html`<table class="chart"><caption class="unseen">${caption}</caption>
<thead><tr><th scope="col">${heading}</th><th scope="col" class="n">${capital(noun[1])}</th><th scope="col" class="n">Share</th></tr></thead><tbody>
${parts.map((part) => html`<tr><th scope="row">${partName(part)} <span class="soft small">${part.sentence}</span>${shareBar(part, { all, noun, id: `${id}-${part.ink}` })}</th>
<td class="n">${formatCount(part.count)}</td><td class="n soft">${shareOf(part.count, all)}</td></tr>
`)}</tbody></table>`;
}

/** A word as the first of a heading. */
export function capital(word: string): string {
  return `${word.slice(0, 1).toUpperCase()}${word.slice(1)}`;
}
