import type { Catalogue } from '../../shared/catalogue.ts';
import type { Ledger } from '../../shared/ledger/index.ts';
import type { Delivery, Notification } from '../../shared/ledger/types.ts';
import { DELIVERY_STATUSES, NOTICE_STATUSES, type Place, type SearchFilter } from './filter.ts';
import { keyBounds } from './keys.ts';
import { type Walked, walkBack } from './walk.ts';

export type SearchTools = {
  ledger: Pick<Ledger, 'notifications' | 'deliveries'>;
  catalogue: Catalogue;
  clock: () => Date;
  /** So long a search may take before it says how far it came. */
  budgetMs?: number;
};
type NoticeFields = '_id' | 'entity' | 'type' | 'status' | 'reason' | 'acceptedAt' | 'correlationId' | 'test' | 'lane';
type DeliveryFields =
  | ('_id' | 'notificationId' | 'entity' | 'type' | 'channel' | 'status' | 'reason' | 'provider')
  | ('createdAt' | 'updatedAt' | 'dueAt' | 'test');
type FoundNotice = Pick<Notification, NoticeFields>;
type FoundDelivery = Pick<Delivery, DeliveryFields>;
export type Found = ({ what: 'notices' } & Walked<FoundNotice>) | ({ what: 'deliveries' } & Walked<FoundDelivery>);

const NOTICE = '_id entity type status reason acceptedAt correlationId test lane';
const DELIVERY = '_id notificationId entity type channel status reason provider createdAt updatedAt dueAt test';
const FIRST_MS = 60_000;
/** Clocks of two machines differ: what was stored "in the future" is found too. */
const AHEAD_MS = 300_000;
const BEGINNING = new Date(0);

/**
 * Notices by when they were accepted, deliveries by when they were made, newest first, a page at a time. Every query is
 * answered from the bounds of one index (`indexes.ts`); nothing is counted.
 */
export async function search(filter: SearchFilter, limit: number, tools: SearchTools): Promise<Found> {
  const range = {
    since: filter.since ?? BEGINNING,
    until: filter.until ?? new Date(tools.clock().getTime() + AHEAD_MS),
    after: filter.after,
    ...{ limit, budgetMs: tools.budgetMs ?? 5_000 },
  };
  const keyed = filter.ids || filter.key || filter.people;
  if (filter.what === 'deliveries' && !keyed)
    return { what: 'deliveries', ...(await deliveries(filter, range, tools)) };
  if (filter.what === 'notices') return { what: 'notices', ...(await notices(filter, range, tools)) };
  return { what: 'deliveries', ...(await deliveriesOfNotices(filter, range, tools)) };
}

type Range = { since: Date; until: Date; after?: Place; limit: number; budgetMs: number };

function deliveries(filter: SearchFilter, range: Range, { ledger, catalogue }: SearchTools) {
  const query = {
    ...{ entity: entitiesOf(filter, catalogue), status: filter.status ?? { $in: DELIVERY_STATUSES } },
    ...deliveryConditions(filter),
  };
  return walkBack<FoundDelivery>({
    ...range,
    firstMs: FIRST_MS,
    placeOf: ({ createdAt, _id }) => ({ at: createdAt, id: _id }),
    step: ({ from, to, limit, maxTimeMs }) =>
      ledger.deliveries
        .find({ ...query, createdAt: { $gte: from, $lt: to } } as object, DELIVERY)
        .sort({ createdAt: -1, _id: -1 })
        .limit(limit)
        .maxTimeMS(maxTimeMs)
        .lean<FoundDelivery[]>(),
    rest: ({ at, id }, limit) =>
      ledger.deliveries
        .find({ ...query, createdAt: at, _id: { $lt: id } } as object, DELIVERY)
        .sort({ _id: -1 })
        .limit(limit)
        .lean<FoundDelivery[]>(),
  });
}

async function notices(filter: SearchFilter, range: Range, { ledger, catalogue }: SearchTools) {
  const bounds = await keyBounds(filter, ledger);
  if (!bounds) return nothing<FoundNotice>(range);
  const { status, entity, type, reason } = filter;
  const query = bounds.keyed
    ? { ...bounds.query, ...given({ status, entity, type, reason }) }
    : {
        ...{ entity: entitiesOf(filter, catalogue), status: status ?? { $in: NOTICE_STATUSES } },
        ...given({ type, reason }),
      };
  return walkBack<FoundNotice>({
    ...range,
    firstMs: bounds.few ? Number.POSITIVE_INFINITY : FIRST_MS,
    placeOf: ({ acceptedAt, _id }) => ({ at: acceptedAt, id: _id }),
    step: ({ from, to, limit, maxTimeMs }) =>
      ledger.notifications
        .find({ ...query, acceptedAt: { $gte: from, $lt: to } } as object, NOTICE)
        .sort({ acceptedAt: -1, _id: -1 })
        .limit(limit)
        .maxTimeMS(maxTimeMs)
        .lean<FoundNotice[]>(),
    rest: ({ at, id }, limit) =>
      ledger.notifications
        .find({ $and: [query, { acceptedAt: at, _id: { $lt: id } }] } as object, NOTICE)
        .sort({ _id: -1 })
        .limit(limit)
        .lean<FoundNotice[]>(),
  });
}

/** Deliveries of the notices of a person, an event or a case, notice by notice; a notice's deliveries stay together. */
async function deliveriesOfNotices(
  filter: SearchFilter,
  range: Range,
  tools: SearchTools,
): Promise<Walked<FoundDelivery>> {
  const { entity, type } = filter;
  const { ids, key, people, what } = filter;
  const whose = { ids, key, people, what, entity, type };
  const conditions = given({ status: filter.status, ...deliveryConditions(filter) });
  const items: FoundDelivery[] = [];
  for (let after = range.after; ; ) {
    const page = await notices(whose, { ...range, after }, tools);
    const found = await tools.ledger.deliveries
      .find({ notificationId: { $in: page.items.map(({ _id }) => _id) }, ...conditions } as object, DELIVERY)
      .lean<FoundDelivery[]>();
    const byNotice = Map.groupBy(found, ({ notificationId }) => notificationId);
    for (const { _id, acceptedAt } of page.items) {
      items.push(...(byNotice.get(_id) ?? []));
      if (items.length >= range.limit) {
        const next = { at: acceptedAt, id: _id };
        return { items, next, complete: true, searchedBackTo: acceptedAt };
      }
    }
    if (!page.next || !page.complete) return { ...page, items };
    after = page.next;
  }
}

function deliveryConditions({ type, channel, provider, reason, contact }: SearchFilter) {
  return given({ type, channel, provider, reason, contactId: contact });
}

const given = (fields: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));

/** Every one of the catalogue: an index that begins with the entity is of use only with its values. */
const entitiesOf = ({ entity }: SearchFilter, { entities }: Catalogue): unknown =>
  entity ?? { $in: entities.map((one) => one.entity).toSorted() };

const nothing = <T>({ since }: Range): Walked<T> => ({ items: [], next: null, complete: true, searchedBackTo: since });
