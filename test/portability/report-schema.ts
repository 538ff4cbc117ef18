import { toJsonSchema } from '@valibot/to-json-schema';
import { reportSchema } from '../../src/portability/report/schema.ts';

const ABOUT = {
  title: 'Report of an erasure',
  description: 'What "matrix-erasure report --json" prints: for the subject or for the operator. Times are ms since 1970, UTC. No content of events.',
};

/** The JSON Schema of reports, as it is published. */
export function reportSchemaText(): string {
  return `${JSON.stringify({ ...ABOUT, ...toJsonSchema(reportSchema) }, undefined, 1)}\n`;
}
