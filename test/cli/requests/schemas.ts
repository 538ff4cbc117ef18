import { refusalGrounds } from '../../../src/erasure/rights/refusal-grounds.ts';
import { extensionReasons } from '../../../src/erasure/rights/request.ts';
import { rightKinds } from '../../../src/erasure/rights/rights.ts';

const DRAFT = 'https://json-schema.org/draft/2020-12/schema';
const text = { type: 'string' };
const time = { type: 'integer', description: 'ms since 1970, UTC' };
const date = { type: 'string', pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}$' };
const count = { type: 'integer', minimum: 0 };
const list = (items: object): object => ({ type: 'array', items });

/** An object with these keys and no others. */
const closed = (required: Readonly<Record<string, object>>, optional: Readonly<Record<string, object>> = {}): object => ({
  type: 'object', properties: { ...required, ...optional }, required: Object.keys(required), additionalProperties: false,
});

const kind = { enum: rightKinds };
const statuses = ['open', 'extended', 'overdue', 'refused', 'granted', 'granted-in-part', 'withdrawn'];
const due = { ...closed({ counted: date, day: date, endsAt: time }), description: 'By when it has to be answered: the counted day, the day that counts, and its last ms.' };

const request = closed({
  id: text, kind, article: { type: 'string', description: 'The article of the GDPR.' }, subjects: list({ type: 'string', pattern: '^@' }), receivedAt: time, status: { enum: statuses }, due,
  late: { type: 'boolean', description: 'Whether it was answered after its deadline.' },
}, {
  counting: { ...closed({}, { timeZone: text, holidays: list(date) }), description: 'Where and how the controller counts days.' },
  extended: closed({ at: time, reason: { enum: extensionReasons } }, { explanation: text }),
  ended: {
    anyOf: [
      closed({ at: time, outcome: { enum: ['granted', 'withdrawn'] } }, { explanation: text }),
      closed({ at: time, outcome: { enum: ['refused', 'granted-in-part'] }, ground: { enum: refusalGrounds.map(({ id }) => id) }, explanation: text }),
    ],
  },
});

/** What `requests --json` prints. */
export const requestsSchema: object = {
  $schema: DRAFT, title: 'Requests of data subjects',
  description: 'What people have asked for, due dates first. It names people, and holds no content of events.',
  ...closed({
    format: { const: 'matrix-erasure/requests' }, formatVersion: { const: 1 }, at: { ...time, description: 'The time that counts as now, ms since 1970, UTC.' },
    counts: closed({ open: count, overdue: count, ended: count }), requests: list(request),
  }),
};

const table = closed({ caption: text, columns: list(text), rows: list(list(text)) });
const step = closed({ id: text, does: text }, { due: time });

/** What `requests show --json` prints. */
export const rightReportSchema: object = {
  $schema: DRAFT, title: 'The answer to a request of a data subject',
  description: 'What is done for a request, what is missing for a full answer, and what the person is told. It holds no content of events.',
  ...closed({
    format: { const: 'matrix-erasure/right-report' }, formatVersion: { const: 1 }, id: text, kind, title: text, article: text, subjects: list({ type: 'string', pattern: '^@' }),
    receivedAt: time, status: { enum: statuses }, due,
    plan: closed({ kind, article: text, steps: list(step), missing: list(text) }),
    sections: list(closed({ id: text, heading: text, paragraphs: list(text) }, { list: list(text), table })),
  }),
};
