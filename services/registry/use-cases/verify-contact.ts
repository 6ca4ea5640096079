import type { Caller, Context } from '../context.ts';
import { type Refusal, type Result, refuse } from '../result.ts';
import type { ContactView } from '../views.ts';
import { claimContact } from './claim-contact.ts';
import { sendCode } from './send-code.ts';

/** Proves a contact with the code that was sent to it; `code` is six ASCII digits. */
export async function verifyContact(
  context: Context,
  caller: Caller,
  contactId: string,
  code: string,
): Promise<Result<ContactView>> {
  const { subscribers, codes, metrics, now } = context;
  const subscriber = await subscribers.find(caller.subscriberId);
  const contact = subscriber?.contacts.find(({ id }) => id === contactId);
  if (!contact) return refuse('contact_unknown');
  if (contact.state === 'verified') return refuse('contact_verified');
  const guess = await codes.guess(contactId, code, now());
  metrics.codes.inc({ result: typeof guess === 'object' ? 'locked' : guess });
  if (guess === 'right') return claimContact(context, caller, contactId);
  if (guess === 'wrong') return refuse('code_incorrect');
  if (guess !== 'expired') return refuse('code_locked', { retryAfterSeconds: guess.lockedSeconds });
  return expired((await sendCode(context, caller, contact, { again: true })).ok);
}

/** `freshSent` tells the page whether a new code is on its way. */
const expired = (freshSent: boolean): Refusal => refuse('code_expired', { extra: { freshSent } });
