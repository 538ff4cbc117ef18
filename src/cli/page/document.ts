import { pageHead } from '../../portability/page/head.ts';
import { html, type Html } from './html.ts';
import { style } from './style.ts';

const CONTENT_SECURITY_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'";

/** What a page is about, for the link that leads past its head, and styles of its own. */
export type DocumentOptions = { readonly about?: string; readonly styles?: Html };

/** A whole document, with the style sheet and the policy that lets nothing else in. */
export function pageOf(title: string, body: Html, { about = 'plan', styles }: DocumentOptions = {}): Html {
  const all = html`${style}${styles === undefined ? undefined : html`
${styles}`}`;
  return html`${pageHead({ policy: CONTENT_SECURITY_POLICY, title: html`${title}`, styles: all })}
<body>
<a class="skip" href="#main">Skip to the ${about}</a>
${body}
</body>
</html>
`;
}
