import { randomUUID } from 'node:crypto';
import { isDuplicateKey, isTransient, type Ledger } from '../ledger/index.ts';
import { type Act, type AuditRecord, GENESIS, hashOf } from './act.ts';

type AuditLedger = Pick<Ledger, 'connection'>;

const TRIES = 200;
const LONGEST_WAIT_MS = 50;

/**
 * Puts an act at the end of the chain, before the act is done: when this throws, the act must not happen. The insert of
 * the next number is the compare-and-set on the head: of several writers one gets it, the others look again.
 */
export async function appendAct(ledger: AuditLedger, act: Act, at = new Date()): Promise<AuditRecord> {
  const nonce = randomUUID();
  for (let n = 1; ; n += 1) {
    const record = await nextRecord(ledger, act, nonce, at);
    try {
      await auditOf(ledger).insertOne(record);
      return record;
    } catch (error) {
      if (!isDuplicateKey(error) && !isTransient(error)) throw error;
      const there = await auditOf(ledger).findOne({ _id: record._id });
      if (there?.nonce === nonce) return there;
      // A duplicate key with nobody under this number is that of another index: a fault, not a race.
      if (n >= TRIES || (isDuplicateKey(error) && !there)) throw error;
      await new Promise((resolve) => setTimeout(resolve, Math.random() * Math.min(2 * n, LONGEST_WAIT_MS)));
    }
  }
}

/** The last record, or null while there is none. */
export const headOf = (ledger: AuditLedger): Promise<AuditRecord | null> =>
  auditOf(ledger).findOne({}, { sort: { _id: -1 } });

/** What was done to one thing, newest first. */
export const actsOn = (ledger: AuditLedger, target: string, limit = 100): Promise<AuditRecord[]> =>
  auditOf(ledger)
    .find({ targets: { $eq: target } })
    .sort({ _id: -1 })
    .limit(limit)
    .toArray();

/** Makes sure of the index behind `actsOn`; rejects when it cannot be made. */
export async function ensureAuditIndex(ledger: AuditLedger): Promise<void> {
  await auditOf(ledger).createIndex({ targets: 1, _id: -1 }, { name: 'audit_targets' });
}

/** The collection `audit`. Only this folder writes to it, and it only inserts. */
export const auditOf = ({ connection }: AuditLedger) => connection.collection<AuditRecord>('audit');

async function nextRecord(ledger: AuditLedger, act: Act, nonce: string, at: Date): Promise<AuditRecord> {
  const head = await headOf(ledger);
  const content = {
    _id: (head?._id ?? 0) + 1,
    at,
    actor: { id: act.actor.id, role: act.actor.role },
    act: act.act,
    targets: act.targets,
    reason: act.reason,
    details: JSON.parse(JSON.stringify(act.details ?? {})),
    sealed: act.sealed ?? null,
    nonce,
    prev: head?.hash ?? GENESIS,
  };
  return { ...content, hash: hashOf(content) };
}
