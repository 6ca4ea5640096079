import type { Ledger } from '../../shared/ledger/index.ts';
import type { SearchFilter } from './filter.ts';

/** Conditions of an index that begins with a key; `few`: only a handful of notices can share it. */
export type Bounds = { keyed: false; few: false } | { keyed: true; query: Record<string, unknown>; few: boolean };

type Notices = Pick<Ledger, 'notifications'>;

/** The index conditions of a filter's ids, people or key; null when nothing has that key. */
export async function keyBounds({ ids, people, key }: SearchFilter, ledger: Notices): Promise<Bounds | null> {
  const query: Record<string, unknown> = {
    ...(ids && { _id: { $in: ids.toSorted() } }),
    ...(people && { subscriberId: people.length === 1 ? people[0] : { $in: people } }),
  };
  if (!key) return ids || people ? { keyed: true, query, few: ids !== undefined } : { keyed: false, few: false };
  const bounds = await boundsOfKey(key, ledger);
  return bounds && { keyed: true, query: { ...query, ...bounds.query }, few: bounds.few };
}

/** As a reference first, then as an event's id, then as a case. */
async function boundsOfKey(key: string, { notifications }: Notices) {
  const digits = readReference(key);
  const readings = [
    ...(digits ? [{ query: { _id: rangeOf(digits) }, few: true }] : []),
    // An audience's notices share one event: there may be a million of them.
    { query: { eventId: key }, few: false },
    { query: { correlationId: key }, few: true },
  ];
  for (const reading of readings) {
    if (await notifications.exists(reading.query as object)) return reading;
  }
  return null;
}

/** Ids of the notices that a key names, few at most; for keys that may not stand in an address line. */
export async function idsOfKey(key: string, ledger: Notices, most: number): Promise<string[]> {
  const bounds = await boundsOfKey(key, ledger);
  if (!bounds) return [];
  const found = await ledger.notifications
    .find(bounds.query as object, '_id')
    .limit(most)
    .lean<{ _id: string }[]>();
  return found.map(({ _id }) => _id);
}

/** Eight hex digits as messages show them (`AB12-CD34`), in lower case; null for anything else. */
function readReference(text: string): string | null {
  const digits = text.replace(/[\s\p{Pd}]/gu, '').toLowerCase();
  return /^[0-9a-f]{8}$/.test(digits) ? digits : null;
}

const rangeOf = (digits: string) => ({ $gte: `n_${digits}`, $lte: `n_${digits}${'f'.repeat(24)}` });
