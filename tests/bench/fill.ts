import { insertNew, type Ledger } from '../../services/shared/ledger/index.ts';
import { sampleDelivery, sampleNotification } from '../../services/shared/ledger/samples.ts';
import type { Delivery, Notification } from '../../services/shared/ledger/types.ts';

export const DAYS = 30;
const DAY = 86_400_000;
const BATCH = 2_000;
const WRITERS = 4;

/** An id whose order is that of the numbers. */
export const hex = (prefix: string, n: number): string =>
  `${prefix}_${n.toString(16).padStart(8, '0')}${'0'.repeat(24)}`;

export type Filling = { entities: string[]; all: number };
type Mark = { _id: string; all: number; at: Date; full: boolean };

/**
 * Fills a ledger with `all` notices and a delivery each, the newest first, over the 30 days before now. Broken off and
 * begun again it goes on where it was; full, it adds nothing. Gives the moment at which the newest was made.
 */
export async function fillLedger(ledger: Ledger, filling: Filling, tell = (_done: number) => {}): Promise<Date> {
  const marks = ledger.connection.collection<Mark>('bench');
  const { all } = filling;
  await marks.updateOne({ _id: 'filled' }, { $setOnInsert: { all, at: new Date(), full: false } }, { upsert: true });
  const mark = (await marks.findOne({ _id: 'filled' }))!;
  if (mark.all !== all) throw new Error(`this database was filled for ${mark.all} deliveries`);
  if (mark.full) return mark.at;
  let next = Math.max(0, (await newest(ledger)) + 1 - 2 * WRITERS * BATCH);
  const write = async () => {
    while (next < all) {
      const from = next;
      next = Math.min(all, from + BATCH);
      await store(ledger, { ...filling, at: mark.at, from, to: next });
      tell(next);
    }
  };
  await Promise.all(Array.from({ length: WRITERS }, write));
  await marks.updateOne({ _id: 'filled' }, { $set: { full: true } });
  return mark.at;
}

async function newest({ deliveries }: Ledger): Promise<number> {
  const [last] = await deliveries.find({}, '_id').sort({ _id: -1 }).limit(1).lean<{ _id: string }[]>();
  return last ? Number.parseInt(last._id.slice(2, 10), 16) : -1;
}

type Lot = Filling & { at: Date; from: number; to: number };

async function store({ notifications, deliveries }: Ledger, lot: Lot): Promise<void> {
  const numbers = Array.from({ length: lot.to - lot.from }, (_, n) => lot.from + n);
  await Promise.all([
    insertNew(
      notifications.collection,
      numbers.map((n) => noticeOf(n, lot)),
    ),
    insertNew(
      deliveries.collection,
      numbers.map((n) => deliveryOf(n, lot)),
    ),
  ]);
}

const momentOf = (n: number, { all, at }: Lot): Date => new Date(at.getTime() - (n / all) * DAYS * DAY);

function noticeOf(n: number, lot: Lot): Notification {
  const moment = momentOf(n, lot);
  return sampleNotification({
    ...{ _id: hex('n', n), ...sharedOf(n, lot), eventId: `evt-${n}`, correlationId: n % 2 ? null : `case-${n}` },
    ...{ status: n % 40 === 0 ? 'not_reached' : 'reached', acceptedAt: moment, routedAt: moment },
  });
}

/** One of 40 failed or bounced, one of 100 still waits, the others were delivered. */
function deliveryOf(n: number, lot: Lot): Delivery {
  const moment = momentOf(n, lot);
  return sampleDelivery({
    ...{ _id: hex('d', n), ...sharedOf(n, lot), notificationId: hex('n', n), channel: n % 3 === 0 ? 'email' : 'sms' },
    ...{ createdAt: moment, queuedAt: moment, updatedAt: moment, dueAt: null, providerRef: `ref-${n}` },
    provider: n % 100_000 === 99_999 ? 'rare' : 'sns',
    ...standingOf(n, moment),
  });
}

/** 50,000 people share all of it. */
const sharedOf = (n: number, { entities, at }: Lot) => ({
  ...{ entity: entities[n % entities.length]!, subscriberId: hex('s', n % 50_000) },
  expiresAt: new Date(at.getTime() + DAY),
});

function standingOf(n: number, moment: Date): Partial<Delivery> {
  if (n % 40 === 0) return { status: n % 80 === 0 ? 'bounced' : 'failed', reason: 'provider_unavailable' };
  if (n % 100 === 1) return { status: 'queued', dueAt: new Date(moment.getTime() + 300_000), providerRef: null };
  return { status: 'delivered' };
}
