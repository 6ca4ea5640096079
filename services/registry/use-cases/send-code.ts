import { randomInt, randomUUID } from 'node:crypto';
import { identityOf } from '../../shared/address/canonical.ts';
import type { Contact } from '../../shared/ledger/types.ts';
import type { Caller, Context } from '../context.ts';
import { done, type Result, refuse } from '../result.ts';

export type CodeSent = { lifeSeconds: number; resendAfterSeconds: number; guesses: number };

/** Sends a code again on the person's wish. */
export async function resendCode(context: Context, caller: Caller, contactId: string): Promise<Result<CodeSent>> {
  const subscriber = await context.subscribers.find(caller.subscriberId);
  const contact = subscriber?.contacts.find(({ id }) => id === contactId);
  if (!contact) return refuse('contact_unknown');
  if (contact.state === 'verified') return refuse('contact_verified');
  return sendCode(context, caller, contact, { again: true });
}

/**
 * Sends a one-time code to a contact, within the limits. `again: false` is the adding of a contact, which may be
 * repeated: a code sent a moment ago then answers for this request too.
 */
export async function sendCode(
  context: Context,
  caller: Caller,
  contact: Contact,
  { again }: { again: boolean },
): Promise<Result<CodeSent>> {
  const { codes, limits, metrics, now, settings } = context;
  const addressId = addressIdOf(context, contact);
  const spentSeconds = await limits.takeCode({ addressId, subscriberId: caller.subscriberId, client: caller.client });
  if (spentSeconds > 0) {
    metrics.codes.inc({ result: 'limited' });
    return refuse('too_many_requests', { retryAfterSeconds: spentSeconds });
  }
  const lockedSeconds = await codes.lockedSeconds(contact.id, now());
  if (lockedSeconds > 0) return refuse('code_locked', { retryAfterSeconds: lockedSeconds });
  const code = String(randomInt(1_000_000)).padStart(6, '0');
  const waitSeconds = await codes.issue(contact.id, code, now());
  if (waitSeconds > 0 && again) return refuse('code_too_soon', { retryAfterSeconds: waitSeconds });
  if (waitSeconds === 0 && !(await published(context, caller, contact.id, code))) return refuse('code_not_sent');
  const { lifeSeconds, guesses, resendSeconds } = settings.code;
  return done({ lifeSeconds, guesses, resendAfterSeconds: waitSeconds || resendSeconds });
}

/** The blind index of a contact's address, whoever holds it. */
export function addressIdOf({ blind, sealer }: Context, { channel, kind, address }: Contact): string {
  return blind.addressId(channel, identityOf(kind, sealer.open(address, 'address')));
}

async function published(context: Context, caller: Caller, contactId: string, code: string): Promise<boolean> {
  const { publish, codes, metrics, now, settings } = context;
  const time = now();
  try {
    await publish({
      specversion: '1.0',
      id: randomUUID(),
      source: '/notifyme',
      type: 'bh.gov.notifyme.contact.code.v1',
      subject: caller.subject,
      time: time.toISOString(),
      expirytime: new Date(time.getTime() + settings.code.lifeSeconds * 1000).toISOString(),
      datacontenttype: 'application/json',
      data: { contactId, code, host: settings.portalHost },
    });
  } catch {
    // The caller is told (503) and may ask again at once, so the failure is not lost.
    await codes.withdraw(contactId, code);
    metrics.codes.inc({ result: 'not_sent' });
    return false;
  }
  metrics.codes.inc({ result: 'sent' });
  return true;
}
