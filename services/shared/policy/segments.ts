import { AREAS, type Area, type Subscriber } from '../ledger/types.ts';

/** The audiences that `audience:<segment>` can name, and which subscribers belong to each. */
const SEGMENTS: Record<string, Partial<Pick<Subscriber, 'kind' | 'language'>>> = {
  all: {},
  persons: { kind: 'person' },
  companies: { kind: 'company' },
  'cr-holders': { kind: 'company' },
  'language-ar': { language: 'ar' },
  'language-en': { language: 'en' },
};
/** `subscribed-<category>`: those who said yes to a category of their own accord. */
const SUBSCRIBED = /^subscribed-([a-z][a-z0-9-]*)$/;

/** `area-<area>`: those who said that they live there. */
const AREA = /^area-([a-z]+)$/;

export type SegmentFilter =
  | Partial<Pick<Subscriber, 'kind' | 'language'>>
  | { area: Area }
  | { preferences: { $elemMatch: { category: string; allow: true } } };

/** The ledger filter of a segment, or null when there is no such segment. */
export function segmentFilter(segment: string): SegmentFilter | null {
  if (Object.hasOwn(SEGMENTS, segment)) return SEGMENTS[segment]!;
  const area = AREA.exec(segment)?.[1];
  if (area) return AREAS.includes(area as Area) ? { area: area as Area } : null;
  const category = SUBSCRIBED.exec(segment)?.[1];
  return category ? { preferences: { $elemMatch: { category, allow: true } } } : null;
}
