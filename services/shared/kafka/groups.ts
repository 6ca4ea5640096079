import type { EntityCatalogue } from '../../../contracts/generated/types.ts';
import { CHANNELS, LANES } from '../../../contracts/status.ts';
import type { Catalogue } from '../catalogue.ts';
import { topics } from '../topics.ts';
import type { GroupTopics } from './lag.ts';

/** The router's groups for one entity: the one that routes, and the one that goes ahead for what is urgent. */
export const routerGroup = (prefix: string, entity: string): string => `${prefix}.router.${entity}`;
export const urgentGroup = (prefix: string, entity: string): string => `${routerGroup(prefix, entity)}.urgent`;

/** Whether an entity has urgent events and others, so that the ones may stand behind the others. */
export function mixesLanes({ types }: Pick<EntityCatalogue, 'types'>): boolean {
  const urgent = types.filter(({ lane }) => lane === 'urgent');
  return urgent.length > 0 && urgent.length < types.length;
}

/** Every consumer group of the platform, and what it reads. */
export function consumerGroups(prefix: string, { entities, isDeployed }: Catalogue): GroupTopics[] {
  const names = topics(prefix);
  const ids = entities.map(({ entity }) => entity);
  const shared = ids.filter((entity) => isDeployed(entity)).map(names.outcomes);
  const registered = ids.filter((entity) => !isDeployed(entity));
  const ownOf = (group: string) =>
    registered.map((entity) => ({ groupId: `${prefix}.${group}.${entity}`, topics: [names.outcomes(entity)] }));
  return [
    ...ids.map((entity) => ({ groupId: routerGroup(prefix, entity), topics: [names.events(entity)] })),
    ...entities
      .filter(mixesLanes)
      .map(({ entity }) => ({ groupId: urgentGroup(prefix, entity), topics: [names.events(entity)] })),
    ...CHANNELS.flatMap((channel) =>
      LANES.map((lane) => ({
        groupId: `${prefix}.channels.${channel}.${lane}`,
        topics: [names.deliveries(channel, lane)],
      })),
    ),
    { groupId: `${prefix}.receipts`, topics: [names.receipts] },
    { groupId: `${prefix}.feed`, topics: shared },
    ...ownOf('feed'),
    { groupId: `${prefix}.dead-letters`, topics: [names.deadLetters] },
  ];
}
