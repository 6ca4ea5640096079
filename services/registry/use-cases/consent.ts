import { maskAddress } from '../../shared/address/mask.ts';
import type { ConsentChange } from '../../shared/consent-history.ts';
import type { Contact } from '../../shared/ledger/types.ts';
import type { Caller, Context } from '../context.ts';

/** Writes a change into the caller's history of consent, before the change where it is known to be one. */
export function noteConsent(
  { consents, now }: Context,
  { subscriberId, by, actor }: Caller,
  what: ConsentChange,
  detail: Record<string, unknown>,
): Promise<void> {
  // A person with an actor is somebody who acts for them by a mandate.
  const whose = by === 'person' && actor !== undefined ? 'other' : by;
  return consents.note({ subscriberId, what, by: whose, at: now(), detail });
}

/** What the history says of a contact: enough to know which one it was, not enough to use it. */
export const detailOf = ({ sealer }: Context, { channel, kind, address }: Contact) => ({
  channel,
  kind,
  masked: maskAddress(kind, sealer.open(address, 'address')),
});
