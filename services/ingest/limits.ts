/** What one request may carry. Sizes are bytes after decompression. */
export const LIMITS = {
  eventBytes: 256 * 1024,
  batchBytes: 1024 * 1024,
  batchEvents: 100,
  /** Characters of one sealed event: base64url of a full event, with room; far below the broker's 1 MiB a record. */
  sealedChars: 400 * 1024,
} as const;
