import { planAccountErasure, type AccountInventory } from '../../src/erasure/account/plan-account.ts';
import type { AboutEntry, ErasurePlan, PlanAccount, PlanEntry, PlanTotals, RoomPlan } from '../../src/erasure/plan.ts';
import { planSteps } from '../../src/erasure/steps.ts';
import type { Verification } from '../../src/erasure/verification.ts';

export const ALICE = '@alice:hs1.test:18441';
const DAY = 24 * 60 * 60 * 1000;
const REQUESTED = Date.UTC(2026, 10, 23, 20, 7, 9, 461);

/** State keys and types as strangers may write them. */
export const hostile: readonly string[] = [
  '<script>alert("pwned")</script>',
  '"><img src=x onerror=alert(1)>',
  "' onmouseover='alert(1)",
  '</code></td></table></details></style><style>*{display:none}</style>',
  '&lt;already escaped&gt; &amp; ${template} {{mustache}}',
  '\u202egnp.exe\u202d \u2066isolated\u2069 \u200bzero\u200dwidth\ufeff',
  'שלום עולם مرحبا بالعالم',
  '👩‍💻🏳️‍🌈🇨🇭 emoji 語 한국어',
  'Z̸̧̢̛̛̰̲̞͎͚̾̔̄̍a̷̘̗͋̉͘l̶̡̫̮̊̿͑̋g̴̨̮͙̀o̴̭̻̎',
  '\u001b[31mred\u001b[0m \u001b]0;title\u0007 \r\n\t bell\u0007 \u0000nul \u009b2J',
  'x'.repeat(255),
  '語'.repeat(85),
  '__proto__',
  'constructor',
  '\ud800 lone surrogate',
  '   spaces   around   ',
  '',
];

/** Event IDs like those of room versions 4 to 12, without chance. */
export function eventIds(seed: number): () => string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  let state = seed;
  const next = (): string => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return alphabet[state >>> 26] ?? 'A';
  };
  return () => `$${Array.from({ length: 43 }, next).join('')}`;
}

type RoomOptions = Partial<Omit<RoomPlan, 'room_id' | 'room_version' | 'entries' | 'totals'>> & { readonly held?: number };

/** A room whose totals are those of its entries. */
export function room(room_id: string, room_version: string, entries: readonly PlanEntry[], options: RoomOptions = {}): RoomPlan {
  const { about = [], held = 0, ...more } = options;
  const count = (treatment: PlanEntry['treatment']): number => entries.filter((entry) => entry.treatment === treatment).length;
  return {
    membership: 'join', servers: [], bridges: [], state: 'known', remedies: [], redactions: [], departures: [],
    ...more,
    room_id, room_version, entries, about,
    events: options.events ?? entries.length + about.length,
    totals: {
      redact: count('redact'), hide: count('hide'), purge: count('purge'), keep: count('keep'), held,
      outOfReach: entries.filter(({ reach }) => reach !== undefined).length, about: about.length,
    },
  };
}

/** A plan around rooms. */
export function planOf(rooms: readonly RoomPlan[], warnings: ErasurePlan['warnings'] = []): ErasurePlan {
  const totals = rooms.map((each) => each.totals).reduce((a, b) => ({
    redact: a.redact + b.redact, hide: a.hide + b.hide, purge: a.purge + b.purge, keep: a.keep + b.keep,
    held: a.held + b.held, outOfReach: a.outOfReach + b.outOfReach, about: a.about + b.about,
  }), { redact: 0, hide: 0, purge: 0, keep: 0, held: 0, outOfReach: 0, about: 0 } satisfies PlanTotals);
  const touched = totals.redact + totals.hide + totals.purge;
  return {
    format: 'matrix-erasure/plan',
    formatVersion: 1,
    request: { subjects: [ALICE], requestedAt: REQUESTED, effectiveAt: REQUESTED + DAY, profile: 'notice', scope: {} },
    input: { rooms: rooms.length, events: rooms.reduce((sum, { events }) => sum + events, 0) },
    tables: {
      profile: 'V0sT0rGSrdYyLZ5NOGmRDiYwGl5QpJ2hDGBhtLrN4m0',
      hazards: 'pYcX7T1dFfzsdYpbJTqmUOdIz5m0fMhOyYDpmZ5nLSE',
      roomVersions: Object.fromEntries([...new Set(rooms.map(({ room_version }) => room_version))].map((version) => [version, `${version}gZ5NOGmRDiYwGl5QpJ2hDGBhtLrN4m0V0sT0rGSrdY`])),
    },
    rooms,
    totals,
    steps: planSteps.map((step) => ({ step, count: step === 'purge' ? totals.purge : touched, ...(step === 'purge' ? { due: REQUESTED + 30 * DAY } : {}) })),
    media: { basis: 'assumed', purge: [], due: REQUESTED + 30 * DAY, kept: [], unknown: [] },
    residue: { rooms: [], counts: {}, texts: 0 },
    deadlines: { purge: REQUESTED + 30 * DAY, answer: REQUESTED + 30 * DAY },
    warnings,
    digest: 'kM3q1XbLqv6x0F0Zr8o9QmPbZ6kT2nYwE5JdUu7cVhA',
  };
}

