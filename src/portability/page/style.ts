/** The style sheet of every page of an export. No font and no image comes from elsewhere. */
export const styleText = `
:root {
  color-scheme: light dark;
  --page: #fcfbf9; --card: #ffffff; --line: #dcd8d0; --text: #23211e; --soft: #5d5850; --link: #2a4d9b; --mark: #fbe9a9; --tint: #f3f0ea;
  --mono: ui-monospace, "SF Mono", "Cascadia Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace;
}
@media screen and (prefers-color-scheme: dark) {
  :root { --page: #17181a; --card: #1f2124; --line: #3a3d42; --text: #e8e6e1; --soft: #b0aca4; --link: #9db8ff; --mark: #5c4a12; --tint: #222428; }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; scroll-padding-top: 1rem; }
body {
  margin: 0; padding: 0 1rem 4rem; background: var(--page); color: var(--text);
  font: 1rem/1.6 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "DejaVu Sans", sans-serif; overflow-wrap: anywhere;
}
header, main, footer { max-width: 46rem; margin-inline: auto; }
header { padding-top: 2.5rem; }
h1 { font-size: clamp(1.5rem, 1.1rem + 1.8vw, 2.125rem); line-height: 1.25; margin: .25rem 0 .75rem; font-weight: 650; letter-spacing: -.01em; text-wrap: balance; unicode-bidi: isolate; }
h2 { font-size: 1.25rem; line-height: 1.3; margin: 0 0 .75rem; font-weight: 650; }
h3 { font-size: 1rem; margin: 1.5rem 0 .25rem; font-weight: 600; }
p { margin: 0 0 1rem; }
section { margin-top: 3rem; }
a { color: var(--link); text-underline-offset: .2em; }
code { font-family: var(--mono); font-size: .875em; direction: ltr; unicode-bidi: isolate; }
pre { margin: .5rem 0; padding: .75rem; background: var(--tint); border-radius: .375rem; white-space: pre-wrap; font: .8125rem/1.5 var(--mono); direction: ltr; unicode-bidi: isolate; overflow-wrap: anywhere; }
.soft, .unit { color: var(--soft); } .small { font-size: .875rem; }
.lede { font-size: 1.125rem; }
.skip { position: absolute; left: -100vw; top: 0; padding: .5rem 1rem; background: var(--card); }
.skip:focus { left: 0; }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; border-radius: 2px; }
nav.top { margin-bottom: 1.25rem; display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; font-size: .9375rem; }
nav.parts { margin: 1.5rem 0; padding: .5rem 0; border-block: 1px solid var(--line); }
nav.parts ol { list-style: none; display: flex; flex-wrap: wrap; gap: .125rem .125rem; margin: 0; padding: 0; }
nav.parts li > * { display: inline-block; min-width: 2rem; padding: .125rem .5rem; text-align: center; }
nav.parts [aria-current] { background: var(--tint); border-radius: .25rem; font-weight: 600; }
dl.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(7rem, 1fr)); gap: 1rem; margin: 2rem 0 0; }
dl.figures div { display: flex; flex-direction: column-reverse; padding-left: .75rem; border-left: 2px solid var(--line); }
dl.figures dt { color: var(--soft); font-size: .875rem; line-height: 1.4; } dl.figures dd { margin: 0; font-size: 1.5rem; font-weight: 650; line-height: 1.3; font-variant-numeric: tabular-nums; }
ul.rooms { list-style: none; margin: 0; padding: 0; border-top: 1px solid var(--line); }
ul.rooms li { padding: .75rem 0; border-bottom: 1px solid var(--line); }
ul.rooms a { font-weight: 600; unicode-bidi: isolate; } ul.rooms p { margin: 0; color: var(--soft); font-size: .875rem; }
ul.notes { list-style: none; margin: 0; padding: 0; }
ul.notes > li { padding-left: 1rem; border-left: 3px solid var(--line); margin-bottom: 1rem; }
ul.notes p { margin: 0; }
dl.items { margin: 0; } dl.items dt { font-weight: 600; margin-top: 1rem; } dl.items dd { margin: 0 0 .25rem; }
dl.items ul { margin: .25rem 0; padding-left: 1.25rem; }
.day { margin-top: 2.5rem; }
.day h2 { font-size: .9375rem; color: var(--soft); padding-bottom: .25rem; border-bottom: 1px solid var(--line); }
ol.events { list-style: none; margin: 0 -.5rem; padding: 0; content-visibility: auto; contain-intrinsic-size: auto 3500px; }
ol.events > li { display: grid; grid-template-columns: 3.25rem minmax(0, 1fr); padding: .375rem .5rem; border-radius: .375rem; }
ol.events > li:target { background: var(--mark); }
ol.events time { color: var(--soft); font-size: .8125rem; line-height: 1.9; font-variant-numeric: tabular-nums; }
.what { color: var(--soft); font-size: .875rem; margin: 0; }
.what .said { color: var(--text); font-size: 1rem; }
.said { margin: 0; white-space: pre-wrap; unicode-bidi: isolate; }
.other { border-left: 3px solid var(--line); padding-left: .75rem; }
.tag { display: inline-block; padding: 0 .5rem; margin-right: .25rem; border: 1px solid currentColor; border-radius: .75rem; font-size: .75rem; line-height: 1.5; color: var(--soft); }
figure { margin: .25rem 0 0; } figure img, figure video { max-width: 100%; max-height: 20rem; border-radius: .375rem; background: var(--tint); display: block; } figure audio { width: 100%; }
figcaption { font-size: .875rem; color: var(--soft); }
summary { cursor: pointer; color: var(--link); font-size: .875rem; width: fit-content; }
ul.pictures { list-style: none; display: grid; grid-template-columns: repeat(auto-fill, minmax(9rem, 1fr)); gap: 1rem; padding: 0; margin: 1.5rem 0; }
ul.pictures img { width: 100%; aspect-ratio: 1; object-fit: cover; border-radius: .375rem; background: var(--tint); display: block; }
ul.pictures a { font-size: .875rem; }
.search { display: flex; gap: .5rem; margin: 1.5rem 0 .5rem; }
.search input, .search button { font: inherit; color: inherit; padding: .5rem .75rem; border: 1px solid var(--soft); border-radius: .375rem; background: var(--card); min-width: 0; }
.search input { flex: 1; }
.found { list-style: none; margin: 0; padding: 0; }
.found li { padding: .75rem 0; border-bottom: 1px solid var(--line); } .found p { margin: 0; unicode-bidi: isolate; white-space: pre-wrap; } .found .from { color: var(--soft); font-size: .875rem; }
mark { background: var(--mark); color: inherit; padding-inline: .05em; border-radius: .125rem; }
footer { margin-top: 4rem; padding-top: 1rem; border-top: 1px solid var(--line); color: var(--soft); font-size: .875rem; }
@media (max-width: 36rem) { header { padding-top: 1.25rem; } ol.events > li { grid-template-columns: 2.75rem minmax(0, 1fr); } section { margin-top: 2.25rem; } }
@media print {
  :root { color-scheme: light; --page: #fff; --card: #fff; --tint: #fff; --text: #000; --soft: #444; --line: #bbb; --link: #000; }
  body { padding: 0; } header, main, footer { max-width: none; } nav, .skip, .search { display: none; }
  ol.events { content-visibility: visible; margin: 0; } ol.events > li { break-inside: avoid; } h1, h2, h3 { break-after: avoid; } a { color: inherit; text-decoration: none; }
}
`;
