import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';

/** Who did it: an opaque id (`s_...`, a login name, a key id), never a national number. */
export type Actor = { id: string; role: 'operator' | 'person' | 'delegate' | 'desk' | 'officer' | 'entity' | 'system' };

/** What somebody did, to what, and why. */
export type Act = {
  actor: Actor;
  /** Such as `replay` or `mandate_accepted`. */
  act: string;
  /** Ids of what it was done to: subscribers, contacts, keys, mandates. An index finds acts by them. */
  targets: string[];
  reason: string;
  /** Ids, filters and counts in the clear; never content. */
  details?: Record<string, unknown>;
  /** Sealed text, for what may only be read with the key ring. */
  sealed?: string | null;
};

/** One link of the chain. `_id` is its place, from 1 without a gap; `prev` the hash of the one before. */
export type AuditRecord = Required<Act> & {
  _id: number;
  at: Date;
  /** Random: tells a writer whose connection broke whether the record under this number is its own. */
  nonce: string;
  prev: string;
  hash: string;
};

/** What stands in place of `prev` in the first record. */
export const GENESIS = '0'.repeat(64);

/** SHA-256, in hex, over the canonical JSON (RFC 8785) of everything in a record but the hash itself. */
export function hashOf({ hash: _, ...content }: Omit<AuditRecord, 'hash'> & { hash?: string }): string {
  // Through JSON first, so that what is hashed is what the database gives back: dates as text, nothing undefined.
  const plain = JSON.parse(JSON.stringify(content));
  return createHash('sha256').update(canonicalize(plain)!).digest('hex');
}
