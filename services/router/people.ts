import type { Ledger } from '../shared/ledger/index.ts';
import type { Notification, Subscriber } from '../shared/ledger/types.ts';
import { findReceivers, type Mandate } from '../shared/mandates.ts';
import { simulatedSubscriber } from '../shared/policy/simulated.ts';
import type { Receiver } from './delegates.ts';

/** One query for all subscribers of a batch; simulated ones are made up on the spot. */
export async function findSubscribers(
  notices: Notification[],
  ledger: Ledger,
  now: Date,
): Promise<Map<string, Subscriber>> {
  const real = [
    ...new Set(notices.filter(({ simulate }) => simulate === null).map(({ subscriberId }) => subscriberId)),
  ];
  const found = real.length === 0 ? [] : await ledger.subscribers.find({ _id: { $in: real } }).lean<Subscriber[]>();
  const subscribers = new Map(found.map((subscriber) => [subscriber._id, subscriber]));
  for (const { simulate, subscriberId } of notices) {
    const simulated = simulate === null ? null : simulatedSubscriber(subscriberId, simulate, now);
    if (simulated) subscribers.set(subscriberId, simulated);
  }
  return subscribers;
}

/** One query for the mandates of a batch, and one for the delegates when there are any; campaigns and simulations ask nobody. */
export async function findDelegates(
  notices: Notification[],
  ledger: Ledger,
  now: Date,
): Promise<Map<string, Receiver[]>> {
  const asked = notices.filter(({ simulate, audienceOf }) => simulate === null && audienceOf === null);
  const mandates = await findReceivers(ledger, [...new Set(asked.map(({ subscriberId }) => subscriberId))], now);
  const ids = [...new Set([...mandates.values()].flat().flatMap(({ delegateId }) => delegateId ?? []))];
  const found = ids.length === 0 ? [] : await ledger.subscribers.find({ _id: { $in: ids } }).lean<Subscriber[]>();
  const people = new Map(found.map((person) => [person._id, person]));
  const receiver = (mandate: Mandate) => ({ mandate, subscriber: people.get(mandate.delegateId ?? '') ?? null });
  return new Map([...mandates].map(([id, some]) => [id, some.map(receiver)]));
}
