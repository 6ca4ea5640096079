import type { AuditRecord } from '../../shared/audit/act.ts';
import type { Statement } from './statement.ts';

/** A JWS in flattened JSON form (RFC 7515, 7.2.2), without an unprotected header. */
export type Jws = { payload: string; protected: string; signature: string };

/** An act of the audit trail by its place and hash. */
type ActRef = { seq: number; at: string; act: string; hash: string };
export type Audit = {
  /** The whole record of this export: it names the digest of the statement, and its hash is part of the chain. */
  record: ReturnType<typeof JSON.parse> & Omit<AuditRecord, 'at'> & { at: string };
  /** What operators did to the notice before. */
  acts: ActRef[];
};
/** What is signed. `page` is the SHA-256 of the readable page without its signature. */
export type Payload = { statement: Statement; audit: Audit; page: string };
