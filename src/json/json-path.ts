/** The keys and indices that lead to a value, from the outermost. */
export type JsonPath = readonly (string | number)[];

const SHOWN_KEY = /^[a-z0-9_.]{1,64}$/;
const SHOWN_LEVELS = 8;

/** A path for messages: keys that could be personal data are shown as `*`, and deep paths are cut. */
export function showPath(path: JsonPath): string {
  const steps = path.slice(0, SHOWN_LEVELS).map((step) => (typeof step === 'number' ? `[${step}]` : showKey(step)));
  return `$${steps.join('')}${path.length > SHOWN_LEVELS ? '…' : ''}`;
}

function showKey(key: string): string {
  return `.${SHOWN_KEY.test(key) ? key : '*'}`;
}