const id = eventIds(7);
const state = (type: string, state_key = ''): PlanEntry => ({ event_id: id(), type, state_key, treatment: 'redact', reason: 'own-state' });
const message = (type = 'm.room.message'): PlanEntry => ({ event_id: id(), type, treatment: 'hide', reason: 'others-had-access' });
const image = (name: string): PlanEntry => ({ ...message(), media: [`mxc://hs1.test:18441/${name}`] });
const kept = (type: string, hazard: string, state_key = ''): PlanEntry => ({ event_id: id(), type, state_key, treatment: 'keep', reason: 'hazard', hazard });
const many = (count: number, make: () => PlanEntry): readonly PlanEntry[] => Array.from({ length: count }, make);
const about = (type: string, ...reasons: AboutEntry['reasons']): AboutEntry => ({ event_id: id(), type, reasons });
const basics = (): readonly PlanEntry[] => [
  state('m.room.member', ALICE), state('m.room.join_rules'), state('m.room.history_visibility'), state('m.room.guest_access'), state('m.room.name'), state('m.room.topic'),
];

const family = room('!FbxqwBgAfzmQRtKhxw:hs1.test:18441', '10', [
  { event_id: '$pEzqH4FA9Svk_pqf_7G-6pt2J0witKuTTINT8OrbAxQ', type: 'm.room.create', state_key: '', treatment: 'keep', reason: 'hazard', hazard: 'create' },
  kept('m.room.power_levels', 'power-levels'), kept('m.room.power_levels', 'power-levels'), kept('m.room.encryption', 'encryption'),
  { event_id: id(), type: 'm.room.redaction', treatment: 'keep', reason: 'applied-redaction' },
  ...basics(), state('m.room.avatar'), state('m.room.canonical_alias'),
  ...many(412, message), ...many(31, () => message('m.reaction')), ...many(9, () => image('AUrJcRgfxIPlPnnHUikmELmy')), image('KKOEbYyaANXuIhxikCGTxLlf'),
], {
  events: 2311, servers: ['hs2.test:18442', 'hs3.test:18443'],
  bridges: ['@irc:hs1.test:18441'], predecessor: '!older:hs1.test:18441', redactions: ['$a', '$b'], departures: [{ user_id: ALICE, how: 'leave' }],
  remedies: [
    { source: '$a', type: 'm.room.encryption', state_key: '', hazard: 'encryption', sender: '@moderator:hs2.test:18442', obstacle: 'no-power' },
    { source: '$b', type: 'm.room.name', state_key: '', hazard: 'label', sender: '@moderator:hs2.test:18442' },
  ],
  about: [about('m.room.message', 'mention'), about('m.room.message', 'mention', 'reply-quote'), about('m.room.power_levels', 'power-level'), about('m.room.pinned_events', 'pinned')],
});

const open = room('!R2rqFIlKgq0fGWa9R3gZsURngE9VWWPl66xFnO_xack', '12', [
  ...basics(), state('m.room.create'), state('m.room.avatar'), ...many(1526, message), ...many(3, () => message('m.sticker')), ...many(4, () => ({ ...message(), holds: ['case-12'] })),
  { event_id: id(), type: 'm.room.redaction', treatment: 'redact', reason: 'own-redaction' },
], { events: 48_211, servers: ['hs2.test:18442', 'hs3.test:18443', 'matrix.example.org'], about: Array.from({ length: 212 }, () => about('m.room.message', 'mention')), held: 4 });

