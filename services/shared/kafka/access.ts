import { CHANNELS, LANES } from '../../../contracts/status.ts';
import { auditAnchorTopic } from '../audit/anchor.ts';
import type { Catalogue } from '../catalogue.ts';
import { topics as topicNames } from '../topics.ts';

export type Operation = 'read' | 'write' | 'describe';

/** One access rule of Kafka: what a user may do with a topic or group, by its whole name or by how the name begins. */
export type AccessRule = {
  user: string;
  kind: 'topic' | 'group';
  pattern: 'literal' | 'prefixed';
  name: string;
  operation: Operation;
};

type Wants = { read?: string[]; write?: string[]; groups?: string[]; prefixedGroups?: string[] };

/** The platform's own types are published by itself alone. */
const OWN = 'notifyme';

export const SERVICE_NAMES = ['ingest', 'registry', 'router', 'channels', 'receipts', 'webhooks', 'console'] as const;
export type ServiceName = (typeof SERVICE_NAMES)[number];

/** The Kafka user of a service, and of an entity that publishes to Kafka itself. */
export const serviceUser = (prefix: string, service: ServiceName): string => `${prefix}-${service}`;
export const entityUser = (prefix: string, entity: string): string => `${prefix}-entity-${entity}`;

/**
 * Every rule that a broker with access control needs, made from the catalogue: least privilege, allowed is only what is
 * here. An entity writes its own events and reads its own outcomes, in groups named `<prefix>.entity.<entity>.…`.
 * Services see all names of topics and groups, so that a start can tell what is missing, and create nothing.
 */
export function accessRules(prefix: string, { entities }: Pick<Catalogue, 'entities'>): AccessRule[] {
  const services = wantsOfServices(
    prefix,
    entities.map(({ entity }) => entity),
  );
  return [
    ...SERVICE_NAMES.flatMap((service) => [
      ...rulesFor(serviceUser(prefix, service), services[service]),
      rule(serviceUser(prefix, service), 'topic', 'prefixed', `${prefix}.`, 'describe'),
    ]),
    rule(serviceUser(prefix, 'console'), 'group', 'prefixed', `${prefix}.`, 'describe'),
    ...entities.filter(({ entity }) => entity !== OWN).flatMap(({ entity }) => entityRules(prefix, entity)),
  ];
}

/** The rules of one entity's user. */
export function entityRules(prefix: string, entity: string): AccessRule[] {
  const topics = topicNames(prefix);
  return rulesFor(entityUser(prefix, entity), {
    write: [topics.events(entity)],
    read: [topics.outcomes(entity)],
    prefixedGroups: [`${prefix}.entity.${entity}.`],
  });
}

function wantsOfServices(prefix: string, entities: string[]): Record<ServiceName, Wants> {
  const topics = topicNames(prefix);
  const events = entities.map(topics.events);
  const outcomes = entities.map(topics.outcomes);
  const deliveries = CHANNELS.flatMap((channel) => LANES.map((lane) => topics.deliveries(channel, lane)));
  const { receipts, deadLetters } = topics;
  return {
    ingest: { write: [...events.filter((topic) => topic !== topics.events(OWN)), receipts] },
    registry: { write: [topics.events(OWN)] },
    router: { read: events, write: [...deliveries, ...outcomes, deadLetters], prefixedGroups: [`${prefix}.router.`] },
    channels: { read: deliveries, write: [receipts, deadLetters], prefixedGroups: [`${prefix}.channels.`] },
    receipts: {
      read: [receipts, deadLetters, ...outcomes],
      write: [receipts, deadLetters, ...outcomes],
      groups: ['receipts', 'feed', 'dead-letters'].map((group) => `${prefix}.${group}`),
      prefixedGroups: [`${prefix}.feed.`],
    },
    webhooks: { read: outcomes, groups: [`${prefix}.webhooks`], prefixedGroups: [`${prefix}.webhooks.`] },
    // A dead letter goes back to where it came from, which may be any topic that a service reads.
    console: { write: [...events, ...deliveries, ...outcomes, receipts, auditAnchorTopic(prefix)] },
  };
}

function rulesFor(user: string, { read = [], write = [], groups = [], prefixedGroups = [] }: Wants): AccessRule[] {
  return [
    ...read.map((topic) => rule(user, 'topic', 'literal', topic, 'read')),
    ...write.map((topic) => rule(user, 'topic', 'literal', topic, 'write')),
    ...groups.map((group) => rule(user, 'group', 'literal', group, 'read')),
    ...prefixedGroups.map((group) => rule(user, 'group', 'prefixed', group, 'read')),
  ];
}

const rule = (
  user: string,
  kind: AccessRule['kind'],
  pattern: AccessRule['pattern'],
  name: string,
  operation: Operation,
): AccessRule => ({ user, kind, pattern, name, operation });
