import { readMoment } from '../search/filter.ts';
import type { ActFilter } from './list.ts';

const FORMS = {
  act: /^[a-z0-9_.-]{1,60}$/,
  by: /^[\w.@:-]{1,120}$/,
  target: /^[\w.:-]{1,120}$/,
};

/** The filter of an address line, what of it cannot be read, and the fields as they were typed. Pure. */
export function readActFilter(query: Record<string, string>) {
  const { act = '', by = '', target = '', since = '', until = '', before = '' } = query;
  const typed = { act: act.trim(), by: by.trim(), target: target.trim(), since, until };
  const faults: string[] = [];
  const text = (name: keyof typeof FORMS) => {
    if (typed[name] === '') return undefined;
    if (!FORMS[name].test(typed[name])) faults.push(name);
    return typed[name];
  };
  const moment = (name: 'since' | 'until') => {
    const at = typed[name] === '' ? undefined : readMoment(typed[name]);
    if (at === null) faults.push(name);
    return at ?? undefined;
  };
  const filter: ActFilter = {
    ...{ act: text('act'), by: text('by'), target: text('target'), since: moment('since'), until: moment('until') },
    before: /^[1-9]\d{0,11}$/.test(before) ? Number(before) : undefined,
  };
  return { filter, faults, typed };
}

/** The address line that gives this filter again. */
export function writeActFilter({ since, until, before, ...rest }: ActFilter): URLSearchParams {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(rest)) if (value) query.set(name, value);
  if (since) query.set('since', since.toISOString());
  if (until) query.set('until', until.toISOString());
  if (before !== undefined) query.set('before', String(before));
  return query;
}
