import type { JsonObject } from '../../json/value.ts';
import { accountCategories, type AccountCategory } from './categories.ts';
import type { AccountInventory } from './plan-account.ts';
import type { UserId } from '../../identifiers/identifiers.ts';

/** The account data of a person, as a file: what the plan and the person's copy are made from. */
export type AccountFile = {
  readonly format: 'matrix-erasure/account';
  readonly formatVersion: 1;
  readonly accounts: readonly AccountData[];
};

/** The data of one account. */
export type AccountData = { readonly user: UserId; readonly data: AccountInventory };

/**
 * The JSON Schema (draft 2020-12) of account files, made from the table of categories. Published as `docs/schema/account.schema.json`.
 * @see https://json-schema.org/draft/2020-12/schema
 * @example accountSchema().title // 'Account data of a person'
 */
export function accountSchema(): JsonObject {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Account data of a person',
    description: 'What a homeserver holds of an account beside its events. A category without items is an empty list; one that is left out counts as not looked at.',
    type: 'object',
    properties: {
      format: { const: 'matrix-erasure/account' },
      formatVersion: { const: 1 },
      accounts: { type: 'array', minItems: 1, items: ACCOUNT },
    },
    required: ['format', 'formatVersion', 'accounts'],
    additionalProperties: false,
    $defs: { items: { type: 'array', items: ITEM } },
  };
}

const ITEM: JsonObject = {
  description: 'A value as it is stored, or an object of its fields.',
  anyOf: [
    { type: ['string', 'number', 'boolean'] },
    { type: 'object', properties: { at: { type: 'integer', minimum: 0, maximum: Number.MAX_SAFE_INTEGER, description: 'When it was recorded, ms since 1970, UTC.' } } },
  ],
};

// A localpart, which may be historical, and a server name; 255 bytes of UTF-8 at most, which no pattern can say.
const USER_ID = '^@[^:\\u0000]*:(?:\\[[0-9A-Fa-f:.]{2,45}\\]|[0-9A-Za-z.-]{1,255})(?::[0-9]{1,5})?$';

const ACCOUNT: JsonObject = {
  type: 'object',
  properties: {
    user: { type: 'string', pattern: USER_ID, maxLength: 255, description: 'The user ID.' },
    data: { type: 'object', properties: Object.fromEntries(accountCategories.map(ofCategory)), additionalProperties: false },
  },
  required: ['user', 'data'],
  additionalProperties: false,
};

function ofCategory({ id, purpose, erasure }: AccountCategory): readonly [string, JsonObject] {
  return [id, { $ref: '#/$defs/items', description: `${purpose} Erasure: ${erasure}` }];
}
