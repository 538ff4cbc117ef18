import { html, type Html } from '../page/html.ts';

/** What reports need beside the style sheet of all pages. */
export const reportStyle: Html = html`<style>
.state.open { color: var(--text); }
.with-ring { display: grid; grid-template-columns: 12rem 1fr; gap: 1rem 2.5rem; align-items: start; }
.ring { width: 100%; max-width: 12rem; height: auto; margin-top: 1rem; }
.ring .part { stroke: currentColor; stroke-width: 1; }
.ring text { text-anchor: middle; fill: var(--text); }
.ring .number { font-size: 34px; font-weight: 650; } .ring .of { font-size: 14px; fill: var(--soft); }
section td:not(.n) { min-width: 5.25rem; }
section > .with-ring + table { margin-top: 1.5rem; }
section > .with-ring + p, section > table + p { margin-top: 1rem; }
section > table + h3, section > ul + h3 { margin-top: 2rem; }
@media (max-width: 36rem) { .with-ring { grid-template-columns: 1fr; justify-items: center; } .with-ring > table { justify-self: stretch; } }
</style>`;
