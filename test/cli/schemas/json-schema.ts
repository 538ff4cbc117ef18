import { toJsonSchema } from '@valibot/to-json-schema';
import type { OutputSchema } from '../../../src/cli/output-schemas.ts';

/** Where the schema of a command's output is published. */
export const schemaFile = (command: string): string => `docs/schema/${command}.schema.json`;

/** A schema as JSON Schema. What is tested by a function, such as user IDs, is a string for others. */
export function jsonSchemaOf({ title, schema }: OutputSchema): object {
  const { $schema, ...rest } = toJsonSchema(schema, {
    errorMode: 'ignore',
    overrideSchema: ({ valibotSchema }) => (valibotSchema.type === 'custom' ? { type: 'string' } : undefined),
  });
  return { $schema, title, ...rest };
}
