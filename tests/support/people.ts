import type { Channel } from '../../contracts/status.ts';
import type { Runtime } from '../../services/shared/runtime.ts';
import { invent } from '../../services/shared/subject/invented.ts';

const CHUNK = 5_000;
/** Inserts under way at once. */
const SIDE_BY_SIDE = 2;

/** Registers so many invented people, each with one verified contact: the channels take turns. */
export async function registerPeople(runtime: Runtime, people: number, channels: Channel[]): Promise<void> {
  const { collection } = runtime.ledger.subscribers;
  const now = new Date();
  for (let at = 0; at < people; at += CHUNK * SIDE_BY_SIDE) {
    await Promise.all(
      Array.from({ length: SIDE_BY_SIDE }, (_, n) => {
        const from = at + n * CHUNK;
        const many = Math.min(CHUNK, people - from);
        if (many <= 0) return null;
        const documents = Array.from({ length: many }, (_, i) =>
          person(runtime, from + i, channels[(from + i) % channels.length]!, now),
        );
        return collection.insertMany(documents as never[], { ordered: false });
      }),
    );
  }
}

function person({ blind, sealer }: Runtime, n: number, channel: Channel, now: Date) {
  const subject = invent('cpr', n);
  const address = channel === 'email' ? `person${n}@example.com` : '+97336001234';
  const contact = {
    ...{
      id: blind.contactId(blind.subscriberId(subject), channel, address),
      channel,
      address: sealer.seal(address, 'address'),
    },
    ...{ kind: channel === 'email' ? 'email' : 'mobile', state: 'verified', reason: null, main: true, softBounces: 0 },
    ...{ verifiedAt: now, confirmedAt: now, updatedAt: now },
  };
  return {
    ...{ _id: blind.subscriberId(subject), kind: 'person', scheme: 'cpr', subject: sealer.seal(subject, 'subject') },
    ...{ language: n % 2 ? 'ar' : 'en', languageByChannel: {}, timeZone: 'Asia/Bahrain', quietHours: null },
    ...{ preferences: [], createdAt: now, updatedAt: now, contacts: [contact] },
  };
}
