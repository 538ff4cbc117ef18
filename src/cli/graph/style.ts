import { html, type Html } from '../page/html.ts';

/** What the page of a graph adds to the style of the other page. */
export const graphStyle: Html = html`<style>
header, nav, main, footer { max-width: 66rem; }
p, header p { max-width: 48rem; }
figure { margin: 0; }
figcaption { margin: .75rem 0 0; max-width: 48rem; font-size: .9375rem; }
.scroll { overflow-x: auto; padding: .75rem 0; background: var(--card); border: 1px solid var(--line); border-radius: .5rem; }
svg.band { max-width: none; content-visibility: auto; contain-intrinsic-size: auto 240px; }
svg text { font: 12px/1 var(--mono); fill: var(--text); white-space: pre; }
svg tspan { unicode-bidi: isolate; direction: ltr; }
svg .n { text-anchor: end; fill: var(--soft); }
svg .k, svg .s { fill: var(--soft); }
svg .f { fill: var(--soft); font-style: italic; }
svg .note, svg .f { font-family: system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "DejaVu Sans", sans-serif; }
svg .note.rejected { fill: var(--bad); } svg .note.hazard, svg .note.soft-failed { fill: var(--keep); } svg .note.redacts, svg .note.redacted { fill: var(--redact); }
svg .note.folded, svg .note.unknown, svg .note.missing { fill: var(--soft); }
.row { fill: transparent; } g:hover > .row { fill: color-mix(in srgb, var(--link) 12%, transparent); }
.line { fill: none; stroke: var(--soft); stroke-width: 1.5; }
.arc { fill: none; stroke: var(--about); stroke-width: .75; stroke-opacity: .6; }
.state, .message, .redaction { stroke-width: 1.75; }
.state { fill: var(--hide); stroke: var(--hide); } .message { fill: var(--soft); stroke: var(--soft); } .redaction { fill: var(--redact); stroke: var(--redact); }
.hollow { fill: var(--card); }
.ring { fill: var(--card); stroke: var(--keep); stroke-width: 1.5; stroke-dasharray: 3 2.5; }
.cross { stroke: var(--card); stroke-width: 3.25; } .crossed { stroke: var(--bad); stroke-width: 1.5; }
.end { stroke: var(--text); stroke-width: 2.25; }
.stub { stroke: var(--soft); stroke-width: 1.5; stroke-dasharray: 2.5 1.5; }
.frame { fill: var(--card); stroke: var(--soft); stroke-width: 1.25; }
.dots { stroke: var(--soft); stroke-width: 2.75; stroke-linecap: round; } .braid { fill: none; stroke: var(--soft); stroke-width: 1.25; }
.hazard { fill: var(--card); stroke: var(--keep); stroke-width: 1.5; stroke-linejoin: round; } .bang { stroke: var(--keep); stroke-width: 1.75; stroke-linecap: round; }
tspan.hazard { stroke: none; }
ul.legend { list-style: none; display: flex; flex-wrap: wrap; gap: .25rem 1.5rem; margin: 0 0 1rem; padding: 0; font-size: .9375rem; }
ul.legend li { display: flex; align-items: center; gap: .5rem; } ul.legend svg { flex: none; }
.group .number { width: 7rem; } .group .who { width: 24%; } .group .what { width: 32%; }
dl.counts { display: flex; flex-wrap: wrap; gap: .75rem 2rem; margin: 0; }
dl.counts dt { color: var(--soft); font-size: .875rem; } dl.counts dd { margin: 0; font-size: 1.25rem; line-height: 1.3; }
@media (max-width: 36rem) { dl.counts { gap: .5rem 1.25rem; } dl.counts dt { font-size: .8125rem; } .group .number { width: 17%; } .group .who { width: 26%; } .group .what { width: 28%; } .scroll { margin-inline: -.5rem; } }
@media print {
  .scroll { overflow: visible; border: 0; padding: 0; margin: 0; }
  svg.band { max-width: 100%; height: auto; break-inside: avoid; content-visibility: visible; }
  ul.legend, figcaption { break-inside: avoid; }
  #events { break-before: page; }
}
</style>`;
