/**
 * What `receipt.evidence` holds once opened (sealing context `evidence`).
 * `recipient` is the address the provider named, null when it named none; `recipients` is how many the report was about.
 */
export type Evidence = {
  source: string;
  recipient: string | null;
  recipients: number;
  raw: string;
  truncated: boolean;
};

// All receipts of one report together stay far below what Kafka takes in one batch (1 MB by default).
const MAX_RAW = 32 * 1024;
const MIN_RAW = 2 * 1024;

/** The text to be sealed: raw evidence is cut at 32 KiB, less when a report about many is repeated for each of them. */
export function writeEvidence(evidence: Omit<Evidence, 'truncated'>): string {
  const { raw, recipients } = evidence;
  const limit = Math.max(MIN_RAW, Math.floor(MAX_RAW / Math.max(1, recipients)));
  return JSON.stringify({ ...evidence, raw: raw.slice(0, limit), truncated: raw.length > limit });
}

/** Reads what `writeEvidence` wrote; null for anything else. */
export function readEvidence(opened: string): Evidence | null {
  try {
    const value = JSON.parse(opened);
    return typeof value?.raw === 'string' && typeof value.recipients === 'number' ? value : null;
  } catch {
    return null;
  }
}

/**
 * Whether a receipt is about this address, the canonical one of the delivery's contact. A delivery has one recipient, so
 * a report about one is about it, also when a forwarding server named another. A report about several gives a receipt
 * each, and only the one that names our address may touch the contact. Case is ignored: servers change it.
 */
export function concerns(evidence: Evidence, address: string): boolean {
  if (evidence.recipients <= 1 || evidence.recipient === null) return true;
  return evidence.recipient.trim().toLowerCase() === address.trim().toLowerCase();
}
