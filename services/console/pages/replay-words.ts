import { REASONS, type Reason } from '../../../contracts/status.ts';
import type { Visit } from '../kit/types.ts';
import type { ReplayJob } from '../replay/types.ts';

const OWN_REASONS = new Set(['none', 'never_replay', 'already_delivered', 'under_way', 'no_content']);

type Row = { name: { key: string } | null; text: Record<string, string> | null; count: string; order: number };

/** The counts of a plan, as tables: largest first. */
export function tablesOf({ plan, letters }: ReplayJob, visit: Visit) {
  const { catalogue } = visit.context;
  const entityName = (entity: string) => ({
    en: entity,
    ...catalogue.entities.find((one) => one.entity === entity)?.title,
  });
  const rows = (counts: Record<string, number>, name: (key: string) => Pick<Row, 'name' | 'text'>): Row[] =>
    Object.entries(counts)
      .map(([key, count]) => ({ ...name(key), count: number(count, visit), order: count }))
      .toSorted((a, b) => b.order - a.order);
  const byKey = (prefix: string) => (key: string) => ({ name: { key: `${prefix}${key}` }, text: null });
  const byReason = (key: string) =>
    OWN_REASONS.has(key) ? byKey('replay.reason.')(key) : { name: null, text: letters ? { en: key } : reasonOf(key) };
  return [
    { key: letters ? 'dead.job.table.refused' : 'replay.table.refused', rows: rows(plan.refused, byReason) },
    { key: letters ? 'dead.job.table.reason' : 'replay.table.reason', rows: rows(plan.byReason, byReason) },
    { key: 'replay.table.later', rows: rows(plan.later, byReason) },
    { key: 'replay.table.entity', rows: rows(plan.byEntity, (key) => ({ name: null, text: entityName(key) })) },
    { key: 'replay.table.channel', rows: rows(plan.byChannel, byKey('channel.')) },
    { key: 'replay.table.status', rows: rows(plan.byStatus, byKey('search.status.')) },
  ]
    .filter((table) => table.rows.length > 0)
    .map((table, at) => ({ ...table, id: `table-${at}` }));
}

/** A filter as facts: what is looked for, in words. */
export function filterWords({ filter, letters }: ReplayJob, { context, language }: Visit) {
  const { ids, entity, type, channel, provider, reason, since, until } = filter;
  const { entities } = context.catalogue;
  const entry = type ? context.catalogue.type(type) : null;
  const said = (value: string) => ({ en: value, [language.code]: value });
  return [
    { key: 'dead.job.what', text: letters && said(language.text.plain('dead.title')) },
    { key: 'dead.reason', text: letters?.reason && said(letters.reason) },
    { key: 'dead.topic', text: letters?.topic && said(letters.topic) },
    { key: 'dead.job.ids', text: letters?.ids && said(String(letters.ids.length)) },
    { key: 'replay.entity', text: entity && (entities.find((one) => one.entity === entity)?.title ?? said(entity)) },
    { key: 'replay.type', text: type && (entry?.type.title ?? said(type)) },
    { key: 'replay.channel', text: channel && said(language.text.plain(`channel.${channel}`)) },
    { key: 'replay.provider', text: provider && said(provider) },
    { key: 'replay.reason', text: reason && reasonOf(reason) },
    { key: 'replay.since', at: since },
    { key: 'replay.until', at: until },
    { key: 'replay.ids', text: ids && said(String(ids.length)) },
  ]
    .filter(({ text, at }) => text !== undefined || at !== undefined)
    .map(({ key, text = null, at = null }) => ({ key, text: text || null, at }));
}

export const reasonOf = (reason: string | null): Record<string, string> | null =>
  reason === null
    ? null
    : reason in REASONS
      ? { en: REASONS[reason as Reason].en, ar: REASONS[reason as Reason].ar }
      : { en: reason };

export const shortId = (id: string): string => `${id.slice(0, 10)}…`;

export const number = (value: number, { language }: Visit): string =>
  new Intl.NumberFormat(`${language.locale}-u-nu-latn`).format(value);
