import { html, type Html } from './html.ts';

/** The page's only style sheet. No font, image or script comes from elsewhere. */
export const style: Html = html`<style>
:root {
  color-scheme: light dark;
  --page: #fcfbf9; --card: #ffffff; --line: #dcd8d0; --text: #23211e; --soft: #5d5850; --link: #2a4d9b;
  --redact: #43489e; --hide: #0b6b69; --purge: #a3362a; --keep: #7d5700; --about: #5f5a6b;
  --good: #1d6b36; --bad: #a3362a;
  --mono: ui-monospace, "SF Mono", "Cascadia Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace;
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    --page: #17181a; --card: #1f2124; --line: #3a3d42; --text: #e8e6e1; --soft: #b0aca4; --link: #9db8ff;
    --redact: #a9aefc; --hide: #5fd0cb; --purge: #ff9d8f; --keep: #e5b95c; --about: #c3bdd2;
    --good: #7fd69a; --bad: #ff9d8f;
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; scroll-behavior: auto; }
body {
  margin: 0; padding: 0 1rem 4rem; background: var(--page); color: var(--text);
  font: 1rem/1.6 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "DejaVu Sans", sans-serif;
  font-variant-numeric: tabular-nums; overflow-wrap: anywhere;
}
header, nav, main, footer { max-width: 54rem; margin-inline: auto; }
header { padding-top: 3rem; }
h1 { font-size: clamp(1.5rem, 1.1rem + 1.8vw, 2.25rem); line-height: 1.25; margin: .25rem 0 1.25rem; font-weight: 650; letter-spacing: -.01em; text-wrap: balance; }
h1 code { font-size: .85em; }
h2 { font-size: 1.35rem; line-height: 1.3; margin: 0 0 .75rem; font-weight: 650; }
h3 { font-size: 1rem; line-height: 1.5; margin: 0; font-weight: 600; }
h3 + p, h2 + p { margin-top: .25rem; }
section > h3 { margin-top: 2.25rem; } h2 + h3 { margin-top: 1rem; }
p { margin: 0 0 1rem; max-width: 44rem; }
section { margin-top: 3.5rem; }
a { color: var(--link); text-underline-offset: .2em; }
code { font-family: var(--mono); font-size: .875em; direction: ltr; unicode-bidi: isolate; white-space: pre-wrap; overflow-wrap: anywhere; }
code.id { user-select: all; }
.soft { color: var(--soft); }
.small { font-size: .875rem; }
.eyebrow { color: var(--soft); font-size: .875rem; margin: 0; }
.lede { font-size: 1.125rem; }
.state { display: inline-block; margin: .25rem 0 1.75rem; padding: .35rem .9rem; border: 1px solid currentColor; border-radius: .5rem; font-weight: 600; }
.state.passed { color: var(--good); } .state.failed { color: var(--bad); } .state.unknown { color: var(--keep); }
.skip { position: absolute; left: -100vw; top: 0; padding: .5rem 1rem; background: var(--card); }
.skip:focus { left: 0; }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; border-radius: 2px; }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }

nav ul { list-style: none; display: flex; flex-wrap: wrap; gap: .25rem 1.5rem; margin: 1.5rem 0 0; padding: .75rem 0; border-block: 1px solid var(--line); }
nav a { display: inline-block; padding: .125rem 0; }

dl.facts { display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1.5rem; margin: 0; font-size: .9375rem; }
dl.facts dt { color: var(--soft); } dl.facts dd { margin: 0; min-width: 0; }

table { border-collapse: collapse; width: 100%; font-size: .9375rem; }
caption { text-align: left; padding: 0 0 .5rem; }
th, td { text-align: left; vertical-align: top; padding: .5rem 1rem .5rem 0; border-bottom: 1px solid var(--line); font-weight: 400; }
thead th { color: var(--soft); font-size: .8125rem; border-bottom-color: currentColor; vertical-align: bottom; }
th.n, td.n { text-align: right; white-space: nowrap; }
th:last-child, td:last-child { padding-right: 0; }
table + p { margin-top: .75rem; }

svg { display: block; }
.swatch { display: inline-block; vertical-align: -.125em; margin-right: .5em; flex: none; }
.swatch rect, .bar .part { stroke: currentColor; stroke-width: 1; }
.name { font-weight: 600; white-space: nowrap; }
.redact { color: var(--redact); } .hide { color: var(--hide); } .purge { color: var(--purge); } .keep { color: var(--keep); } .about { color: var(--about); } .held { color: var(--about); } .good { color: var(--good); }
.ink-redact { color: var(--redact); } .ink-hide { color: var(--hide); } .ink-purge { color: var(--purge); } .ink-keep { color: var(--keep); } .ink-held { color: var(--about); } .ink-good { color: var(--good); }
.bar { width: 100%; height: 1.25rem; overflow: visible; }
.bar .track { fill: none; stroke: var(--line); }
.room .bar { height: .75rem; margin: .75rem 0 .25rem; }
.chart th, .chart td { padding-block: .75rem; } .chart thead th { padding-block: .25rem; }
.chart tbody td.n { width: 1%; font-size: 1.0625rem; }
.chart .name { margin-right: .375rem; }
.chart .bar { height: .875rem; margin-top: .5rem; }
.beside { margin-top: .75rem; }

ol.line { list-style: none; margin: 1.5rem 0 0; padding: 0; }
ol.line li { position: relative; padding: 0 0 1.5rem 1.75rem; border-left: 2px solid var(--line); margin-left: .5rem; }
ol.line li:last-child { border-left-color: transparent; padding-bottom: 0; }
ol.line .mark { position: absolute; left: -.75rem; top: .0625rem; width: 1.4rem; height: 1.4rem; border-radius: 50%; background: var(--soft); color: var(--page); font-size: .8125rem; line-height: 1.4rem; text-align: center; font-weight: 600; }
ol.line .ahead > .mark { background: var(--page); color: var(--text); box-shadow: inset 0 0 0 2px var(--soft); }
.time { margin-top: 1.5rem; overflow: visible; }
.time .axis { stroke: var(--soft); } .time .stem { stroke: var(--line); stroke-width: 2; } .time .now { stroke: var(--soft); stroke-dasharray: 4 4; }
.time circle { fill: var(--soft); stroke: var(--soft); stroke-width: 2; } .time circle.ahead { fill: var(--page); }
.time .in { fill: var(--page); text-anchor: middle; font-size: 12px; font-weight: 600; } .time .in.ahead { fill: var(--text); }
.time .tick { fill: var(--soft); font-size: 12px; }
ol.line time { font-weight: 600; }
ol.line p { margin: 0; }

ul.notes { padding: 0; margin: 1rem 0 0; list-style: none; }
ul.notes > li { padding: .125rem 0 .125rem 1rem; border-left: 3px solid var(--line); margin-bottom: 1.25rem; max-width: 46rem; }
ul.notes.warn > li { border-left-color: var(--keep); }
ul.notes p { margin: .25rem 0 0; }
ul.plain { margin: .5rem 0 1rem; padding-left: 1.25rem; max-width: 46rem; }
ul.plain li { margin-bottom: .375rem; }

.room { margin-top: 1.5rem; padding: 1.25rem; background: var(--card); border: 1px solid var(--line); border-radius: .5rem; }
.room > p { margin: .125rem 0 .5rem; max-width: none; }
.room .counts { table-layout: fixed; margin: .25rem 0 .75rem; }
.room .counts th, .room .counts td { padding: .25rem .25rem .25rem 0; border: 0; text-align: left; }
.room .counts td { font-size: 1.0625rem; }
.room .counts .none { color: var(--soft); }
summary { cursor: pointer; padding: .25rem 0; color: var(--link); width: fit-content; }
details.sub summary { font-size: .9375rem; }
.group { margin-top: 1.5rem; }
.group table { table-layout: fixed; font-size: .875rem; margin-bottom: .5rem; }
.group caption p { margin: 0; max-width: 46rem; }
.group .c1 { width: 27%; } .group .c2 { width: 31%; }
.group td { padding-block: .375rem; } .group td .soft { font-size: .8125rem; }
.group td:last-child code { word-break: break-all; }
pre { margin: .5rem 0 1.25rem; padding: .875rem 1rem; background: var(--card); border: 1px solid var(--line); border-radius: .5rem; white-space: pre-wrap; overflow-wrap: anywhere; font: .875rem/1.5 var(--mono); }
ol.do { padding-left: 1.5rem; } ol.do > li { margin-bottom: .5rem; }
footer { margin-top: 4rem; padding-top: 1rem; border-top: 1px solid var(--line); color: var(--soft); font-size: .875rem; }
.status { font-weight: 600; white-space: nowrap; }
.status.passed { color: var(--good); } .status.failed { color: var(--bad); } .status.unknown { color: var(--keep); }

@media (max-width: 36rem) {
  header { padding-top: 1.5rem; }
  section { margin-top: 2.5rem; }
  dl.facts { grid-template-columns: 1fr; gap: 0; } dl.facts dd { margin-bottom: .5rem; }
  th, td { padding-right: .625rem; }
  .room { padding: 1rem .875rem; }
  .room .counts thead th { font-size: .75rem; }
  .room .counts .swatch { display: block; margin-bottom: .125rem; }
  .group table { font-size: .8125rem; }
  .group .c1 { width: 30%; } .group .c2 { width: 30%; }
  .chart th .soft { display: block; }
}
@media print {
  :root { color-scheme: light; --page: #fff; --card: #fff; --text: #000; --soft: #444; --line: #bbb; --link: #000; }
  @page { margin: 18mm 15mm; }
  html { font-size: 9.5pt; }
  body { padding: 0; }
  header, nav, main, footer, p, .group caption p, ul.plain, ul.notes > li { max-width: none; }
  header { padding-top: 0; }
  nav, .skip { display: none; }
  section { margin-top: 1.75rem; }
  h1, h2, h3, caption, thead, summary { break-after: avoid; }
  tr, ul.notes > li, ol.line li, pre, .counts, dl.facts { break-inside: avoid; }
  thead { display: table-header-group; }
  .room { padding: .75rem 0 0; border-width: 1px 0 0; border-radius: 0; }
  details::details-content { content-visibility: visible; display: block; block-size: auto; }
  summary { list-style: none; color: inherit; font-weight: 600; } summary::-webkit-details-marker { display: none; }
  a { color: inherit; text-decoration: none; }
  svg { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
</style>`;
