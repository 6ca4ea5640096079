import { CompactSign, importJWK } from 'jose';
import { ALGORITHM, type SigningKeys } from './keys.ts';
import { MARK, readablePage } from './page.ts';
import { type Statement, sha256 } from './statement.ts';
import type { Audit, Payload } from './types.ts';

export const TYPE = 'notifyme-evidence+jws';

export type Bundle = { json: string; html: string; payload: Payload };

/** Signs a statement and its audit record, and writes both forms: the JWS alone, and a page to read that holds it. */
export async function makeBundle(statement: Statement, audit: Audit, { keys: [key] }: SigningKeys): Promise<Bundle> {
  const page = await readablePage(statement, audit);
  const payload: Payload = { statement, audit, page: sha256(page) };
  const compact = await new CompactSign(Buffer.from(JSON.stringify(payload)))
    .setProtectedHeader({ alg: ALGORITHM, kid: key.kid, typ: TYPE })
    .sign(await importJWK(key, ALGORITHM));
  const json = writeJws(compact);
  return { payload, json: `${json}\n`, html: page.replace(MARK, json) };
}

/** The one spelling of a JWS, so that any other byte is a change. */
export function writeJws(compact: string): string {
  const [header, payload, signature] = compact.split('.');
  return JSON.stringify({ payload, protected: header, signature });
}
