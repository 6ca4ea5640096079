import type { Sealer } from '../shared/crypto/field.ts';
import type { Webhook } from '../shared/ledger/types.ts';
import { newKey, type SignatureKind, shownKey } from './sign.ts';

/** How long the key before still signs after a rotation, beside the new one. */
const OVERLAP_MS = 24 * 3_600_000;

export type NewKey = { key: { key: string; endsAt: null }; shown: ReturnType<typeof shownKey> };

/** A new key, sealed for the ledger, and what the entity is shown of it, once. */
export function createKey(kind: SignatureKind, sealer: Sealer): NewKey {
  const plain = newKey(kind);
  return { key: { key: sealer.seal(plain, 'webhook'), endsAt: null }, shown: shownKey(plain) };
}

/** The keys after a rotation: the new one, and the one before until its time is over. */
export function rotated(secrets: Webhook['secrets'], added: NewKey['key'], now: Date): Webhook['secrets'] {
  const [before] = secrets;
  return [added, ...(before ? [{ key: before.key, endsAt: new Date(now.getTime() + OVERLAP_MS) }] : [])];
}

/** The keys that sign at this moment, newest first. */
export const signingKeys = (secrets: Webhook['secrets'], now: Date, sealer: Sealer): string[] =>
  secrets.filter(({ endsAt }) => endsAt === null || endsAt > now).map(({ key }) => sealer.open(key, 'webhook'));
