/** Redacts one event under the rules of two room versions, and says why each key stays or goes. */
import { explainRedaction, redact, roomVersion } from '../src/index.ts';

const join = {
  type: 'm.room.member',
  sender: '@alice:example.org',
  state_key: '@alice:example.org',
  room_id: '!garden:example.org',
  content: { membership: 'join', displayname: 'Alice', join_authorised_via_users_server: '@bob:example.org' },
};

for (const version of ['8', '9']) {
  const rules = roomVersion(version);
  console.log(`Room version ${version}: ${JSON.stringify(redact(join, rules.redaction).content)}`);
  for (const { path, kept, reason } of explainRedaction(join, rules.redaction).filter((key) => key.path.startsWith('content.'))) {
    console.log(`  ${kept ? 'stays' : 'goes '} ${path} (${reason})`);
  }
}
