import {
  CHANNELS,
  type Channel,
  type DeliveryStatus,
  isReason,
  type NotificationStatus,
  type Reason,
} from '../../../contracts/status.ts';

export const NOTICE_STATUSES: NotificationStatus[] = [
  ...(['accepted', 'routed', 'reached', 'partly_reached', 'not_reached', 'cancelled', 'rejected'] as const),
];
export const DELIVERY_STATUSES: DeliveryStatus[] = [
  ...(['deferred', 'queued', 'sending', 'sent', 'delivered', 'failed'] as const),
  ...(['bounced', 'expired', 'skipped', 'cancelled', 'superseded', 'unknown'] as const),
];

/** A place in the results: behind this moment and id. */
export type Place = { at: Date; id: string };

/** What is looked for. Everything in it may stand in an address line: ids and blind indexes, no number and no address. */
export type SearchFilter = {
  what: 'notices' | 'deliveries';
  /** Notices themselves. */
  ids?: string[];
  /** A reference, an event's id or a case. */
  key?: string;
  /** Subscriber ids. */
  people?: string[];
  /** Only deliveries to this contact. */
  contact?: string;
  entity?: string;
  type?: string;
  channel?: Channel;
  provider?: string;
  status?: NotificationStatus | DeliveryStatus;
  reason?: Reason;
  since?: Date;
  until?: Date;
  after?: Place;
};

export type FilterFault = { field: string; code: 'not_known' | 'not_a_time' | 'wrong_order' | 'not_of_these' };
export type ReadFilter = { filter: SearchFilter; faults: FilterFault[] };

const ID = { n: /^n_[0-9a-f]{32}$/, s: /^s_[0-9a-f]{32}$/, c: /^c_[0-9a-f]{32}$/ };
const NAME = /^[A-Za-z0-9._-]{1,120}$/;
const MOST_IDS = 20;

type Query = Record<string, unknown>;

/** Reads the query of an address line. What cannot be read is left out of the filter and named in `faults`. Pure. */
export function readFilter(query: Query): ReadFilter {
  const faults: FilterFault[] = [];
  const one = (field: string): string => {
    const value = [query[field]].flat()[0];
    return typeof value === 'string' ? value.trim() : '';
  };
  const many = (field: string, form: RegExp) =>
    one(field)
      .split(',')
      .filter((value) => form.test(value))
      .slice(0, MOST_IDS);
  const read = <T>(field: string, parse: (text: string) => T | null, code: FilterFault['code'] = 'not_known') => {
    const text = one(field);
    if (text === '') return undefined;
    const value = parse(text);
    if (value === null) faults.push({ field, code });
    return value ?? undefined;
  };
  const matching = (form: RegExp) => (text: string) => (form.test(text) ? text : null);
  const what = one('what') === 'notices' ? 'notices' : 'deliveries';
  const statuses: string[] = what === 'notices' ? NOTICE_STATUSES : DELIVERY_STATUSES;
  const ids = many('id', ID.n);
  const people = many('person', ID.s);
  const filter: SearchFilter = {
    what,
    ...(ids.length > 0 && { ids }),
    ...(people.length > 0 && { people }),
    key: read('key', (text) => text.slice(0, 512)),
    contact: read('contact', matching(ID.c)),
    entity: read('entity', matching(NAME)),
    type: read('type', matching(NAME)),
    channel: read('channel', (text) => ((CHANNELS as readonly string[]).includes(text) ? (text as Channel) : null)),
    provider: read('provider', matching(NAME)),
    status: read('status', (text) => (statuses.includes(text) ? (text as DeliveryStatus) : null), 'not_of_these'),
    reason: read('reason', (text) => (isReason(text) ? text : null)),
    since: read('since', readMoment, 'not_a_time'),
    until: read('until', readMoment, 'not_a_time'),
    after: read('after', readPlace),
  };
  if (filter.since && filter.until && filter.since >= filter.until)
    faults.push({ field: 'until', code: 'wrong_order' });
  return { filter, faults };
}

/** The address line that gives this filter again. */
export function writeFilter(filter: SearchFilter): URLSearchParams {
  const { ids = [], people = [], since, until, after, ...rest } = filter;
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(rest)) if (value) query.set(name, value);
  if (ids.length > 0) query.set('id', ids.join());
  if (people.length > 0) query.set('person', people.join());
  if (since) query.set('since', since.toISOString());
  if (until) query.set('until', until.toISOString());
  if (after) query.set('after', writePlace(after));
  return query;
}

export const writePlace = ({ at, id }: Place): string => `${at.getTime().toString(36)}.${id}`;

function readPlace(text: string): Place | null {
  const [, moment, id] = /^([0-9a-z]{1,9})\.((?:[nd]_[0-9a-f]{32})?)$/.exec(text) ?? [];
  return moment === undefined ? null : { at: new Date(Number.parseInt(moment, 36)), id: id! };
}

/** ISO 8601 with a zone; what a form's date and time field sends, without one, is a time of Bahrain (UTC+3 all year). */
export function readMoment(text: string): Date | null {
  const [, day, time, zone] =
    /^(\d{4}-\d{2}-\d{2})(?:T(\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?))?(Z|[+-]\d{2}:\d{2})?$/.exec(text) ?? [];
  const at = new Date(`${day}T${time ?? '00:00'}${zone ?? '+03:00'}`);
  return day === undefined || Number.isNaN(at.getTime()) ? null : at;
}
