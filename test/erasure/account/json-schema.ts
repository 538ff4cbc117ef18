type Schema = { readonly [keyword: string]: unknown };

const isRecord = (value: unknown): value is Schema => typeof value === 'object' && value !== null && !Array.isArray(value);

const TYPES: { readonly [name: string]: (value: unknown) => boolean } = {
  object: isRecord,
  array: Array.isArray,
  string: (value) => typeof value === 'string',
  number: (value) => typeof value === 'number',
  integer: Number.isInteger,
  boolean: (value) => typeof value === 'boolean',
  null: (value) => value === null,
};

/** The keywords of JSON Schema that are used here, each on its own; a keyword says nothing of values of another type. */
const KEYWORDS: { readonly [keyword: string]: (value: unknown, argument: never, around: { readonly schema: Schema; readonly root: Schema }) => boolean } = {
  type: (value, names: string | readonly string[]) => [names].flat().some((name) => TYPES[name]?.(value) === true),
  const: (value, constant: unknown) => value === constant,
  $ref: (value, name: string, { root }) => isValid(value, definition(root, name), root),
  $defs: () => true,
  anyOf: (value, schemas: readonly Schema[], { root }) => schemas.some((schema) => isValid(value, schema, root)),
  required: (value, keys: readonly string[]) => !isRecord(value) || keys.every((key) => Object.hasOwn(value, key)),
  properties: (value, properties: Readonly<Record<string, Schema>>, { root }) =>
    !isRecord(value) || Object.entries(properties).every(([key, schema]) => !Object.hasOwn(value, key) || isValid(value[key], schema, root)),
  additionalProperties: (value, allowed: boolean, { schema: { properties } }) =>
    allowed || !isRecord(value) || Object.keys(value).every((key) => isRecord(properties) && Object.hasOwn(properties, key)),
  items: (value, schema: Schema, { root }) => !Array.isArray(value) || value.every((item) => isValid(item, schema, root)),
  minItems: (value, count: number) => !Array.isArray(value) || value.length >= count,
  minimum: (value, least: number) => typeof value !== 'number' || value >= least,
  maximum: (value, most: number) => typeof value !== 'number' || value <= most,
  maxLength: (value, most: number) => typeof value !== 'string' || Array.from(value).length <= most,
  pattern: (value, pattern: string) => typeof value !== 'string' || new RegExp(pattern, 'u').test(value),
  description: () => true,
  title: () => true,
  $schema: () => true,
};

/** Whether a value is as a JSON Schema has it. A keyword that is not known here is a mistake in the test. */
export function isValid(value: unknown, schema: Schema, root: Schema = schema): boolean {
  return Object.entries(schema).every(([keyword, argument]) => {
    const check = KEYWORDS[keyword];
    if (check === undefined) throw new Error(`the keyword ${keyword} is not known`);
    return check(value, argument as never, { schema, root });
  });
}

/** What a reference leads to: only `#/$defs/NAME` is known. */
function definition({ $defs }: Schema, reference: string): Schema {
  const found = isRecord($defs) ? $defs[reference.replace('#/$defs/', '')] : undefined;
  if (!isRecord(found)) throw new Error(`the reference ${reference} leads nowhere`);
  return found;
}
