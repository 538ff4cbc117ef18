const TAGS = new Set(('a article body br caption circle code dd defs desc details div dl dt footer h1 h2 h3 head header html li line link main meta nav ol p path pattern pre rect '
  + 'section span strong style summary svg table tbody td text th thead time title tr ul wbr').split(' '));
const VOID = new Set(['br', 'link', 'meta', 'wbr']);
const TAG = /<(\/?)([a-zA-Z][^\s/>]*)((?:\s+[^\s=>/]+(?:="[^"]*")?)*)\s*(\/?)>/g;

/** A tag of a page. */
export type Tag = { readonly name: string; readonly closing: boolean; readonly alone: boolean; readonly attributes: readonly (readonly [name: string, value: string])[] };

/** The tags of a page, the style sheets left out. */
function tagsOf(page: string): readonly Tag[] {
  return [...page.replace(/<style>[^<]*<\/style>/g, '').matchAll(TAG)].map(([, slash, name = '', attributes = '', end]) => ({
    name, closing: slash === '/', alone: end === '/' || VOID.has(name),
    attributes: [...attributes.matchAll(/([^\s=]+)(?:="([^"]*)")?/g)].map(([, key = '', value = '']) => [key, value] as const),
  }));
}

/** What is wrong with a page that should be plain: foreign elements, handlers, addresses, or elements that do not nest. */
export function faultsOf(page: string): readonly string[] {
  const open: string[] = [];
  const faults: string[] = [];
  for (const { name, closing, alone, attributes } of tagsOf(page)) {
    if (!TAGS.has(name)) faults.push(`<${name}>`);
    for (const [key, value] of attributes) {
      if (key.startsWith('on') || key === 'src' || key === 'srcset' || key === 'action') faults.push(key);
      if (key === 'href' && !value.startsWith('#') && value !== 'data:,') faults.push(value);
    }
    if (closing && open.pop() !== name) faults.push(`</${name}> is not where it belongs`);
    if (!closing && !alone) open.push(name);
  }
  const outside = page.replace('<!doctype html>', '').replace(/<style>[^<]*<\/style>/g, '').replace(TAG, '');
  return [...faults, ...open, ...(outside.match(/[<>]/g) ?? [])];
}

/** The IDs that stand twice in a page, the references that nothing meets, and how many references there are. */
export function referencesIn(page: string): { readonly twice: readonly string[]; readonly unmet: readonly string[]; readonly met: number } {
  const attributes = tagsOf(page).flatMap((tag) => tag.attributes);
  const ids = attributes.flatMap(([key, value]) => (key === 'id' ? [value] : []));
  const wanted = attributes.flatMap(([key, value]) => {
    if (key === 'href' && value.startsWith('#')) return [value.slice(1)];
    if (key === 'fill' && value.startsWith('url(')) return [value.slice(5, -1)];
    return key.startsWith('aria-labelledby') ? value.split(' ') : [];
  });
  return { twice: ids.filter((id, i) => ids.indexOf(id) !== i), unmet: wanted.filter((id) => !ids.includes(id)), met: wanted.length };
}
