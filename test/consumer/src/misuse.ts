import { eventId, redact, roomVersion } from 'matrix-erasure';

// Each line below is a mistake that the compiler has to find.
const rules = roomVersion('11');
redact({ type: 'm.room.message' }, rules.redaction);
redact({ type: 'm.room.message', content: { body: () => 'no JSON' } }, rules.redaction);
eventId({ type: 'm.room.message', content: {} }, '11');
rules.redaction.content = {};
