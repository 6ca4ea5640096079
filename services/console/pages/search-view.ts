import { CHANNELS, type Language, REASONS, type Reason } from '../../../contracts/status.ts';
import type { Catalogue } from '../../shared/catalogue.ts';
import { shortReference } from '../../shared/render/message.ts';
import { momentIn } from '../explain.ts';
import {
  DELIVERY_STATUSES,
  type FilterFault,
  NOTICE_STATUSES,
  type SearchFilter,
  writeFilter,
} from '../search/filter.ts';
import type { Found } from '../search/find.ts';
import { channelKey, statusOf } from './story-view.ts';

type Text = { plain(key: string): string };
export type SearchWords = { language: Language; text: Text; catalogue: Catalogue };

/** The fields that narrow a search down, as the page shows them. `own`: the only entity that this operator may see. */
export function viewFilter(filter: SearchFilter, own: string | null, faults: FilterFault[], words: SearchWords) {
  const { language, text, catalogue } = words;
  const entities = catalogue.entities.filter(({ entity }) => own === null || entity === own);
  const option = (value: string, label: string, chosen: string | undefined) => ({
    value,
    label,
    chosen: value === chosen,
  });
  const statuses = (list: string[], what: SearchFilter['what']) =>
    list.map((status) => ({
      ...option(status, text.plain(`search.status.${status}`), filter.what === what ? filter.status : undefined),
    }));
  const local = (at: Date | undefined) => (at ? new Date(at.getTime() + BAHRAIN_MS).toISOString().slice(0, 16) : '');
  return {
    what: filter.what,
    entities: entities.map((one) => option(one.entity, one.title[language], filter.entity)),
    types: entities.map((one) => ({
      title: one.title[language],
      types: one.types.map(({ type, title }) => option(type, title[language], filter.type)),
    })),
    channels: CHANNELS.map((one) => option(one, text.plain(channelKey(one)), filter.channel)),
    provider: filter.provider ?? '',
    noticeStatuses: statuses(NOTICE_STATUSES, 'notices'),
    deliveryStatuses: statuses(DELIVERY_STATUSES, 'deliveries'),
    reasons: (Object.keys(REASONS) as Reason[]).map((code) => option(code, REASONS[code][language], filter.reason)),
    since: local(filter.since),
    until: local(filter.until),
    faults: Object.fromEntries(FIELDS.map((name) => [name, faults.some(({ field }) => field === name)])),
    ...{ isSingle: own !== null, key: filter.key ?? null },
    hidden: Object.entries({
      key: filter.key,
      person: filter.people?.join(),
      id: filter.ids?.join(),
      contact: filter.contact,
    })
      .filter(([, value]) => value)
      .map(([name, value]) => ({ name, value })),
    ...{ people: filter.people?.length ?? 0, ids: filter.ids?.length ?? 0 },
  };
}

const FIELDS = ['entity', 'type', 'channel', 'provider', 'status', 'reason', 'since', 'until'];
/** Bahrain is three hours ahead of UTC all year. */
const BAHRAIN_MS = 3 * 3_600_000;

/** Results as rows, how far the search came, and where the next page is. */
export function viewFound(found: Found, filter: SearchFilter, { language, catalogue }: SearchWords) {
  const { items, complete, next, searchedBackTo } = found;
  const more = next && `/search?${writeFilter({ ...filter, after: next })}`;
  return {
    what: found.what,
    rows: items.map((item) => rowOf(item, language, catalogue)),
    complete,
    isAll: complete && next === null && !filter.since,
    isSince: complete && next === null && filter.since !== undefined,
    backTo: momentIn(language, searchedBackTo),
    more,
    newest: filter.after ? `/search?${writeFilter({ ...filter, after: undefined })}` : null,
  };
}

function rowOf(item: Found['items'][number], language: Language, catalogue: Catalogue) {
  const entry = catalogue.type(item.type);
  const isDelivery = 'createdAt' in item;
  const noticeId = isDelivery ? item.notificationId : item._id;
  return {
    to: `/notifications/${noticeId}${isDelivery ? `#${item._id}` : ''}`,
    reference: shortReference(noticeId),
    at: momentIn(language, isDelivery ? item.createdAt : item.acceptedAt),
    entity: entry?.entity.title ?? { en: item.entity, ar: item.entity },
    type: entry?.type.title ?? { en: item.type, ar: item.type },
    status: statusOf(item.status),
    reason: item.reason === null ? null : REASONS[item.reason],
    channel: isDelivery ? channelKey(item.channel) : null,
    provider: isDelivery ? (item.provider ?? '—') : null,
    test: item.test,
  };
}
