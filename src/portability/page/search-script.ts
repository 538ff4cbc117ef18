/**
 * The only script of an export: it looks through the texts that its page holds as JSON. It makes elements and sets their text, so that nothing that was written can act.
 */
export const searchScript = `
'use strict';
(() => {
  const { rooms, entries, next } = JSON.parse(document.getElementById('data').textContent);
  const form = document.getElementById('form'), field = document.getElementById('term'), list = document.getElementById('found');
  const status = document.getElementById('status'), more = document.getElementById('more');
  const STEP = 100;
  const folded = entries.map(([, , , text]) => text.toLowerCase());
  let hits = [], shown = 0, term = '';
  const element = (name, text, parent) => { const made = document.createElement(name); if (text !== undefined) made.textContent = text; parent.append(made); return made; };
  const snippet = (text, at, parent) => {
    const from = Math.max(0, at - 80), to = Math.min(text.length, at + term.length + 160);
    const said = element('p', (from > 0 ? '…' : '') + text.slice(from, at), parent);
    said.dir = 'auto';
    element('mark', text.slice(at, at + term.length), said);
    said.append(text.slice(at + term.length, to) + (to < text.length ? '…' : ''));
  };
  const show = () => {
    for (const index of hits.slice(shown, shown + STEP)) {
      const [room, page, anchor, text, time] = entries[index];
      const item = element('li', undefined, list), from = element('p', undefined, item);
      from.className = 'from';
      const link = element('a', rooms[room][1], from);
      link.href = '../' + rooms[room][0] + '/' + page + '#e' + anchor;
      from.append(time === '' ? '' : ', ' + time);
      const at = folded[index].indexOf(term);
      snippet(text, text.length === folded[index].length ? at : 0, item);
    }
    shown = Math.min(hits.length, shown + STEP);
    more.hidden = shown >= hits.length;
  };
  const search = () => {
    term = field.value.trim().toLowerCase();
    list.replaceChildren();
    shown = 0;
    hits = term === '' ? [] : [...folded.keys()].filter((index) => folded[index].includes(term));
    status.textContent = term === '' ? '' : hits.length === 0 ? 'Nothing found' + (next ? ' in this part' : '') + '.' : hits.length.toLocaleString('en') + (hits.length === 1 ? ' message' : ' messages') + ' found' + (next ? ' in this part' : '') + '.';
    for (const link of document.querySelectorAll('nav.parts a')) link.hash = term === '' ? '' : 'q=' + encodeURIComponent(term);
    show();
  };
  let waiting;
  field.addEventListener('input', () => { clearTimeout(waiting); waiting = setTimeout(search, 120); });
  form.addEventListener('submit', (event) => { event.preventDefault(); search(); });
  more.addEventListener('click', () => { const first = shown; show(); list.children[first]?.querySelector('a')?.focus(); });
  try { field.value = decodeURIComponent((/^#q=(.*)$/.exec(location.hash) ?? [])[1] ?? ''); } catch { field.value = ''; }
  form.hidden = false;
  document.getElementById('without').hidden = true;
  if (field.value !== '') search();
})();
`;
