import { own } from '../json/value.ts';
import type { RoomFeatures } from './room-features.ts';

/** What stays on a network, or is unknown there, even where a deletion succeeds. */
export type Remainder =
  /** Everyone has a copy of their own already, which nothing takes back. */
  | 'logs'
  /** A deletion is a request: whose program does not know it, or does not want to, keeps showing the message. */
  | 'may-be-ignored'
  /** The server's archive may keep the text. */
  | 'archives'
  /** Files were uploaded apart from the message and stay. */
  | 'uploads'
  /** The network does not say who deleted a message. */
  | 'deleter-unknown'
  /** The network does not tell the bridge of every deletion. */
  | 'deletions-missed';

/** Where it says so. */
export type CapabilityFact = {
  /** Keys of the features, and remainders, that the source is for. */
  readonly about: readonly (keyof RoomFeatures | Remainder)[];
  readonly source: string;
};

/** What a network can delete, what stays nevertheless, and where each of this is from. */
export type NetworkCapabilities = {
  /** The network, or the one way of connecting to it, in words. */
  readonly title: string;
  readonly features: RoomFeatures;
  readonly remains: readonly Remainder[];
  readonly facts: readonly CapabilityFact[];
};

/** Networks by name. */
export type BridgeNetworks = { readonly [network: string]: NetworkCapabilities };

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const MAUTRIX = 'https://github.com/mautrix';

/** What a bridge publishes as `com.beeper.room_features`, at the commit that was read. */
function published(bridge: string, commit: string, about: CapabilityFact['about']): CapabilityFact {
  return { about, source: `${MAUTRIX}/${bridge}/blob/${commit}/pkg/connector/capabilities.go` };
}

const ISSUES = {
  discordBulk: 'https://github.com/discord/discord-api-docs/pull/372',
  discordRates: 'https://github.com/discord/discord-api-docs/pull/48',
  discordAge: 'https://github.com/discord/discord-api-docs/issues/208',
  telegramUnknown: `${MAUTRIX}/telegram/issues/267`,
  telegramMissed: `${MAUTRIX}/telegram/issues/302`,
  slackUnknown: 'https://github.com/matrix-org/matrix-appservice-slack/issues/780',
  ircLogs: 'https://github.com/matrix-org/matrix-appservice-irc/issues/473',
  xmppArchives: 'https://github.com/processone/ejabberd/issues/3340',
  xmppUploads: 'https://github.com/iNPUTmice/Conversations/issues/3193',
  mattermost: 'https://github.com/42wim/matterbridge/issues/1549',
} as const;

