import type { Pdu } from '../../../src/event/pdu.ts';
import { erasureProfile } from '../../../src/erasure/profiles.ts';
import type { ViewContext } from '../../../src/erasure/view/viewer.ts';
import { roomVersion } from '../../../src/rules/room-versions.ts';
import { ALICE } from '../build-room.ts';

/** A context for decisions about Alice's events: a stranger to a room of version 11 with shared history, but for the changes. */
export function contextOf(changes: Partial<ViewContext> & { readonly of?: string } = {}): ViewContext {
  const { of: profile = 'notice', ...rest } = changes;
  return {
    profile: erasureProfile(profile), rules: roomVersion('11'), subjects: [ALICE], effectiveAt: 1000,
    historyVisibility: 'shared', membershipAtEvent: null, joinedUntilErasure: false, joinedAfterErasure: false, everInRoom: false,
    serverHadAccess: false, isCurrentState: false, ...rest,
  };
}

export const messageBy = (sender: string): Pdu => ({ type: 'm.room.message', sender, content: { body: 'text' } });
export const stateBy = (sender: string, type = 'm.room.topic', content: Pdu['content'] = { topic: 'text' }): Pdu => ({ type, sender, state_key: '', content });
