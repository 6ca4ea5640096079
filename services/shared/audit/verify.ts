import type { Ledger } from '../ledger/index.ts';
import { type AuditRecord, GENESIS, hashOf } from './act.ts';
import type { Anchor } from './anchor.ts';
import { auditOf } from './append.ts';

/**
 * What is wrong with a chain: a record is `missing` (a gap), was `changed` (its hash does not fit its content),
 * `relinked` (it does not follow the one before), `truncated` (an anchor names a later one) or `rewritten` (another
 * hash than its anchor's: the chain was made anew from there).
 */
export type ChainFault = 'missing' | 'changed' | 'relinked' | 'truncated' | 'rewritten';

export type Verdict =
  | { ok: true; checked: number; head: { seq: number; hash: string } | null }
  | { ok: false; checked: number; seq: number; fault: ChainFault };

export type VerifyOptions = {
  /** First record to check, 1 when left out; the link of an earlier one is then taken as it stands. */
  from?: number;
  /** Heads that were kept outside of the database; without one an end that was cut off cannot be seen. */
  anchors?: Anchor[];
};

/** Reads the chain in order, one record at a time, and stops at the first fault. */
export async function verifyChain(
  ledger: Pick<Ledger, 'connection'>,
  { from = 1, anchors = [] }: VerifyOptions = {},
): Promise<Verdict> {
  const anchored = new Map(anchors.map(({ seq, hash }) => [seq, hash]));
  let before: { seq: number; hash: string } | null = null;
  let checked = 0;
  for await (const record of auditOf(ledger).find({ _id: { $gte: from } }, { sort: { _id: 1 } })) {
    const fault = faultOf(record, before ?? { seq: from - 1, hash: from === 1 ? GENESIS : record.prev });
    if (fault) return { ok: false, checked, ...fault };
    const kept = anchored.get(record._id);
    if (kept !== undefined && kept !== record.hash) return { ok: false, checked, seq: record._id, fault: 'rewritten' };
    before = { seq: record._id, hash: record.hash };
    checked += 1;
  }
  const last = before?.seq ?? from - 1;
  const cut = anchors.find(({ seq }) => seq > last);
  if (cut) return { ok: false, checked, seq: last + 1, fault: 'truncated' };
  return { ok: true, checked, head: before };
}

function faultOf(
  record: AuditRecord,
  before: { seq: number; hash: string },
): { seq: number; fault: ChainFault } | null {
  if (record._id !== before.seq + 1) return { seq: before.seq + 1, fault: 'missing' };
  if (hashOf(record) !== record.hash) return { seq: record._id, fault: 'changed' };
  if (record.prev !== before.hash) return { seq: record._id, fault: 'relinked' };
  return null;
}
