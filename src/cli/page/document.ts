import { html, type Html } from './html.ts';
import { style } from './style.ts';

const CONTENT_SECURITY_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'";

/** What a page is about, for the link that leads past its head, and styles of its own. */
export type DocumentOptions = { readonly about?: string; readonly styles?: Html };

/** A whole document, with the style sheet and the policy that lets nothing else in. */
export function pageOf(title: string, body: Html, { about = 'plan', styles }: DocumentOptions = {}): Html {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${CONTENT_SECURITY_POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<meta name="robots" content="noindex">
<link rel="icon" href="data:,">
<title>${title}</title>
${style}${styles === undefined ? undefined : html`
${styles}`}
</head>
<body>
<a class="skip" href="#main">Skip to the ${about}</a>
${body}
</body>
</html>
`;
}
