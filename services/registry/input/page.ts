import { done, type Fault, invalid, type Result } from '../result.ts';

/** Where a page of the inbox starts: after this notification, in the order newest first. */
export type PageInput = { limit: number; after: { at: Date; id: string } | null };

/** Reads `?limit=&after=`; every parameter once, nothing else: `?after[$ne]=x` and `?limit=1&limit=2` are refused. */
export function readPage(query: Record<string, unknown>): Result<PageInput> {
  const faults = Object.entries(query).flatMap(([name, value]): Fault[] => {
    if (name !== 'limit' && name !== 'after') return [{ pointer: `?${name.slice(0, 60)}`, code: 'unknown_member' }];
    return typeof value === 'string' ? [] : [{ pointer: `?${name}`, code: 'wrong_type' }];
  });
  if (faults.length > 0) return invalid(faults);
  const limit = query.limit === undefined ? 20 : Number(query.limit);
  if (!Number.isInteger(limit) || limit < 1 || limit > 100)
    return invalid([{ pointer: '?limit', code: 'not_a_choice' }]);
  if (query.after === undefined) return done({ limit, after: null });
  const after = readCursor(String(query.after));
  return after ? done({ limit, after }) : invalid([{ pointer: '?after', code: 'not_a_choice' }]);
}

/** An opaque place in the inbox. */
export const writeCursor = (at: Date, id: string): string => Buffer.from(`${at.getTime()}.${id}`).toString('base64url');

function readCursor(text: string): { at: Date; id: string } | null {
  const parts = /^([0-9]{1,15})\.(n_[0-9a-f]{32})$/.exec(
    Buffer.from(text.slice(0, 100), 'base64url').toString('latin1'),
  );
  return parts ? { at: new Date(Number(parts[1])), id: parts[2] ?? '' } : null;
}
