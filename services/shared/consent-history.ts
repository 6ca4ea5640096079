import { randomUUID } from 'node:crypto';
import type { Sealer } from './crypto/field.ts';
import { type Ledger, retryTransient, WHOLE } from './ledger/index.ts';

export type ConsentChange =
  | 'registered'
  | 'profile'
  | 'preferences'
  | 'unsubscribed'
  | 'contact_added'
  | 'contact_verified'
  | 'contact_confirmed'
  | 'contact_main'
  | 'contact_removed'
  | 'contact_lost'
  | 'opted_out'
  | 'opted_in';

/** One change of what a person allowed, and where they can be reached. */
export type Consent = {
  subscriberId: string;
  what: ConsentChange;
  /** `link`: the unsubscribe link of an email, without sign-in; `other`: another person's act. */
  by: 'person' | 'officer' | 'link' | 'other';
  at: Date;
  /** What it was about, such as a channel and a masked address; sealed at rest. */
  detail: Record<string, unknown>;
};

type Stored = Omit<Consent, 'detail'> & { _id: string; detail: string };

export type ConsentHistory = {
  /** Adds one; there is no way to change or take back one. */
  note(change: Consent): Promise<void>;
  /** Newest first. */
  list(subscriberId: string, limit: number): Promise<Consent[]>;
};

export const CONSENTS = 'consents';

/**
 * The append-only history of consent (GDPR article 7(1), PDPL of Bahrain article 24: the one who processes must be able
 * to show it). It is written before the change it tells of, so that no change is without its record.
 */
export async function createConsentHistory(
  { connection }: Pick<Ledger, 'connection'>,
  sealer: Sealer,
): Promise<ConsentHistory> {
  const collection = connection.collection<Stored>(CONSENTS);
  await collection.createIndex({ subscriberId: 1, at: -1 }, { name: 'consents_of' });
  return {
    async note({ detail, ...change }) {
      const _id = `k_${randomUUID().replaceAll('-', '')}`;
      const stored = { ...change, detail: sealer.seal(JSON.stringify(detail), 'data') };
      // An upsert under an id of its own may be repeated after a passing fault and still writes one.
      await retryTransient(() => collection.updateOne({ _id }, { $setOnInsert: stored }, { upsert: true }));
    },
    async list(subscriberId, limit) {
      const found = await collection
        .find({ subscriberId: { $eq: subscriberId } })
        .sort({ at: -1, _id: -1 })
        .limit(limit)
        .batchSize(WHOLE)
        .toArray();
      return found.map(({ _id, detail, ...rest }) => ({ ...rest, detail: JSON.parse(sealer.open(detail, 'data')) }));
    },
  };
}
