import type { RoomGraph } from '../room/graph.ts';
import type { OwnEvent, RoomNotes } from './room-notes.ts';

export function redactionJudge(notes: RoomNotes, graph: RoomGraph): (redaction: OwnEvent) => boolean {
  void [notes, graph];
  return (redaction) => redaction.redacts.length > 0;
}
