/** When the first receipt of each delivery came, for those that have one. */
export type ReceiptLook = (deliveryIds: string[]) => Promise<Map<string, Date>>;

type Sample = { deliveryId: string; member: string; sentAt: number };

/** Of each provider so many deliveries are followed at a time, not all: enough for an average. */
const SAMPLES = 40;
const LOOK_EVERY_MS = 5_000;
/** A receipt that has not come by then is not waited for: the phone may be off for days. */
const OVERDUE_MS = 30_000;

/**
 * Follows a sample of sent deliveries to see how long receipts take. Asks at most every five seconds, and only while
 * messages go out, so there is no timer to stop. A provider from which receipts are known to come is also charged with
 * those that are overdue: one that swallows messages would otherwise look as fast as ever.
 */
export function createReceiptWatch(look: ReceiptLook, told: (member: string, tookMs: number) => void) {
  let samples: Sample[] = [];
  let lookedAt = 0;
  let looking: Promise<void> | null = null;
  const reporting = new Set<string>();

  async function lookNow(now: number): Promise<void> {
    const found = await look(samples.map(({ deliveryId }) => deliveryId));
    samples = samples.filter(({ deliveryId, member, sentAt }) => {
      const at = found.get(deliveryId);
      const age = now - sentAt;
      if (at) {
        reporting.add(member);
        told(member, Math.max(0, at.getTime() - sentAt));
      } else if (age >= OVERDUE_MS && reporting.has(member)) told(member, age);
      return !at && age < OVERDUE_MS;
    });
  }

  return {
    /** Notes a message that the provider took. */
    sent(member: string, deliveryId: string, now: number): void {
      const followed = samples.filter((sample) => sample.member === member).length;
      if (followed < SAMPLES) samples.push({ deliveryId, member, sentAt: now });
      if (looking || now - lookedAt < LOOK_EVERY_MS) return;
      lookedAt = now;
      looking = lookNow(now)
        // The ledger away: weights stay as they are, and the next look comes soon.
        .catch(() => {})
        .finally(() => {
          looking = null;
        });
    },
    /** Resolves when the look that is under way has ended. */
    idle: async () => {
      await looking;
    },
  };
}
