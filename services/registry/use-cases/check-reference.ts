import type { BilingualText } from '../../../contracts/generated/types.ts';
import type { Notification } from '../../shared/ledger/types.ts';
import type { Context } from '../context.ts';
import { done, type Result, refuse } from '../result.ts';
import { rangeOf, readReference } from './inbox-filter.ts';

/** A notice as anybody may know of it: who sent it, what kind it is, and when. Never whom it was for. */
export type Ours = { entity: BilingualText; title: BilingualText; at: Date };

const MOST = 5;

/**
 * "Did you send me this?": what was sent under a reference (eight hex digits, so several notices may have it), or an
 * empty list. Open to anybody, and so limited by network.
 */
export async function checkReference(context: Context, text: string, client: string): Promise<Result<Ours[]>> {
  const { ledger, catalogue, limits, metrics } = context;
  const digits = readReference(text.trim().slice(0, 40));
  if (!digits) return refuse('link_unknown');
  const waitSeconds = await limits.takeCheck(client);
  if (waitSeconds > 0) return refuse('too_many_requests', { retryAfterSeconds: waitSeconds });
  const found = await ledger.notifications
    .find({ _id: rangeOf(digits) }, { type: 1, acceptedAt: 1, test: 1 })
    .sort({ _id: 1 })
    .limit(MOST)
    .lean<Pick<Notification, '_id' | 'type' | 'acceptedAt' | 'test'>[]>();
  metrics.registrations.inc({ what: found.length > 0 ? 'reference_ours' : 'reference_not_ours' });
  const ours = found.flatMap(({ type, acceptedAt, test }): Ours[] => {
    const entry = catalogue.type(type);
    // What a test key would have sent went to nobody.
    return entry && !test ? [{ entity: entry.entity.title, title: entry.type.title, at: acceptedAt }] : [];
  });
  return done(ours);
}
