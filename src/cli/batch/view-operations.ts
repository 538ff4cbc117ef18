import { erasureProfile } from '../../erasure/profiles.ts';
import { decideView } from '../../erasure/view/decide-view.ts';
import { surfaces, type Surface, type ViewContext, type Viewer } from '../../erasure/view/viewer.ts';
import type { Pdu } from '../../event/pdu.ts';
import { isUserId } from '../../identifiers/identifiers.ts';
import { readRecord, UnreadableRecordError } from '../../event/record.ts';
import { own, type JsonObject, type JsonValue } from '../../json/value.ts';
import { membershipIn, type Membership } from '../../room/auth-context.ts';
import { historyVisibilityIn } from '../../room/history-visibility.ts';
import { arrayField, eventField, flagField, objectField, RequestError, rulesField, textField, type Answer, type Operations } from './request.ts';

/** Who sees what after an erasure. */
export const viewOperations: Operations = { view: viewRequest };

function viewRequest(request: JsonObject): Answer {
  const { seen, reason } = decideView(readEvent(request), readViewer(request), readContext(request));
  return { ok: seen, reason };
}

function readContext(request: JsonObject): ViewContext {
  const receivedTs = own(request, 'receivedTs') ?? null;
  return {
    profile: erasureProfile(textField(request, 'profile')),
    rules: rulesField(request),
    subjects: readSubjects(request),
    effectiveAt: timeField(request, 'effectiveAt'),
    ...(receivedTs === null ? {} : { receivedTs: timeField(request, 'receivedTs') }),
    historyVisibility: historyVisibilityIn({ type: '', content: { history_visibility: own(request, 'historyVisibility') ?? null } }),
    membershipAtEvent: readMembership(request),
    joinedUntilErasure: flagField(request, 'joinedUntilErasure'),
    joinedAfterErasure: flagField(request, 'joinedAfterErasure'),
    everInRoom: flagField(request, 'everInRoom'),
    serverHadAccess: flagField(request, 'serverHadAccess'),
    isCurrentState: flagField(request, 'isCurrentState'),
    surface: readSurface(request),
  };
}

function readEvent(request: JsonObject): Pdu {
  const event = eventField(request);
  try {
    return readRecord({ pdu: event }).record.pdu;
  } catch (error) {
    if (error instanceof UnreadableRecordError) throw new RequestError('event', `an event whose "${error.field}" is of the right type`);
    throw error;
  }
}

function readSubjects(request: JsonObject): readonly string[] {
  return arrayField(request, 'subjects').map((subject) => {
    if (typeof subject !== 'string' || !isUserId(subject)) throw new RequestError('subjects', 'an array of user IDs');
    return subject;
  });
}

function timeField(request: JsonObject, field: string): number {
  const value = own(request, field);
  if (typeof value !== 'number' || !Number.isFinite(value)) throw new RequestError(field, 'a time in ms since 1970');
  return value;
}

function readMembership(request: JsonObject): Membership | null {
  const value: JsonValue = own(request, 'membershipAtEvent') ?? null;
  if (value === null) return null;
  const membership = membershipIn({ type: '', content: { membership: value } });
  if (membership === undefined) throw new RequestError('membershipAtEvent', 'join, invite, knock, leave, ban or null');
  return membership;
}

function readSurface(request: JsonObject): Surface {
  const value = own(request, 'surface') ?? null;
  const surface = value === null ? 'messages' : surfaces.find((one) => one === value);
  if (surface === undefined) throw new RequestError('surface', `one of ${surfaces.join(', ')}`);
  return surface;
}

function readViewer(request: JsonObject): Viewer {
  const viewer = objectField(request, 'viewer');
  const kind = textField(viewer, 'kind');
  switch (kind) {
    case 'anonymous':
      return { kind };
    case 'guest':
    case 'admin':
      return Object.hasOwn(viewer, 'id') && viewer['id'] !== null ? { kind, id: textField(viewer, 'id') } : { kind };
    case 'user':
    case 'server':
    case 'applicationService':
      return { kind, id: textField(viewer, 'id') };
    default:
      throw new RequestError('viewer', '{"kind": user, guest, anonymous, server, applicationService or admin, "id": …}');
  }
}
