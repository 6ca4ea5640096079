import type { EntityCatalogue, NotifyMeEvent } from '../../../contracts/generated/types.ts';
import type { Catalogue, TypeEntry } from '../catalogue.ts';
import { describe } from './describe.ts';
import { schemaFaults } from './event-schema.ts';
import { type Fault, fault } from './faults.ts';
import { type EventSubject, readSubject, type SubjectReading } from './read-subject.ts';
import { timeFaults } from './time-faults.ts';

export type EventContext = {
  catalogue: Catalogue;
  now: Date;
  /** Who publishes: the entity of the key, or of the topic. */
  entity: string;
  keyKind: 'live' | 'test';
  /** The front door took it before: what the entity may do now is not asked again. */
  acknowledged?: boolean;
  /** How many faults are worth telling; 100 when left out. */
  limits?: { faults?: number };
};

export type CheckedEvent =
  | {
      ok: true;
      event: NotifyMeEvent;
      entity: EntityCatalogue;
      type: TypeEntry['type'];
      subject: EventSubject;
    }
  | { ok: false; faults: Fault[] };

/** The only entity that may send to one named contact. */
const PLATFORM = 'notifyme';

/**
 * Decides whether an event may be accepted. Pure: the clock comes in as `now`. All faults are told at once, each with
 * its code (docs/problems.md), a JSON Pointer and a text in both languages; what is not judged because something it
 * builds on is missing is told by the fault of that. Ingest, router and publisher all decide by this one function.
 */
export function checkEvent(value: unknown, context: EventContext): CheckedEvent {
  const { catalogue, limits } = context;
  const envelope = isObject(value) ? value : {};
  const subject = readSubject(envelope.subject);
  const entry = typeof envelope.type === 'string' ? catalogue.type(envelope.type) : null;
  const faults = [
    ...schemaFaults(value).filter(({ pointer }) => !toldElsewhere(pointer, envelope, subject)),
    ...sourceFaults(envelope.source, context),
    ...stateFaults(context),
    ...typeFaults(envelope.type, entry, context),
    ...subjectFaults(subject, entry, context),
    ...dataFaults(envelope.data, entry),
    ...timeFaults(envelope, context.now),
  ];
  if (faults.length) return { ok: false, faults: faults.slice(0, limits?.faults ?? 100) };
  // Without a fault the schema held, and the type and the subject are known.
  const known = entry as TypeEntry;
  const parsed = subject as Extract<SubjectReading, { ok: true }>;
  return {
    ok: true,
    event: value as NotifyMeEvent,
    entity: known.entity,
    type: known.type,
    subject: parsed.subject,
  };
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A subject that cannot be read and a type that is text have their own, more telling fault than the schema's pattern. */
const toldElsewhere = (pointer: string, envelope: Record<string, unknown>, subject: SubjectReading | null): boolean =>
  (pointer === '/subject' && subject?.ok === false) || (pointer === '/type' && typeof envelope.type === 'string');

function sourceFaults(source: unknown, { catalogue, entity }: EventContext): Fault[] {
  if (typeof source !== 'string' || !source.startsWith('/')) return [];
  return catalogue.bySource(source)?.entity === entity ? [] : [fault('foreign_source', '/source')];
}

/** Whether the entity may publish at all; an entity in test has no live keys' rights yet. */
function stateFaults({ catalogue, entity, keyKind, acknowledged }: EventContext): Fault[] {
  const state = catalogue.stateOf(entity);
  if (acknowledged || state === 'live') return [];
  if (state === 'suspended') return [fault('entity_suspended', '/source')];
  return keyKind === 'test' ? [] : [fault('entity_in_test', '/source')];
}

function typeFaults(type: unknown, entry: TypeEntry | null, { entity, acknowledged }: EventContext): Fault[] {
  if (typeof type !== 'string') return [];
  if (entry?.type.directToContact && entity !== PLATFORM) return [fault('internal_type', '/type')];
  // A type of another entity is as unknown to this one as a misspelt one.
  if (entry?.entity.entity !== entity) return [fault('unknown_type', '/type')];
  const { grants } = entry.entity;
  const granted = (!entry.type.mandatory || grants.mandatory) && grants.lanes.includes(entry.type.lane);
  return granted || acknowledged ? [] : [fault('not_granted', '/type')];
}

function subjectFaults(read: SubjectReading | null, entry: TypeEntry | null, context: EventContext): Fault[] {
  const { keyKind, acknowledged } = context;
  if (read === null) return [];
  if (!read.ok) return [read.fault];
  if (read.subject.kind === 'simulator' && keyKind !== 'test') return [fault('simulator_needs_test_key', '/subject')];
  if (read.subject.kind !== 'audience' || !entry) return [];
  if (!entry.type.audience) return [fault('not_audience_type', '/subject')];
  const granted = entry.entity.grants.audience !== false || acknowledged;
  return granted ? [] : [fault('not_granted', '/subject')];
}

function dataFaults(data: unknown, entry: TypeEntry | null): Fault[] {
  if (!entry || !isObject(data)) return [];
  return entry
    .validateData(data)
    .map(({ pointer, message }) =>
      fault('bad_data', `/data${pointer}`, describe(message, `data${pointer.replaceAll('/', '.')}`)),
    );
}
