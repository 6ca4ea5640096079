import { CHANNELS, type Channel, isReason } from '../../../contracts/status.ts';
import type { Catalogue } from '../../shared/catalogue.ts';
import type { ReplayFilter } from './types.ts';

type FilterFault = { field: keyof ReplayFilter; code: 'not_known' | 'not_a_time' | 'wrong_order' | 'not_an_id' };
export type ReadFilter = { filter: ReplayFilter; faults: FilterFault[] };

const BAHRAIN = '+03:00';
export const MOST_IDS = 1_000;

/** A filter from the fields of a form or a query, with everything that is wrong with it. Times are of Bahrain. Pure. */
export function readReplayFilter(
  fields: Record<string, string | undefined>,
  { entities, type }: Pick<Catalogue, 'entities' | 'type'>,
): ReadFilter {
  const faults: FilterFault[] = [];
  const one = <T>(
    field: keyof ReplayFilter,
    read: (text: string) => T | null,
    code: FilterFault['code'] = 'not_known',
  ) => {
    const text = fields[field]?.trim() ?? '';
    if (text === '') return undefined;
    const value = read(text);
    if (value === null) faults.push({ field, code });
    return value ?? undefined;
  };
  const filter: ReplayFilter = {
    ids: one('ids', readIds, 'not_an_id'),
    entity: one('entity', (text) => (entities.some(({ entity }) => entity === text) ? text : null)),
    type: one('type', (text) => (type(text) ? text : null)),
    channel: one('channel', (text) => (CHANNELS.includes(text as Channel) ? (text as Channel) : null)),
    provider: one('provider', (text) => (/^[a-z0-9][a-z0-9_.-]{0,39}$/.test(text) ? text : null)),
    reason: one('reason', (text) => (isReason(text) ? text : null)),
    since: one('since', readTime, 'not_a_time'),
    until: one('until', readTime, 'not_a_time'),
  };
  const { since, until } = filter;
  if (since && until && since >= until) faults.push({ field: 'until', code: 'wrong_order' });
  return { filter, faults };
}

function readIds(text: string): string[] | null {
  const ids = [...new Set(text.split(/[\s,;]+/).filter(Boolean))];
  return ids.length <= MOST_IDS && ids.every((id) => /^d_[0-9a-f]{32}$/.test(id)) ? ids : null;
}

/** `2026-11-24T09:00`, as a browser's field for a date and a time sends it. */
function readTime(text: string): Date | null {
  const at = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?$/.test(text) ? new Date(`${text}${BAHRAIN}`) : null;
  return at && !Number.isNaN(at.getTime()) ? at : null;
}
