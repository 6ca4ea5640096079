import type { Caller, Context } from '../context.ts';
import { done, type Result, refuse } from '../result.ts';
import type { Erasure } from '../store/erasures.ts';
import { forgetNotices } from './forget-notices.ts';
import { forgetPerson } from './forget-person.ts';

/**
 * Erases the caller: what waits is stopped, the record goes, and notices stay only as counts that name nobody. Asking
 * again is harmless. Only the person can ask, not an officer.
 */
export async function eraseMe(context: Context, caller: Caller): Promise<Result<null>> {
  const { subscribers, erasures, metrics, now } = context;
  if (caller.by !== 'person') return refuse('assurance_too_low');
  const subscriber = await subscribers.find(caller.subscriberId);
  const contactIds = (subscriber?.contacts ?? []).map(({ id }) => id);
  const erasure = await erasures.ask(caller.subscriberId, contactIds, now());
  await erase(context, erasure);
  metrics.registrations.inc({ what: 'erased' });
  return done(null);
}

/**
 * Goes once more over every erasure that is due, finding what a process died over or what came in while it ran, and
 * closes it. Safe in several processes at once. Gives how many were closed.
 */
export async function finishErasures(context: Context): Promise<number> {
  let closed = 0;
  for (const erasure of await context.erasures.due(context.now())) {
    await erase(context, erasure);
    closed += await context.erasures.done(erasure);
  }
  return closed;
}

/** The person first: from then on no check before sending finds a contact, so nothing that is on its way goes out. */
async function erase(context: Context, erasure: Erasure): Promise<void> {
  await forgetPerson(context, erasure);
  await forgetNotices(context, erasure);
}
