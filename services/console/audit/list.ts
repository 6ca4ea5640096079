import type { AuditRecord } from '../../shared/audit/act.ts';
import { auditOf } from '../../shared/audit/append.ts';
import type { Ledger } from '../../shared/ledger/index.ts';

export type ActFilter = {
  /** What was done, who did it, or to what. */
  act?: string;
  by?: string;
  target?: string;
  since?: Date;
  until?: Date;
  /** Only records before this number. */
  before?: number;
};
/** `complete` false: time ran out; every record after `lookedBackTo` was looked at. */
export type Acts = { records: AuditRecord[]; next: number | null; complete: boolean; lookedBackTo: number };

const FIRST_STEP = 500;
const BUDGET_MS = 5_000;

/**
 * Records of the audit trail, newest first. Looks back step by step over their numbers, which are the index that every
 * trail has; those of one target come from its own index.
 */
export async function listActs(
  filter: ActFilter,
  limit: number,
  ledger: Pick<Ledger, 'connection'>,
  budgetMs = BUDGET_MS,
): Promise<Acts> {
  const { act, by, target, since, until } = filter;
  const at = { ...(since && { $gte: since }), ...(until && { $lt: until }) };
  const conditions = {
    ...(act && { act }),
    ...(by && { 'actor.id': by }),
    ...(target && { targets: target }),
    ...((since || until) && { at }),
  };
  const head = await auditOf(ledger).findOne({}, { sort: { _id: -1 }, projection: { _id: 1 } });
  const records: AuditRecord[] = [];
  const started = performance.now();
  let to = Math.min(filter.before ?? Number.POSITIVE_INFINITY, (head?._id ?? 0) + 1);
  for (let step = target ? Number.POSITIVE_INFINITY : FIRST_STEP; to > 1 && records.length <= limit; step *= 4) {
    if (performance.now() - started > budgetMs) return { records, next: to, complete: false, lookedBackTo: to };
    const from = Math.max(1, to - step);
    const found = await auditOf(ledger)
      .find({ ...conditions, _id: { $gte: from, $lt: to } } as object)
      .sort({ _id: -1 })
      .limit(limit + 1 - records.length)
      .toArray();
    records.push(...found);
    to = from;
    // The trail is in order of time: nothing before the beginning that is asked for.
    if (since && found.length === 0 && (await isBefore(ledger, from, since))) to = 1;
  }
  const kept = records.slice(0, limit);
  const more = records.length > limit;
  return { records: kept, next: more ? kept.at(-1)!._id : null, complete: true, lookedBackTo: more ? to : 1 };
}

async function isBefore(ledger: Pick<Ledger, 'connection'>, seq: number, since: Date): Promise<boolean> {
  const record = await auditOf(ledger).findOne({ _id: seq }, { projection: { at: 1 } });
  return record !== null && record.at < since;
}
