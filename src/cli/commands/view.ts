import { stat } from 'node:fs/promises';
import { Option, type Command } from 'commander';
import { assertRequest } from '../../erasure/check-request.ts';
import { erasureProfile } from '../../erasure/profiles.ts';
import type { ErasureRequest } from '../../erasure/request.ts';
import type { RoomErasure, ViewOptions } from '../../erasure/view/room-facts.ts';
import { eventServer } from '../../erasure/view/serve.ts';
import { serviceInterest } from '../../erasure/view/service.ts';
import { viewRoom } from '../../erasure/view/view-room.ts';
import { surfaces, type Surface, type Viewer } from '../../erasure/view/viewer.ts';
import { isServerName, isUserId, serverNameOf } from '../../identifiers/identifiers.ts';
import { asLineError, UsageError } from '../errors.ts';
import { EXIT } from '../exit-codes.ts';
import { createFaultLog } from '../fault-log.ts';
import { writeOutput } from '../io/output.ts';
import { inputsOf, withFiles, type FileOptions } from '../options.ts';
import { createProgress } from '../progress.ts';
import { readEvents } from '../records.ts';
import { readRegistration } from '../registration-file.ts';
import { countOf } from '../text/numbers.ts';
import { textOptions } from '../text/terminal.ts';
import { renderViewText } from '../text/view-text.ts';
import { keptEvents, readAgain, writeDecisions, writeEvents } from '../view-output.ts';
import { createRoomCollector, type CollectedRooms } from '../viewed-rooms.ts';
import { NoEventsError } from './plan.ts';
import { requestFrom, withRequestOptions, type RequestOptions } from './request-options.ts';

type Options = Omit<RequestOptions, 'registration'> & FileOptions & {
  readonly as: string;
  readonly surface: Surface;
  readonly registration?: string;
  readonly forwards?: boolean;
  readonly json?: boolean;
  readonly events?: boolean;
};

/** Adds `view`: what somebody is served of each event after an erasure, and why. */
export function registerView(program: Command): void {
  withRequestOptions(withFiles(program.command('view')))
    .summary('show what a viewer is served after an erasure, event by event')
    .description('Shows what a viewer is served of each event after an erasure, and why. Changes nothing.')
    .requiredOption('--as <viewer>', 'a user ID, a server name, guest, anonymous, admin, or as:ID for an application service')
    .addOption(new Option('--surface <api>', 'the API whose rule applies').choices(surfaces).default('messages'))
    .option('--forwards', 'page /messages forwards: under the profile synapse that begins and ends elsewhere')
    .option('--registration <file>', 'the registration of the application service (YAML)')
    .option('--json', 'print a line for each event: room_id, event_id, seen, reason')
    .option('--events', 'print the events as they would be sent; with --json, in those lines')
    .addHelpText('after', `
Users of other servers are judged as if they were local.

Examples:
  matrix-erasure view room.ndjson.gz --as @dave:example.org --subject @alice:example.org --effective-at 1795500000000
  matrix-erasure view room.ndjson.gz --as guest --subject @alice:example.org --profile synapse --surface state --json
  matrix-erasure view room.ndjson.gz --as as:irc --registration irc.yaml --subject @alice:example.org --events`)
    .action(async (files: readonly string[], options: Options) => {
      process.exitCode = await viewFiles(inputsOf(files), options);
    });
}

async function viewFiles(inputs: readonly string[], options: Options): Promise<number> {
  const { registration: _, ...asked } = options;
  const request = requestFrom(asked, Date.now());
  assertRequest(request);
  const viewer = readViewer(options.as);
  const view = await viewOptions(request, viewer, options);
  const whole = options.events === true && !(await canBeReadAgain(inputs));
  const { collected, faulty } = await readRooms(inputs, { ...options, whole });
  if (collected.size === 0) throw new NoEventsError(inputs);
  if (collected.bySender > 0) warnOfClocks(collected.bySender);
  if (options.events === true) {
    const events = whole ? keptEvents(collected) : readAgain(inputs, collected, options.roomVersion);
    await writeEvents(events, { collected, serverOf: (room) => eventServer(room, viewer, view), reasons: options.json === true });
  } else if (options.json === true) await writeDecisions(collected, (room) => viewRoom(room, viewer, view));
  else {
    const viewed = [...collected.rooms.values()].map((room) => ({ room, decisions: viewRoom(room, viewer, view) }));
    await writeOutput(undefined, renderViewText(viewed, { request, viewer, surface: options.surface }, textOptions()));
  }
  return faulty ? EXIT.error : EXIT.done;
}

function warnOfClocks(events: number): void {
  process.stderr.write(`${countOf(events, 'event')} without "received_ts": whether they came before the erasure is told by the clocks of their senders, who can forge them\n`);
}

/** Standard input and other pipes run dry. */
async function canBeReadAgain(inputs: readonly string[]): Promise<boolean> {
  const regular = await Promise.all(inputs.map(async (input) => input !== '-' && (await stat(input).catch(() => undefined))?.isFile() === true));
  return regular.every(Boolean);
}

async function viewOptions(request: ErasureRequest, viewer: Viewer, { surface, registration, forwards = false }: Options): Promise<ViewOptions> {
  const { subjects, effectiveAt, scope, keepLabels = false, alreadyErased = [], revokedAt } = request;
  const erasure: RoomErasure = {
    profile: erasureProfile(request.profile), subjects, effectiveAt, scope, keepLabels, alreadyErased,
    ...(revokedAt === undefined ? {} : { revokedAt }),
  };
  const reading = { forwards, pastStates: true };
  if (viewer.kind !== 'applicationService') {
    if (registration !== undefined) throw new UsageError('--registration goes with --as as:ID');
    return { erasure, surface, ...reading };
  }
  if (registration === undefined) throw new UsageError('--as as:ID needs --registration FILE, which says what concerns the application service');
  const service = await readRegistration(registration);
  if (service.id !== viewer.id) throw new UsageError('the registration is that of another application service: name its "id" after as:');
  return { erasure, surface, ...reading, service: serviceInterest(service, serverNameOf(subjects[0] ?? '') ?? '') };
}

/** Who a text names. @throws {UsageError} when nobody */
function readViewer(text: string): Viewer {
  if (text === 'guest' || text === 'anonymous' || text === 'admin') return { kind: text };
  if (text.startsWith('as:') && text.length > 3) return { kind: 'applicationService', id: text.slice(3) };
  if (isUserId(text)) return { kind: 'user', id: text };
  if (isServerName(text)) return { kind: 'server', id: text };
  throw new UsageError('--as names nobody: give a user ID, a server name, guest, anonymous, admin, or as:ID');
}

type Read = { readonly collected: CollectedRooms; readonly faulty: boolean };

async function readRooms(inputs: readonly string[], { roomVersion, strict = false, whole }: Options & { readonly whole: boolean }): Promise<Read> {
  const progress = createProgress('Reading');
  const faults = createFaultLog({ strict, progress });
  const collector = createRoomCollector({ whole });
  for await (const batch of readEvents(inputs, { faults, progress, roomVersion })) {
    for (const line of batch) {
      try {
        collector.add(line.event);
      } catch (error) {
        faults.add(asLineError(line, error));
      }
    }
  }
  progress.clear();
  faults.finish();
  return { collected: collector.finish(), faulty: faults.count() > 0 };
}
