import ipaddr from 'ipaddr.js';
import { RateLimiterMongo, RateLimiterRes } from 'rate-limiter-flexible';
import type { Blind } from '../../shared/crypto/blind.ts';
import type { Ledger } from '../../shared/ledger/index.ts';
import type { Quota, RegistrySettings } from '../settings.ts';
import { untilWon } from './race.ts';

export type Limits = {
  /** Takes one from each of the three quotas; seconds to wait when one of them is spent, else 0. */
  takeCode(who: { addressId: string; subscriberId: string; client: string }): Promise<number>;
  /** Takes one look for a reference from the network's quota; seconds to wait when it is spent, else 0. */
  takeCheck(client: string): Promise<number>;
  /** Removes counters whose time is over. */
  sweep(now: Date): Promise<number>;
};

const COLLECTION = 'limits';

/**
 * Quotas that all processes share, as counter documents in the ledger. The unique index is what makes the library's
 * upsert atomic, so it is made here and a failure stops the start; no TTL index, `sweep` removes what is over.
 */
export async function createLimits(ledger: Ledger, blind: Blind, limits: RegistrySettings['limits']): Promise<Limits> {
  const collection = ledger.connection.collection(COLLECTION);
  await untilWon(() => collection.createIndex({ key: 1 }, { name: 'limit_key', unique: true }));
  const take = {
    contact: createTake(ledger, 'contact', limits.contact),
    person: createTake(ledger, 'person', limits.person),
    client: createTake(ledger, 'client', limits.client),
    check: createTake(ledger, 'check', limits.check),
  };
  return {
    async takeCode({ addressId, subscriberId, client }) {
      // The keys are blind: a list of clients' addresses must not stand in the database.
      // Who is over an earlier quota takes nothing from the next: nobody can use up another person's number that way.
      const network = blind.token('limit', networkOf(client));
      return (await take.client(network)) || (await take.person(subscriberId)) || take.contact(addressId);
    },
    takeCheck: (client) => take.check(blind.token('limit', networkOf(client))),
    sweep: async (now) => (await collection.deleteMany({ expire: { $lt: now } })).deletedCount,
  };
}

function createTake(ledger: Ledger, name: string, { points, seconds }: Quota) {
  const limiter = new RateLimiterMongo({
    storeClient: ledger.connection.db,
    tableName: COLLECTION,
    keyPrefix: name,
    points,
    duration: seconds,
    disableIndexesCreation: true,
  });
  return async (key: string): Promise<number> => {
    try {
      await untilWon(() => limiter.consume(key));
      return 0;
    } catch (spent) {
      if (spent instanceof RateLimiterRes) return Math.max(1, Math.ceil(spent.msBeforeNext / 1000));
      throw spent;
    }
  };
}

/** One household or phone holds a whole /64 of IPv6 (RFC 6177), so that is the unit; IPv4 counts as it is. */
export function networkOf(client: string): string {
  if (!ipaddr.isValid(client)) return client;
  const address = ipaddr.process(client);
  return address.kind() === 'ipv6' ? address.toByteArray().slice(0, 8).join('.') : address.toString();
}