const alone = room('!NIAlgm7ZbvQMvgKt2o3S24Nw7TokpvcgpeH__n1NGiU', '12',
  [...basics(), ...many(22, message), image('TNfMyFrdpNlPRNRCrTsIJTJn'), ...many(3, () => message('org.example.note'))]
    .map((entry) => ({ ...entry, treatment: 'purge' as const, reason: 'sole-access-room' as const })));

const left = room('!tuWUTYTooSCOfgNFiN:hs1.test:18441', '10', [...basics(), ...many(40, message)].map((entry) => ({ ...entry, reach: 'room-left' as const })),
  { membership: 'leave', servers: ['hs2.test:18442'], events: 903, about: [about('m.room.member', 'membership')] });

const restricted = room('!GNloeOKHlvRLWwpqxa:hs1.test:18441', '8', [kept('m.room.create', 'create'), kept('m.room.member', 'restricted-join', ALICE), kept('m.room.server_acl', 'server-acl'), ...basics(), ...many(17, message)],
  { servers: ['hs2.test:18442'], events: 121 });

const banned = room('!OPVTyvYszEuCaIuRIA:hs1.test:18441', '6', [state('m.room.member', ALICE), ...many(2, message)].map((entry) => ({ ...entry, reach: 'banned' as const })),
  { membership: 'ban', state: 'unknown', servers: ['hs3.test:18443'], events: 77, about: [about('m.room.member', 'membership'), about('m.room.member', 'membership')] });

const first = room('!kcGedEvnVJvSeFaBSd:hs1.test:18441', '1', [
  { event_id: '$17954645480mSpwM:hs1.test:18441', type: 'm.room.create', state_key: '', treatment: 'keep', reason: 'hazard', hazard: 'create' },
  { event_id: '$17954645492yJbDS:hs1.test:18441', type: 'm.room.member', state_key: ALICE, treatment: 'redact', reason: 'own-state' },
  { event_id: '$179546454914CogEM:hs1.test:18441', type: 'm.room.name', state_key: '', treatment: 'keep', reason: 'room-label' },
  { event_id: '$179546455022QwErT:hs1.test:18441', type: 'm.room.message', treatment: 'hide', reason: 'others-had-access' },
], { servers: ['hs2.test:18442'], events: 16 });

/** A room in which everything that a stranger may choose is hostile. */
export const hostileRoom: RoomPlan = room('!<script>alert(1)</script>\u202e:hs1.test', '11', [
  ...hostile.map((text) => state(text, text)),
  ...hostile.map((text) => message(text)),
  { event_id: '$<b>bold</b>\u001b[2J', type: 'm.room.message', treatment: 'keep', reason: 'hazard', hazard: '<i>constructor</i>', media: ['mxc://hs1.test/<svg onload=alert(1)>'] },
], { servers: ['hs2.test:18442', '<marquee>.example'], membership: '<blink>', about: [about('<script>alert("about")</script>', 'mention')] });

/** A plan as it comes from the recorded rooms, with one hostile room among them. */
const basic: ErasurePlan = planOf([family, open, alone, left, restricted, banned, first, hostileRoom], [
  { code: 'unreadable-lines', count: 3 },
  { code: 'label-lost', room_id: family.room_id, count: 4 },
  { code: 'label-lost', room_id: open.room_id, count: 3 },
  { code: 'hazard-kept', room_id: family.room_id, count: 4 },
  { code: 'hazard-kept', room_id: restricted.room_id, count: 3 },
  { code: 'state-unknown', room_id: banned.room_id, count: 1 },
  { code: 'copies-elsewhere', room_id: open.room_id, count: 3 },
]);

