import type { RoomVersionRules } from '../rules/types.ts';
import { indexRooms } from './apply.ts';
import { purgeDeadline } from './deadlines.ts';
import { digestOf } from './digest.ts';
import { hazards } from './hazards.ts';
import { requestDeadlines } from './legal-deadlines.ts';
import type { MediaNotes } from './media-notes.ts';
import type { ErasurePlan, PlanMedia, PlanWarning } from './plan.ts';
import type { PlannedRoom } from './plan-room.ts';
import { erasureProfile } from './profiles.ts';
import type { ErasureRequest } from './request.ts';
import type { ResidueReport } from './residue/report.ts';
import type { TreatmentOf } from './residue/residue.ts';
import { stepsFor, sumTotals } from './steps.ts';

/** What a plan has beside its rooms. */
export type PlanParts = Pick<ErasurePlan, 'input' | 'warnings' | 'account'> & {
  readonly media: MediaNotes;
  /** What stays of the subjects if their events get these treatments. */
  readonly residueOf: (treatmentOf: TreatmentOf) => ResidueReport;
};

/** The plan of rooms that have been planned, in the order of their IDs; those in which there is nothing of the subjects are left out. */
export function assemblePlan(request: ErasureRequest, planned: readonly PlannedRoom[], { media: notes, residueOf, warnings, ...parts }: PlanParts): ErasurePlan {
  const touched = planned.filter(isTouched);
  const rooms = touched.map(({ plan }) => plan);
  const entryOf = indexRooms(rooms);
  const media = planMedia(planned, request, notes);
  const unseen: readonly PlanWarning[] = media.unknown.length === 0 ? [] : [{ code: 'media-unknown', count: media.unknown.length }];
  return sealed({
    format: 'matrix-erasure/plan',
    formatVersion: 1,
    request,
    ...parts,
    residue: residueOf((roomId, eventId) => entryOf(roomId, eventId)?.treatment),
    tables: tableDigests(request.profile, touched.map(({ rules }) => rules)),
    rooms,
    media,
    warnings: [...warnings, ...touched.flatMap((room) => room.warnings), ...unseen],
  });
}

/** Whether there is anything of the subjects in a room. */
export function isTouched({ plan: { entries, about } }: Pick<PlannedRoom, 'plan'>): boolean {
  return entries.length + about.length > 0;
}

function planMedia(planned: readonly PlannedRoom[], { requestedAt, purgeWithin }: ErasureRequest, media: MediaNotes): PlanMedia {
  const encrypted = planned.some(({ plan: { entries } }) => entries.some(({ type, treatment }) => type === 'm.room.encrypted' && treatment !== 'purge'));
  return media.finish({ uses: planned.flatMap((room) => room.media), encrypted, due: purgeDeadline(requestedAt, purgeWithin) });
}

/** The parts of a plan from which the others follow. */
export type PlanBasis = Omit<ErasurePlan, 'totals' | 'steps' | 'deadlines' | 'digest'>;

/** A plan with its totals, steps and deadlines, and its digest over all of it. */
export function sealed(basis: PlanBasis): ErasurePlan {
  const { request, rooms } = basis;
  const reviews = (request.holds ?? []).map(({ reviewAt }) => reviewAt);
  const deadlines = {
    purge: purgeDeadline(request.requestedAt, request.purgeWithin),
    answer: requestDeadlines(request.requestedAt, request.counting).answer.endsAt,
    ...(reviews.length === 0 ? {} : { review: Math.min(...reviews) }),
  };
  const totals = sumTotals(rooms);
  const plan: Omit<ErasurePlan, 'digest'> = { ...basis, totals, steps: stepsFor(basis, totals, deadlines), deadlines };
  return { ...plan, digest: digestOf(plan) };
}

/** The digests of every table that the plan rests on: with other tables, other decisions. */
export function tableDigests(profile: string, rules: readonly RoomVersionRules[]): ErasurePlan['tables'] {
  const byVersion = new Map(rules.map((table) => [table.id, table]));
  return {
    profile: digestOf(erasureProfile(profile)),
    hazards: digestOf(hazards),
    roomVersions: Object.fromEntries([...byVersion].sort().map(([id, table]) => [id, digestOf(table)])),
  };
}
