import { randomUUID } from 'node:crypto';
import type { Sealer } from './crypto/field.ts';
import { type Ledger, WHOLE } from './ledger/index.ts';

export type Lookup = {
  subscriberId: string;
  /** An officer at a desk who acts for the person, or an operator of the platform. */
  by: 'officer' | 'operator';
  /** Who it was, as the sign-in names them; null when it does not say. Sealed at rest, never shown to the person. */
  actor: string | null;
  what: 'record' | 'contacts' | 'preferences' | 'notices' | 'history';
  /** Why, in the words of who looked; null where none was asked for. Sealed at rest. */
  because: string | null;
  at: Date;
};

type Stored = Omit<Lookup, 'actor' | 'because'> & { _id: string; actor: string | null; because: string | null };

export type RecordAccess = {
  /** Writes the look down. Call it before showing anything: when it rejects, nothing must be shown. */
  note(lookup: Lookup): Promise<void>;
  /** Newest first. */
  list(subscriberId: string, limit: number): Promise<Lookup[]>;
};

export const LOOKUPS = 'lookups';

/**
 * Who looked at a person's record: written by every service that shows one to somebody else than the person. Operators'
 * pages and commands write it through `services/console/look.ts`, which puts the act into the audit trail first.
 */
export async function createRecordAccess(
  { connection }: Pick<Ledger, 'connection'>,
  sealer: Sealer,
): Promise<RecordAccess> {
  const collection = connection.collection<Stored>(LOOKUPS);
  await collection.createIndex({ subscriberId: 1, at: -1 }, { name: 'lookups_of' });
  const seal = (text: string | null) => (text === null ? null : sealer.seal(text, 'data'));
  const open = (text: string | null) => (text === null ? null : sealer.open(text, 'data'));
  return {
    async note({ actor, because, ...rest }) {
      const _id = `l_${randomUUID().replaceAll('-', '')}`;
      await collection.insertOne({ _id, ...rest, actor: seal(actor), because: seal(because) });
    },
    async list(subscriberId, limit) {
      const found = await collection
        .find({ subscriberId: { $eq: subscriberId } })
        .sort({ at: -1, _id: -1 })
        .limit(limit)
        .batchSize(WHOLE)
        .toArray();
      return found.map(({ _id, actor, because, ...rest }) => ({ ...rest, actor: open(actor), because: open(because) }));
    },
  };
}
