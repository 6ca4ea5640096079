import type { Catalogue } from '../../shared/catalogue.ts';
import { done, type Fault, invalid, type Result } from '../result.ts';
import { type PageInput, readPage } from './page.ts';

export const BOXES = ['all', 'inbox', 'archive', 'unread'] as const;

/** Which notices: content is sealed, so words are looked for in titles, entities, references and case numbers. */
export type InboxFilter = {
  box: (typeof BOXES)[number];
  entity: string | null;
  /** Both inclusive. */
  from: Date | null;
  to: Date | null;
  words: string | null;
};

export const EVERYTHING: InboxFilter = { box: 'all', entity: null, from: null, to: null, words: null };

const DAY_MS = 86_400_000;
const NAMES = ['box', 'entity', 'from', 'to', 'q'];

/** Reads `?limit=&after=&box=&entity=&from=&to=&q=`; days are `2026-11-24`, read on Bahrain's clock. */
export function readInboxQuery(
  query: Record<string, unknown>,
  catalogue: Catalogue,
): Result<PageInput & { filter: InboxFilter }> {
  const own = Object.fromEntries(NAMES.flatMap((name) => (name in query ? [[name, query[name]]] : [])));
  const rest = Object.fromEntries(Object.entries(query).filter(([name]) => !NAMES.includes(name)));
  const page = readPage(rest);
  const types = NAMES.flatMap((name): Fault[] =>
    own[name] === undefined || typeof own[name] === 'string' ? [] : [{ pointer: `?${name}`, code: 'wrong_type' }],
  );
  if (types.length > 0) return invalid(types);
  const { box = 'all', entity, from, to, q } = own as Record<string, string>;
  const faults: Fault[] = [
    ...(page.ok ? [] : (page.faults ?? [])),
    ...(BOXES.some((one) => one === box) ? [] : [choice('box')]),
    ...(!entity || catalogue.entities.some((one) => one.entity === entity) ? [] : [choice('entity')]),
    ...(['from', 'to'] as const).filter((name) => own[name] && !dayOf(String(own[name]))).map(choice),
    ...(q && q.length > 100 ? [choice('q')] : []),
  ];
  if (faults.length > 0 || !page.ok) return invalid(faults);
  const end = to ? dayOf(to) : null;
  return done({
    ...page.value,
    filter: {
      box: box as InboxFilter['box'],
      entity: entity || null,
      from: from ? dayOf(from) : null,
      to: end && new Date(end.getTime() + DAY_MS - 1),
      words: q?.trim() || null,
    },
  });
}

const choice = (name: string): Fault => ({ pointer: `?${name}`, code: 'not_a_choice' });

/** Midnight in Bahrain, which has no summer time. */
function dayOf(text: string): Date | null {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return null;
  const at = new Date(`${text}T00:00:00+03:00`);
  // 30 February would become 2 March.
  return Number.isNaN(at.getTime()) || new Date(at.getTime() + 3 * 3_600_000).toISOString().slice(0, 10) !== text
    ? null
    : at;
}
