import { formatDate, formatTime, isTime } from '../text/numbers.ts';
import { html, type Html } from './html.ts';

/** An identifier, type or other text that came with an event, selected as a whole with one click. */
export function code(text: string): Html {
  return html`<code class="id">${text}</code>`;
}

/** An event type or a state key: like `code`, and broken over lines after its dots and underscores where there is a choice. */
export function breakable(text: string): Html {
  if (text === '') return html`<span class="soft">empty</span>`;
  return html`<code class="id">${text.split(/(?<=[._:/])/u).map((part, i) => (i === 0 ? part : html`<wbr>${part}`))}</code>`;
}

/** A state key. An event without one is no state event; the empty one is the usual one. */
export function stateKey(key: string | undefined): Html {
  return key === undefined ? html`<span class="soft">none</span>` : breakable(key);
}

/** A time for people, with the exact one for machines. */
export function time(at: number): Html {
  return isTime(at) ? html`<time datetime="${new Date(at).toISOString()}">${formatTime(at)}</time>` : html`<span>${formatTime(at)}</span>`;
}

/** A day for people, with the exact time for machines. */
export function day(at: number): Html {
  return isTime(at) ? html`<time datetime="${new Date(at).toISOString()}">${formatDate(at)}</time>` : html`<span>${formatDate(at)}</span>`;
}

/** A section with a heading that names it. */
export function section(id: string, heading: string, body: Html): Html {
  return html`<section id="${id}" aria-labelledby="${id}-h"><h2 id="${id}-h">${heading}</h2>
${body}</section>
`;
}
