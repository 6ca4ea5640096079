import { followCarriers, membersOf } from '../shared/digest.ts';
import type { Ledger } from '../shared/ledger/index.ts';
import type { Delivery } from '../shared/ledger/types.ts';

const LOOK_AGAIN_MS = 300_000;

/** What a digest told of shares its fate, and is settled in the next round; so do corrections. */
export async function takeAlong(due: Delivery[], ledger: Ledger, now: Date): Promise<void> {
  const carriers = due.filter(({ carries = [] }) => carries.length > 0);
  if (carriers.length === 0) return;
  await followCarriers(carriers, await membersOf(carriers, ledger), ledger, { now, lookAgainMs: LOOK_AGAIN_MS });
}