const TABLE = {
  bluesky: {
    title: 'Bluesky chat',
    features: { delete: 0 },
    remains: [],
    facts: [published('bluesky', '485f641b18c945add1259e70f159c372ca158ae4', ['delete'])],
  },
  discord: {
    title: 'Discord',
    features: {
      delete: 2, delete_batch_size: 100, delete_batch_min_size: 2, delete_batch_max_age: 14 * DAY, delete_batch_bots_only: true,
      delete_calls_per_minute: 300, delete_batch_calls_per_minute: 60,
    },
    remains: [],
    facts: [
      { about: ['delete'], source: `${MAUTRIX}/discord/blob/c62165a46109d7c824bc0b4bb067ba02ea6528f1/ROADMAP.md` },
      { about: ['delete_batch_size', 'delete_batch_min_size'], source: ISSUES.discordBulk },
      { about: ['delete_batch_max_age'], source: ISSUES.discordAge },
      { about: ['delete_batch_bots_only', 'delete_calls_per_minute', 'delete_batch_calls_per_minute'], source: ISSUES.discordRates },
    ],
  },
  gmessages: {
    title: 'SMS and RCS by Google Messages',
    features: { delete: 0, delete_for_me: true },
    remains: [],
    facts: [published('gmessages', '4f00663b68cf0069764c284414bdb32dd1152b44', ['delete', 'delete_for_me'])],
  },
  gvoice: {
    title: 'Google Voice',
    features: { delete: 0 },
    remains: [],
    facts: [published('gvoice', '699dabf37613e82a18a2732cb8b6910a75db5dd0', ['delete'])],
  },
  instagram: {
    title: 'Instagram',
    features: { delete: 2, delete_for_me: false },
    remains: [],
    facts: [{ about: ['delete', 'delete_for_me'], source: `${MAUTRIX}/meta/blob/daf4056556b166c69743c90e6eb0da8342553173/pkg/igconnector/capabilities.go` }],
  },
  irc: {
    title: 'IRC',
    features: { delete: 0 },
    remains: ['logs'],
    facts: [
      published('irc', 'f6f9ab40a7dc6b8b6bb1872d68ce03482de2526b', ['delete']),
      { about: ['logs'], source: ISSUES.ircLogs },
    ],
  },
  'irc-redaction': {
    title: 'IRC with draft/message-redaction',
    features: { delete: 1 },
    remains: ['logs', 'may-be-ignored'],
    facts: [
      { about: ['delete', 'may-be-ignored'], source: 'https://github.com/ircv3/ircv3-specifications/blob/0258e5209f203644bfb5710557ac3b856bdc7cde/extensions/message-redaction.md' },
      { about: ['logs'], source: ISSUES.ircLogs },
    ],
  },
  linkedin: {
    title: 'LinkedIn',
    features: { delete: 2, delete_max_age: HOUR, delete_for_me: false },
    remains: [],
    facts: [published('linkedin', '525a6e31944c40be102552b7e6a0176aa7c96247', ['delete', 'delete_max_age', 'delete_for_me'])],
  },
  'mattermost-webhook': {
    title: 'Mattermost by incoming webhook',
    features: { delete: -1 },
    remains: [],
    facts: [{ about: ['delete'], source: ISSUES.mattermost }],
  },
  messenger: {
    title: 'Facebook Messenger',
    features: { delete: 2, delete_for_me: false },
    remains: [],
    facts: [published('meta', 'daf4056556b166c69743c90e6eb0da8342553173', ['delete', 'delete_for_me'])],
  },
  signal: {
    title: 'Signal',
    features: { delete: 2, delete_max_age: DAY, delete_for_me: false },
    remains: [],
    facts: [published('signal', '0d5f3f457dac53707973f525809fe9c6dc926bd6', ['delete', 'delete_max_age', 'delete_for_me'])],
  },
  slack: {
    title: 'Slack',
    features: { delete: 2, delete_calls_per_minute: 50 },
    remains: ['deleter-unknown'],
    facts: [
      published('slack', '15613b0352f2fc5aa400a8c4425e058abda62187', ['delete']),
      { about: ['delete_calls_per_minute'], source: 'https://api.slack.com/methods/chat.delete' },
      { about: ['deleter-unknown'], source: ISSUES.slackUnknown },
    ],
  },
  telegram: {
    title: 'Telegram, logged in as a user',
    features: { delete: 2 },
    remains: ['deleter-unknown', 'deletions-missed'],
    facts: [
      published('telegram', '3df4c4ae87cab0a590ec0aaa139e0c1361460028', ['delete']),
      { about: ['deleter-unknown'], source: ISSUES.telegramUnknown },
      { about: ['deletions-missed'], source: ISSUES.telegramMissed },
    ],
  },
  'telegram-bot': {
    title: 'Telegram by a bot',
    features: { delete: 2, delete_max_age: 2 * DAY, delete_batch_size: 100 },
    remains: ['deleter-unknown', 'deletions-missed'],
    facts: [
      { about: ['delete', 'delete_max_age'], source: 'https://core.telegram.org/bots/api#deletemessage' },
      { about: ['delete_batch_size'], source: 'https://core.telegram.org/bots/api#deletemessages' },
      { about: ['deleter-unknown'], source: ISSUES.telegramUnknown },
      { about: ['deletions-missed'], source: ISSUES.telegramMissed },
    ],
  },
  twitter: {
    title: 'X, conversations with encryption keys',
    features: { delete: 2, delete_for_me: true },
    remains: [],
    facts: [published('twitter', '6ebe4b2055853f879c68a3e59cdbe274aa829824', ['delete', 'delete_for_me'])],
  },
  'twitter-legacy': {
    title: 'X, conversations without encryption keys',
    features: { delete: -2, delete_for_me: true },
    remains: [],
    facts: [published('twitter', '6ebe4b2055853f879c68a3e59cdbe274aa829824', ['delete', 'delete_for_me'])],
  },
  whatsapp: {
    title: 'WhatsApp',
    features: { delete: 2, delete_max_age: 2 * DAY, delete_for_me: false },
    remains: [],
    facts: [published('whatsapp', 'd70eb6b135a53a6843f17f42b1d909dc061ff6e3', ['delete', 'delete_max_age', 'delete_for_me'])],
  },
  xmpp: {
    title: 'XMPP with message retraction',
    features: { delete: 1 },
    remains: ['may-be-ignored', 'archives', 'uploads'],
    facts: [
      { about: ['delete', 'may-be-ignored'], source: 'https://xmpp.org/extensions/xep-0424.html' },
      { about: ['archives'], source: ISSUES.xmppArchives },
      { about: ['uploads'], source: ISSUES.xmppUploads },
    ],
  },
  zulip: {
    title: 'Zulip, by its bridge of today',
    features: { delete: 0 },
    remains: [],
    facts: [published('zulip', 'b08727bd6526b2ef9f344159cea4c4fbd11eafd5', ['delete'])],
  },
} as const satisfies BridgeNetworks;

/**
 * What well-known networks can delete, by name, as their bridges and their own documents said in August 2026. A network says what it can do in one room only by the
 * features that its bridge publishes there, which go before these.
 */
export const bridgeNetworks: BridgeNetworks = frozen(TABLE);

function frozen<T extends object>(value: T): T {
  const parts: readonly unknown[] = Object.values(value);
  for (const part of parts) if (typeof part === 'object' && part !== null) frozen(part);
  return Object.freeze(value);
}

/**
 * What a network can do in one room. Of the features that its bridge publishes there, those on deletion replace the table's, the omitted ones too, as omitting says no;
 * batch sizes and rates, which are not published today, stay those of the table unless they are given.
 * @example roomFeatures('whatsapp', { published: { delete: 2 } }) // { delete: 2 }
 */
export function roomFeatures(
  network: string,
  { networks = bridgeNetworks, published: room }: { readonly networks?: BridgeNetworks; readonly published?: RoomFeatures | undefined } = {},
): RoomFeatures | undefined {
  const known = own(networks, network)?.features;
  if (room === undefined) return known;
  const { delete: _level, delete_max_age: _age, delete_for_me: _mine, ...limits } = known ?? {};
  return { ...limits, ...room };
}
