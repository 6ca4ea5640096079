import { createHmac, timingSafeEqual } from 'node:crypto';
import { isDuplicateKey, type Ledger, retryTransient } from '../../shared/ledger/index.ts';
import type { RegistrySettings } from '../settings.ts';
import { untilWon } from './race.ts';

type StoredCode = { hash: string; expiresAt: Date };

/** One document a contact, so that every step below is one atomic update. */
type CodeDocument = {
  _id: string;
  codes: StoredCode[];
  sentAt: Date;
  guesses: number;
  guessedAt: Date;
  /** After this the sweep may remove it. */
  staleAt: Date;
};

export type Guess = 'right' | 'wrong' | 'expired' | { lockedSeconds: number };

export type CodeStore = ReturnType<typeof createCodes>;

const NEVER = new Date(0);
const KEPT_CODES = 5;
const HOUR = 3_600_000;
/** So long after its end a right code is answered with "expired"; later it is just wrong. */
const REMEMBERED = 2 * HOUR;

/** One-time codes, kept as HMAC-SHA-256 over contact and code, with the count of guesses of each contact. */
export function createCodes(ledger: Ledger, key: Buffer, rules: RegistrySettings['code']) {
  const collection = ledger.connection.collection<CodeDocument>('codes');
  const hashOf = (contactId: string, code: string): string =>
    createHmac('sha256', key).update(`${contactId}\u0000${code}`).digest('base64url');
  const before = (now: Date, seconds: number): Date => new Date(now.getTime() - seconds * 1000);
  const staleAt = (now: Date): Date => new Date(now.getTime() + 24 * HOUR);

  return {
    /** Stores a code unless one was stored less than `resendSeconds` ago; seconds to wait then, else 0. */
    async issue(contactId: string, code: string, now: Date): Promise<number> {
      const stored = { hash: hashOf(contactId, code), expiresAt: new Date(now.getTime() + rules.lifeSeconds * 1000) };
      const filter = { _id: contactId, sentAt: { $lte: before(now, rules.resendSeconds) } };
      const update = {
        $push: { codes: { $each: [stored], $slice: -KEPT_CODES } },
        $set: { sentAt: now, staleAt: staleAt(now) },
        $setOnInsert: { guesses: 0, guessedAt: NEVER },
      };
      try {
        // The filter misses a document that was written a moment ago; the insert then meets its key.
        await retryTransient(() => collection.updateOne(filter, update, { upsert: true }));
        return 0;
      } catch (error) {
        if (!isDuplicateKey(error)) throw error;
        const sentAt = (await collection.findOne({ _id: contactId }))?.sentAt ?? now;
        return Math.max(1, rules.resendSeconds - Math.floor((now.getTime() - sentAt.getTime()) / 1000));
      }
    },

    /** Takes back a code that could not be sent, so that the next request does not wait. */
    async withdraw(contactId: string, code: string): Promise<void> {
      const pull = { $pull: { codes: { hash: hashOf(contactId, code) } }, $set: { sentAt: NEVER } };
      await untilWon(() => collection.updateOne({ _id: contactId }, pull));
    },

    /** Seconds until guesses are taken again; 0 while some are left. */
    async lockedSeconds(contactId: string, now: Date): Promise<number> {
      const found = await collection.findOne({ _id: contactId });
      return found && found.guesses >= rules.guesses ? waitOf(found, now) : 0;
    },

    /**
     * One guess. It is counted before it is compared: of thirty at once at most five are looked at. The count belongs
     * to the contact, so a new code brings no new guesses; it starts again after the wait, or after the right code.
     */
    async guess(contactId: string, code: string, now: Date): Promise<Guess> {
      const rested = { _id: contactId, guessedAt: { $lte: before(now, rules.waitSeconds) }, guesses: { $gt: 0 } };
      await untilWon(() => collection.updateOne(rested, { $set: { guesses: 0 } }));
      const counted = await untilWon(() =>
        collection.findOneAndUpdate(
          { _id: contactId, guesses: { $lt: rules.guesses } },
          { $inc: { guesses: 1 }, $set: { guessedAt: now, staleAt: staleAt(now) } },
          { returnDocument: 'after' },
        ),
      );
      if (!counted) {
        const seconds = await this.lockedSeconds(contactId, now);
        return seconds > 0 ? { lockedSeconds: seconds } : 'wrong';
      }
      const match = matching(counted.codes, hashOf(contactId, code), now);
      if (!match) return 'wrong';
      if (match.expiresAt <= now) return 'expired';
      return (await this.spend(contactId, match.hash, now)) ? 'right' : 'wrong';
    },

    /** Uses a code up, with all others of the contact; true for one caller only. */
    async spend(contactId: string, hash: string, now: Date): Promise<boolean> {
      const spent = await untilWon(() =>
        collection.findOneAndUpdate(
          { _id: contactId, codes: { $elemMatch: { hash, expiresAt: { $gt: now } } } },
          { $set: { codes: [], guesses: 0, sentAt: NEVER } },
        ),
      );
      return spent !== null;
    },

    async forget(contactId: string): Promise<void> {
      // The count of guesses stays: removing and adding a contact again must not bring new ones.
      await untilWon(() => collection.updateOne({ _id: contactId }, { $set: { codes: [] } }));
    },

    /** Removes what nobody can use any more. */
    sweep: async (now: Date): Promise<number> => (await collection.deleteMany({ staleAt: { $lt: now } })).deletedCount,
  };

  function waitOf({ guessedAt }: CodeDocument, now: Date): number {
    return Math.max(0, rules.waitSeconds - Math.floor((now.getTime() - guessedAt.getTime()) / 1000));
  }
}

/** Every stored code is compared, in constant time; the newest of equal ones counts. */
function matching(codes: StoredCode[], hash: string, now: Date): StoredCode | undefined {
  const remembered = codes.filter(({ expiresAt }) => expiresAt.getTime() > now.getTime() - REMEMBERED);
  return remembered.filter((stored) => timingSafeEqual(Buffer.from(stored.hash), Buffer.from(hash))).at(-1);
}