/** The same with holds, remedies, files and all else that a plan can have. */
export const samplePlan: ErasurePlan = {
  ...basic,
  request: {
    ...basic.request,
    remedySender: '@moderator:hs2.test:18442',
    holds: [
      { id: 'case-12', ground: 'article-17-3-e', basis: 'File 12/2026', reviewAt: REQUESTED + 90 * DAY, scope: {} },
      { id: '<i>hold</i>', ground: 'legal-hold', basis: hostile[0] ?? '', reviewAt: REQUESTED + 400 * DAY, scope: { types: ['m.room.topic'] } },
    ],
  },
  media: {
    basis: 'assumed', due: REQUESTED + 30 * DAY, unknown: ['mxc://hs1.test:18441/unknown'],
    purge: Array.from({ length: 70 }, (_, i) => `mxc://hs1.test:18441/purged-${i}` as const),
    kept: Array.from({ length: 60 }, (_, i) => ({
      uri: `mxc://hs1.test:18441/kept-${i}` as const,
      referrers: [{ room_id: family.room_id, event_id: '$a', reason: 'hidden-referrer' }, { room_id: open.room_id, event_id: '$b', reason: 'other-sender' }] as const,
    })),
  },
  residue: {
    rooms: [{
      room_id: family.room_id, counts: { sender: 460, 'content-hash': 460, confirmable: 441 }, servers: 2, more: 12,
      examples: [{ kind: 'sender', event_id: '$a', who: '@subject-1:erased.invalid' }],
      texts: hostile.map((type, i) => ({ event_id: '$pEzqH4FA9Svk_pqf_7G-6pt2J0witKuTTINT8OrbAxQ', type, path: `content.*.*[${i}].formatted_body`, because: i % 2 === 0 ? 'redaction-keeps' as const : 'event-kept' as const })),
    }],
    counts: { sender: 460, 'content-hash': 460, confirmable: 441 },
    texts: hostile.length + 12,
  },
  account: [planAccountErasureOf({ email: ['a', 'b'], devices: [{}], pushers: [], backups: [{}] }), planAccountErasureOf({})],
  deadlines: { ...basic.deadlines, review: REQUESTED + 90 * DAY },
};

function planAccountErasureOf(data: AccountInventory): PlanAccount {
  return { user: ALICE, ...planAccountErasure(data, { requestedAt: REQUESTED, effectiveAt: REQUESTED + DAY }) };
}

/** A verification with each of the three ways in which a check can end. */
export const sampleVerification: Verification = {
  verdict: 'leftovers',
  checks: [
    { check: 'events-complete', status: 'passed', checked: 51_724, failed: 0, examples: [] },
    { check: 'treatments-applied', status: 'failed', checked: 2140, failed: 2, examples: [id(), id()] },
    { check: 'others-untouched', status: 'passed', checked: 49_584, failed: 0, examples: [] },
    { check: 'ids-unchanged', status: 'passed', checked: 51_724, failed: 0, examples: [] },
    { check: 'content-hashes', status: 'passed', checked: 51_724, failed: 0, examples: [] },
    { check: 'signatures', status: 'unknown', checked: 0, failed: 0, unknown: 'no keys were given for hs3.test:18443', examples: [] },
    { check: 'state-unchanged', status: 'passed', checked: 51_724, failed: 0, examples: [] },
    { check: 'authorization-unchanged', status: 'passed', checked: 51_724, failed: 0, examples: [] },
    { check: 'nothing-left-for-new-viewers', status: 'passed', checked: 2140, failed: 0, examples: [] },
    { check: 'idempotent', status: 'passed', checked: 1, failed: 0, examples: [] },
  ],
  texts: {
    verdict: 'found',
    counts: { message: { found: 1, 'not-found': 411, unknown: 12 }, 'file-name': { found: 0, 'not-found': 9, unknown: 0 } },
    texts: [
      { kind: 'message', event_id: '$pEzqH4FA9Svk_pqf_7G-6pt2J0witKuTTINT8OrbAxQ', status: 'found', excerpts: { found: 2, of: 3 }, places: [{ source: `/backups/${'long-'.repeat(20)}<b>.sql`, line: 17 }, { source: 'served.ndjson', line: 3 }] },
      { kind: 'message', status: 'unknown', reason: 'too-short', excerpts: { found: 0, of: 0 }, places: [] },
      { kind: 'message', status: 'unknown', reason: 'others-wrote-it', excerpts: { found: 1, of: 4 }, places: [{ source: 'served.ndjson', line: 4 }] },
    ],
    files: [{ file: `/backups/${'long-'.repeat(20)}<b>.sql`, verdict: 'found', counts: { message: { found: 1, 'not-found': 411, unknown: 12 } } }],
    listed: 4,
  },
};
