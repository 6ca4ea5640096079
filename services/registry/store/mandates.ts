import { createHmac, randomBytes } from 'node:crypto';
import { type Ledger, WHOLE } from '../../shared/ledger/index.ts';
import { MANDATES, type Mandate } from '../../shared/mandates.ts';
import { untilWon } from './race.ts';

export type Mandates = Awaited<ReturnType<typeof createMandates>>;

/** Crockford's base 32: no letter that is taken for another one when it is read out. */
const LETTERS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const CODE_LETTERS = 12;

/** Mandates; every change is one conditional update, so of two at once one wins. */
export async function createMandates({ connection }: Ledger, key: Buffer) {
  const collection = connection.collection<Mandate>(MANDATES);
  await collection.createIndex({ codeHash: 1 }, { name: 'mandate_code', unique: true, sparse: true });
  await collection.createIndex({ principalId: 1, createdAt: -1 }, { name: 'mandate_principal' });
  await collection.createIndex({ delegateId: 1, createdAt: -1 }, { name: 'mandate_delegate' });
  const hashOf = (code: string) => createHmac('sha256', key).update(`mandate\u0000${code}`).digest('base64url');
  const party = (id: string) => ({ $or: [{ principalId: id }, { delegateId: id }] });
  const open = (code: string, now: Date) => ({
    ...{ codeHash: hashOf(code), state: 'invited' as const },
    codeEndsAt: { $gt: now },
  });

  return {
    /** Twelve letters and digits, 60 bits: too many to guess, few enough to read out. */
    freshCode: (): string => [...randomBytes(CODE_LETTERS)].map((byte) => LETTERS[byte % 32]).join(''),
    freshId: (): string => `m_${randomBytes(16).toString('hex')}`,
    /** Without a code nobody has to accept it: it holds already. */
    add: (mandate: Mandate, code?: string) =>
      untilWon(() => collection.insertOne({ ...mandate, ...(code !== undefined && { codeHash: hashOf(code) }) })),
    byCode: (code: string, now: Date): Promise<Mandate | null> => collection.findOne(open(code, now)),
    find: (id: string): Promise<Mandate | null> => collection.findOne({ _id: { $eq: id } }),
    /** All of one person, newest first. */
    of: (id: string): Promise<Mandate[]> =>
      collection.find(party(id), { limit: 200, batchSize: WHOLE }).sort({ createdAt: -1, _id: -1 }).toArray(),
    countOpen: (id: string, now: Date): Promise<number> =>
      collection.countDocuments(
        { ...party(id), state: { $in: ['invited', 'active'] }, validUntil: { $gt: now } },
        { limit: 100 },
      ),
    /** Fills the empty side; null when somebody was faster, or it was taken back. */
    accept: (code: string, side: 'principal' | 'delegate', who: { id: string; sealed: string }, now: Date) =>
      untilWon(() =>
        collection.findOneAndUpdate(
          { ...open(code, now), [`${side}Id`]: null },
          {
            $set: { state: 'active', acceptedAt: now, [`${side}Id`]: who.id, [side]: who.sealed },
            $unset: { codeHash: '' },
          },
          { returnDocument: 'after' },
        ),
      ),
    /** Ends it at once for neither of the two sides. */
    end: (id: string, by: 'desk', now: Date) =>
      untilWon(() =>
        collection.updateOne(
          { _id: id, state: { $in: ['invited', 'active'] } },
          { $set: { state: 'revoked', endedAt: now, endedBy: by }, $unset: { codeHash: '' } },
        ),
      ),
    /** Ends it at once; null when it was over already, or is not this side's. */
    revoke: (id: string, side: 'principal' | 'delegate', who: string, now: Date) =>
      untilWon(() =>
        collection.findOneAndUpdate(
          { _id: id, [`${side}Id`]: who, state: { $in: ['invited', 'active'] } },
          { $set: { state: 'revoked', endedAt: now, endedBy: side }, $unset: { codeHash: '' } },
          { returnDocument: 'after' },
        ),
      ),
  };
}
