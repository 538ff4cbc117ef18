import { html, type Markup } from './markup.ts';

/** What a page may load (a Content Security Policy), what it is called, and its style elements. */
export type PageHead = { readonly policy: string; readonly title: Markup; readonly styles: Markup };

/** The beginning of every page: what it may load, that it is for both colour schemes, and that it says nothing to anybody. */
export function pageHead({ policy, title, styles }: PageHead): Markup {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<meta name="robots" content="noindex">
<link rel="icon" href="data:,">
<title>${title}</title>
${styles}
</head>`;
}
