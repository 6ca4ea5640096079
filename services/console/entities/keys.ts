import { createKeyStore } from '../../shared/keys.ts';
import type { ApiKey } from '../../shared/ledger/types.ts';
import { recordAct } from '../acts.ts';
import { EntityError } from './errors.ts';
import { changeable, type EntityTools } from './tools.ts';

/** As operators see a key; its secret is nowhere. */
export type KeyHead = {
  id: string;
  kind: ApiKey['kind'];
  createdAt: Date;
  state: 'in_use' | 'ending' | 'ended' | 'revoked';
  /** When it was revoked, or ends because another took its place. */
  until: Date | null;
};
type Tools = Pick<EntityTools, 'catalogue' | 'ledger' | 'clock'>;
type Who = { by: string; because: string };

const DAY_MS = 86_400_000;
/** A key that was replaced goes on so long, so that whoever uses it can change without a gap. */
export const OVERLAP_DAYS = { usual: 7, most: 90 } as const;

/** The keys of an entity, newest first, without their secrets. */
export async function keysOf(entity: string, { ledger, clock }: Omit<Tools, 'catalogue'>): Promise<KeyHead[]> {
  const found = await ledger.apiKeys.find({ entity }).sort({ createdAt: -1, _id: 1 }).lean<ApiKey[]>();
  return found.map(({ _id: id, kind, createdAt, revokedAt, endsAt = null }) => {
    const ended = endsAt !== null && endsAt <= clock();
    const state = revokedAt ? 'revoked' : ended ? 'ended' : endsAt ? 'ending' : 'in_use';
    return { id, kind, createdAt, state, until: revokedAt ?? endsAt };
  });
}

/**
 * Makes a key, which is given once and stored nowhere. The act is written first. Throws EntityError: the platform itself
 * has no keys, because one would let an entity send codes in its name.
 */
export async function makeKey(
  { entity, kind }: Pick<ApiKey, 'entity' | 'kind'>,
  { by, because }: Who,
  tools: Tools,
): Promise<{ key: string; keyId: string }> {
  changeable(entity, tools);
  await recordAct(tools.ledger, { kind: 'key_create', by, because, details: { entity, kind } }, tools.clock());
  const { key, doc } = await storeOf(tools).createKey({ entity, kind });
  return { key, keyId: doc._id };
}

/** Makes the key that takes the place of another, which ends after `overlapDays`. The act is written first. Throws EntityError. */
export async function replaceKey(
  { entity, keyId, overlapDays }: { entity: string; keyId: string; overlapDays: number },
  { by, because }: Who,
  tools: Tools,
): Promise<{ key: string; keyId: string; kind: ApiKey['kind']; endsAt: Date }> {
  changeable(entity, tools);
  await keyInUse(entity, keyId, tools);
  const details = { entity, keyId, overlapDays };
  await recordAct(tools.ledger, { kind: 'key_rotate', by, because, details }, tools.clock());
  const made = await storeOf(tools).rotateKey(keyId, entity, overlapDays * DAY_MS);
  if (!made) throw new EntityError('changed_meanwhile', `the key ${keyId} was replaced or revoked a moment ago`);
  return { key: made.key, keyId: made.doc._id, kind: made.doc.kind, endsAt: made.endsAt };
}

/** Revokes a key for good. The act is written first. Throws EntityError. */
export async function dropKey(
  { entity, keyId }: { entity: string; keyId: string },
  { by, because }: Who,
  tools: Tools,
): Promise<void> {
  changeable(entity, tools);
  await keyInUse(entity, keyId, tools, ['in_use', 'ending']);
  await recordAct(tools.ledger, { kind: 'key_revoke', by, because, details: { entity, keyId } }, tools.clock());
  if (!(await storeOf(tools).revokeKey(keyId)))
    throw new EntityError('changed_meanwhile', `the key ${keyId} was revoked a moment ago`);
}

/** Throws EntityError `unknown_key` for a key of another entity, or one whose time is over. */
export async function keyInUse(
  entity: string,
  keyId: string,
  tools: Tools,
  states: KeyHead['state'][] = ['in_use'],
): Promise<KeyHead> {
  const found = (await keysOf(entity, tools)).find(({ id }) => id === keyId);
  if (!found) throw new EntityError('unknown_key', `${entity} has no key ${keyId}`);
  if (!states.includes(found.state))
    throw new EntityError('unknown_key', `the key ${keyId} was replaced or revoked before`);
  return found;
}

const storeOf = ({ ledger, clock }: Tools) => createKeyStore({ ledger, now: () => clock().getTime() });
