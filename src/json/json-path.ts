/** The keys and indices that lead to a value, from the outermost. */
export type JsonPath = readonly (string | number)[];

/** Keys that stand in every event, and so tell nothing about anybody. Any other may be somebody's. */
const SHOWN_KEYS: ReadonlySet<string> = new Set([
  'auth_events', 'content', 'depth', 'event_id', 'hashes', 'origin_server_ts', 'prev_events', 'redacts', 'room_id', 'sender', 'sha256',
  'signatures', 'state_key', 'type', 'unsigned',
]);
const SHOWN_LEVELS = 8;

/** A path for messages: keys that could be personal data are shown as `*`, and deep paths are cut. */
export function showPath(path: JsonPath): string {
  const steps = path.slice(0, SHOWN_LEVELS).map((step) => (typeof step === 'number' ? `[${step}]` : showKey(step)));
  return `$${steps.join('')}${path.length > SHOWN_LEVELS ? '…' : ''}`;
}

function showKey(key: string): string {
  return `.${SHOWN_KEYS.has(key) ? key : '*'}`;
}
