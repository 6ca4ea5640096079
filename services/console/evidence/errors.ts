/** The file of keys is missing or holds no private key. The message names the file. */
export class EvidenceKeyError extends Error {
  readonly code = 'evidence_keys';
  readonly retryable = false;
}
