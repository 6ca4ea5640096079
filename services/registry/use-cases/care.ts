import type { Contact } from '../../shared/ledger/types.ts';

export type Care =
  /** Somebody must look again at this moment. */
  | { kind: 'wait'; until: Date }
  /** Told once: still in use until `confirmBy`, unless the person says that it is still theirs. */
  | { kind: 'confirm-again'; confirmBy: Date }
  /** Told once, by what else reaches the person: messages to it came back. */
  | { kind: 'mend' }
  | { kind: 'none' };

/** Of the time after which a contact is stale, the part that passes before the person is reminded: 16 of 18 months. */
const REMIND_AT = 16 / 18;

/** When to remind of a contact that was confirmed at this moment. Devices say themselves when they are gone. */
export const careAfter = (channel: Contact['channel'], confirmedAt: Date, staleAfterMs: number): Date | null =>
  channel === 'push' ? null : new Date(confirmedAt.getTime() + staleAfterMs * REMIND_AT);

/** What a contact needs now. Pure. */
export function careFor(contact: Contact, { now, staleAfterMs }: { now: Date; staleAfterMs: number }): Care {
  if (contact.channel === 'push') return { kind: 'none' };
  if (contact.state === 'suspect') return { kind: 'mend' };
  const confirmed = contact.confirmedAt ?? contact.verifiedAt;
  if (contact.state !== 'verified' || !confirmed) return { kind: 'none' };
  const remind = careAfter(contact.channel, confirmed, staleAfterMs)!;
  if (now < remind) return { kind: 'wait', until: remind };
  const confirmBy = new Date(confirmed.getTime() + staleAfterMs);
  // Nobody looked for two months: it is stale already, and the pages say so.
  return now < confirmBy ? { kind: 'confirm-again', confirmBy } : { kind: 'none' };
}
