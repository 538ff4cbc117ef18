import { beginPlan } from '../../erasure/planner.ts';
import { findAutomatedTools } from '../../erasure/rights/automated-tools.ts';
import type { RightFacts } from '../../erasure/rights/facts.ts';
import { planRectification, rectifyingEvent, type Correction, type RoomRectification } from '../../erasure/rights/rectification.ts';
import type { RightsRequest } from '../../erasure/rights/request.ts';
import type { Restriction } from '../../erasure/rights/restriction.ts';
import type { Pdu } from '../../event/pdu.ts';
import { serverNameOf } from '../../identifiers/identifiers.ts';
import type { NoticeRegistration } from '../../notices/registration.ts';
import { findRecipients } from '../../notices/recipients.ts';
import { createFaultLog } from '../fault-log.ts';
import { createProgress } from '../progress.ts';
import { readEvents, useLine } from '../records.ts';
import { createRoomCollector, type CollectedRooms } from '../viewed-rooms.ts';

/** How rooms are looked at for a request. */
export type RoomLook = {
  readonly roomVersion?: string | undefined;
  readonly strict?: boolean | undefined;
  readonly server?: string | undefined;
  readonly registrations: readonly NoticeRegistration[];
  readonly bots: readonly string[];
  readonly correction?: Correction | undefined;
  readonly restriction?: Restriction | undefined;
};

/** What rooms say for a request, the rooms, and how many lines could not be used. */
export type RoomFindings = { readonly facts: RightFacts; readonly collected: CollectedRooms; readonly faults: number };

/** Looks into event files for what a request asks about. */
export async function lookIntoRooms(files: readonly string[], request: RightsRequest, look: RoomLook): Promise<RoomFindings> {
  const { subjects } = request;
  const progress = createProgress('reading');
  const faults = createFaultLog({ strict: look.strict === true, progress });
  const collector = createRoomCollector({ whole: false });
  const planner = beginPlan({ subjects, requestedAt: request.receivedAt, effectiveAt: request.receivedAt, profile: 'notice', scope: {} });
  for await (const lines of readEvents(files, { faults, roomVersion: look.roomVersion, progress })) {
    for (const line of lines) {
      const use = ({ event }: typeof line): void => {
        collector.add(event);
        planner.add(event);
      };
      useLine(line, { use, faults });
    }
  }
  progress.clear();
  faults.finish();
  const collected = collector.finish();
  return { facts: factsOf(collected, { request, look, about: planner.finish().totals.about }), collected, faults: faults.count() };
}

type Looked = { readonly request: RightsRequest; readonly look: RoomLook; readonly about: number };

function factsOf({ rooms }: CollectedRooms, { request: { subjects }, look, about }: Looked): RightFacts {
  const { server = serverNameOf(subjects[0] ?? '') ?? '', registrations, bots, correction, restriction } = look;
  const own = [...rooms.values()].map(({ events }) => events.filter(({ pdu }) => subjects.some((user) => user === pdu.sender)).length);
  const scope = restriction === undefined ? {} : { scope: restriction.scope };
  return {
    rooms: { rooms: own.filter((count) => count > 0).length, own: own.reduce((sum, count) => sum + count, 0), about },
    recipients: findRecipients(rooms.values(), { subjects, ...scope }, { server, registrations, bots }),
    tools: findAutomatedTools(rooms.values(), { subjects, bots }),
    ...(correction === undefined ? {} : { rectifications: rectificationsIn(rooms.values(), correction, subjects) }),
  };
}

function rectificationsIn(rooms: Iterable<Parameters<typeof planRectification>[0]>, correction: Correction, subjects: readonly string[]): readonly RoomRectification[] {
  return [...rooms].flatMap((room) => planRectification(room, correction, { subjects }) ?? []);
}

/** The events that correct, for those rooms in which this sender may send them; at a time (ms since 1970, UTC). */
export function correctingEvents({ rooms }: CollectedRooms, correction: Correction, { sender, at }: { readonly sender: string; readonly at: number }): readonly Pdu[] {
  return [...rooms.values()].flatMap((room) => {
    const plan = planRectification(room, correction, { subjects: [] });
    return plan?.senders.includes(sender) === true ? [rectifyingEvent(room, correction, { sender, at })] : [];
  });
}
