import { type FlattenedJWSInput, flattenedVerify, importJWK, type JWK } from 'jose';
import { hashOf } from '../../shared/audit/act.ts';
import { TYPE, writeJws } from './bundle.ts';
import { ALGORITHM } from './keys.ts';
import { embeddedJws, MARK } from './page.ts';
import { digestOf, sha256 } from './statement.ts';
import type { Jws, Payload } from './types.ts';

/**
 * `form`: not a bundle, or not in its one spelling. `key`: signed by a key that was not given. `signature`: not what was
 * signed. `page`: the readable page is not the signed one. `record`: the audit record is not of this statement.
 */
export type EvidenceFault = 'form' | 'key' | 'signature' | 'page' | 'record';
export type EvidenceVerdict = { ok: true; kid: string; payload: Payload } | { ok: false; fault: EvidenceFault };

const fails = (fault: EvidenceFault): EvidenceVerdict => ({ ok: false, fault });

/**
 * Verifies a bundle, JSON or page, with public keys (JWK Set) alone: no database, no network. Every byte counts: a
 * change anywhere in the file is a fault.
 */
export async function verifyBundle(file: string, { keys }: { keys: JWK[] }): Promise<EvidenceVerdict> {
  const isPage = file.startsWith('<');
  const text = isPage ? embeddedJws(file) : file.replace(/\n$/, '');
  const jws = text === null ? null : readJws(text);
  if (!jws || text === null) return fails('form');
  const kid = headerOf(jws)?.kid;
  const key = keys.find((one) => one.kid === kid);
  if (!kid || !key) return fails('key');
  const payload = await verified(jws, key);
  if (!payload) return fails('signature');
  if (isPage && sha256(file.replace(text, MARK)) !== payload.page) return fails('page');
  const { record } = payload.audit;
  const isOurs = record.details.statement === digestOf(payload.statement) && hashOf(record as never) === record.hash;
  return isOurs ? { ok: true, kid, payload } : fails('record');
}

function readJws(text: string): Jws | null {
  const { payload, protected: header, signature } = parse(text) ?? {};
  const parts = [payload, header, signature];
  // The last letter of base64url has bits that decoders ignore.
  const exact = parts.every(
    (part) => typeof part === 'string' && Buffer.from(part, 'base64url').toString('base64url') === part,
  );
  return exact && writeJws(`${header}.${payload}.${signature}`) === text
    ? { payload, protected: header, signature }
    : null;
}

const headerOf = (jws: Jws): { kid?: string; typ?: string } | null =>
  parse(Buffer.from(jws.protected, 'base64url').toString('utf8'));

async function verified(jws: Jws, key: JWK): Promise<Payload | null> {
  if (headerOf(jws)?.typ !== TYPE) return null;
  try {
    const publicKey = await importJWK({ kty: key.kty, crv: key.crv, x: key.x, y: key.y }, ALGORITHM);
    const { payload } = await flattenedVerify(jws as FlattenedJWSInput, publicKey, { algorithms: [ALGORITHM] });
    return parse(Buffer.from(payload).toString('utf8'));
  } catch {
    return null;
  }
}

function parse(text: string): ReturnType<typeof JSON.parse> {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
