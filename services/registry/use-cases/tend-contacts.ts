import { maskAddress } from '../../shared/address/mask.ts';
import { receiptId } from '../../shared/ids.ts';
import type { Contact, Subscriber } from '../../shared/ledger/types.ts';
import type { Context } from '../context.ts';
import { type Care, careFor } from './care.ts';

const BATCH = 200;

/**
 * Reminds people of contacts that will go stale and asks them to mend those that messages came back from; each contact
 * is told of once a period. Several processes may do it at once: the event's id is made of contact and period, so that
 * a second one is a duplicate. Gives how many contacts it told of.
 */
export async function tendContacts(context: Context): Promise<number> {
  const { ledger, now } = context;
  let told = 0;
  for (;;) {
    const due = await ledger.subscribers
      .find({ 'contacts.careAt': { $lte: now() } })
      .limit(BATCH)
      .lean<Subscriber[]>();
    for (const subscriber of due) told += await tend(context, subscriber);
    if (due.length < BATCH) return told;
  }
}

async function tend(context: Context, subscriber: Subscriber): Promise<number> {
  const { subscribers, settings, metrics, now } = context;
  const at = now();
  const due = subscriber.contacts.filter(({ careAt }) => careAt && careAt <= at);
  let told = 0;
  for (const contact of due) {
    const care = careFor(contact, { now: at, staleAfterMs: settings.staleAfterMs });
    if (care.kind === 'confirm-again' || care.kind === 'mend') {
      // First told, then ticked off: a crash in between tells again, and the router knows the event already.
      await tell(context, subscriber, contact, care);
      metrics.registrations.inc({ what: care.kind === 'mend' ? 'mend_asked' : 'confirm_asked' });
      told += 1;
    }
    const careAt = care.kind === 'wait' ? care.until : null;
    await subscribers.setContact(subscriber._id, contact.id, { careAt }, { careAt: contact.careAt });
  }
  return told;
}

async function tell(
  { publish, sealer, now }: Context,
  subscriber: Subscriber,
  contact: Contact,
  care: Extract<Care, { kind: 'confirm-again' | 'mend' }>,
): Promise<void> {
  const { channel, kind } = contact;
  const period = care.kind === 'mend' ? contact.updatedAt : (contact.confirmedAt ?? contact.verifiedAt);
  const masked = maskAddress(kind, sealer.open(contact.address, 'address'));
  const confirmBy = care.kind === 'mend' ? {} : { confirmBy: dayIn(subscriber.timeZone, care.confirmBy) };
  await publish({
    specversion: '1.0',
    id: receiptId(care.kind, contact.id, period?.getTime() ?? 0),
    source: '/notifyme',
    type: `bh.gov.notifyme.contact.${care.kind}.v1`,
    subject: sealer.open(subscriber.subject, 'subject'),
    time: now().toISOString(),
    datacontenttype: 'application/json',
    data: { channel, masked, ...confirmBy },
  });
}

/** The day on a person's calendar, as `2027-01-24` (the form of Sweden's locale). */
const dayIn = (timeZone: string, at: Date): string =>
  new Intl.DateTimeFormat('sv-SE-u-ca-gregory-nu-latn', { timeZone, dateStyle: 'short' }).format(at);
