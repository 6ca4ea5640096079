import { hash, randomBytes, randomInt, timingSafeEqual } from 'node:crypto';
import type { Ledger } from './ledger/index.ts';
import type { ApiKey } from './ledger/types.ts';

export type Caller = { entity: string; kind: 'live' | 'test'; keyId: string };
export type KeyStore = ReturnType<typeof createKeyStore>;

const FORM = /^Bearer nk_(live|test)_([a-z0-9]{16})_([A-Za-z0-9_-]{43})$/;
const CACHE_MS = 10_000;
const CACHE_ENTRIES = 10_000;

/**
 * Keys of entities: `nk_<live|test>_<key id>_<secret>`. The secret is 256 random bits, so that a plain SHA-256 of it
 * can be stored: there is nothing to guess. A revoked key stops working within 10 s in every process; one that was
 * replaced stops at the moment that was set, in all of them.
 */
export function createKeyStore({ ledger, now = Date.now }: { ledger: Pick<Ledger, 'apiKeys'>; now?: () => number }) {
  const cache = new Map<string, { doc: ApiKey | null; at: number }>();

  return {
    createKey,

    /**
     * Makes the key that takes the place of another of its kind, which goes on for `overlapMs`. Null when that one is
     * unknown, revoked, or was replaced before. A crash in between leaves two keys that work: nobody is locked out.
     */
    async rotateKey(
      keyId: string,
      entity: string,
      overlapMs: number,
    ): Promise<{ key: string; doc: ApiKey; endsAt: Date } | null> {
      const inUse = { _id: keyId, entity, revokedAt: null, endsAt: null };
      const old = await ledger.apiKeys.findOne(inUse).lean<ApiKey>();
      if (!old) return null;
      const made = await createKey(old);
      const endsAt = new Date(now() + overlapMs);
      const { modifiedCount } = await ledger.apiKeys.updateOne(inUse, { $set: { endsAt } });
      cache.delete(keyId);
      if (modifiedCount === 1) return { ...made, endsAt };
      // Somebody else replaced or revoked it meanwhile: nobody was shown the new one yet.
      await ledger.apiKeys.deleteMany({ _id: made.doc._id });
      return null;
    },

    /** Revokes a key for good; false when there is no such key or it was revoked before. */
    async revokeKey(keyId: string): Promise<boolean> {
      const { modifiedCount } = await ledger.apiKeys.updateOne(
        { _id: keyId, revokedAt: null },
        { $set: { revokedAt: new Date(now()) } },
      );
      cache.delete(keyId);
      return modifiedCount === 1;
    },

    /** Who is calling, by the Authorization header; null for a missing, misspelt, unknown or revoked key. */
    async authenticate(header: string | undefined): Promise<Caller | null> {
      const [, kind, keyId, secret] = FORM.exec(header ?? '') ?? [];
      if (!keyId || !secret) return null;
      const doc = await load(keyId);
      if (!doc || doc.revokedAt || doc.kind !== kind) return null;
      if (doc.endsAt && doc.endsAt.getTime() <= now()) return null;
      const same = timingSafeEqual(hashOf(secret), Buffer.from(doc.hash, 'hex'));
      return same ? { entity: doc.entity, kind: doc.kind, keyId } : null;
    },
  };

  /** Makes a key. `key` is shown to the entity once and stored nowhere. */
  async function createKey({ entity, kind }: Pick<ApiKey, 'entity' | 'kind'>): Promise<{ key: string; doc: ApiKey }> {
    const secret = randomBytes(32).toString('base64url');
    const doc: ApiKey = {
      _id: randomId(),
      entity,
      kind,
      hash: hashOf(secret).toString('hex'),
      createdAt: new Date(now()),
      revokedAt: null,
      endsAt: null,
    };
    await ledger.apiKeys.collection.insertOne(doc as never);
    return { key: `nk_${kind}_${doc._id}_${secret}`, doc };
  }

  async function load(keyId: string): Promise<ApiKey | null> {
    const cached = cache.get(keyId);
    if (cached && now() - cached.at < CACHE_MS) return cached.doc;
    const doc = await ledger.apiKeys.findOne({ _id: keyId }).lean<ApiKey>();
    // Ids made up by a stranger must not fill the memory.
    if (cache.size >= CACHE_ENTRIES) cache.clear();
    cache.set(keyId, { doc, at: now() });
    return doc;
  }
}

const hashOf = (secret: string): Buffer => hash('sha256', secret, 'buffer');

const ID_LETTERS = 'abcdefghijklmnopqrstuvwxyz0123456789';
const randomId = (): string => Array.from({ length: 16 }, () => ID_LETTERS[randomInt(ID_LETTERS.length)]).join('');
