import { parsePhoneNumberFromString } from 'libphonenumber-js/max';
import type { StoredReceipt, Subscriber } from '../shared/ledger/types.ts';
import { actOf } from './act.ts';
import type { ReadReceipt, ReceiptDeps } from './deps.ts';
import { changeAsTold } from './effects.ts';

/**
 * STOP or START of somebody who named none of our messages: the number that wrote is looked up among the verified ones.
 * Evidence of numbers that nobody holds stays kept, unmatched. A receipt is marked as matched last, so that a crash
 * repeats its effect, and one that comes again later, after the person changed their mind, has none.
 */
export async function applyByNumber(unmatched: ReadReceipt[], deps: ReceiptDeps, now: Date): Promise<void> {
  const words = await notYetDone(
    unmatched.flatMap(({ receipt, evidence }) => {
      const said = receipt.kind === 'opted_out' || receipt.kind === 'opted_in';
      const number = said && receipt.channel === 'sms' ? numberOf(evidence?.recipient ?? '') : null;
      return number ? [{ receipt, number, addressId: deps.blind.addressId('sms', number) }] : [];
    }),
    deps,
  );
  if (words.length === 0) return;
  const holders = await holdersOf(
    words.map(({ addressId }) => addressId),
    deps,
  );
  for (const { receipt, number, addressId } of words) {
    const subscriberId = holders.get(addressId);
    if (!subscriberId) continue;
    const contactId = deps.blind.contactId(subscriberId, 'sms', number);
    // Read for each: of STOP and START in one batch the second sees what the first did.
    const person = await deps.ledger.subscribers.findById(subscriberId).lean<Subscriber | null>();
    const contact = person?.contacts.find(({ id }) => id === contactId);
    const act = contact ? actOf({ receipt }, contact) : null;
    if (act?.kind === 'change')
      await changeAsTold({ subscriberId, contactId }, contact, receipt, act.change, deps, now);
    await deps.ledger.receipts.collection.updateOne(
      { _id: receipt.id as never },
      { $set: { matched: true, dueAt: null } },
    );
  }
}

type Word = { receipt: ReadReceipt['receipt']; number: string; addressId: string };

async function notYetDone(words: Word[], { ledger }: ReceiptDeps): Promise<Word[]> {
  if (words.length === 0) return [];
  const done = await ledger.receipts
    .find({ _id: { $in: words.map(({ receipt }) => receipt.id) }, matched: true })
    .select({ _id: 1 })
    .lean<Pick<StoredReceipt, '_id'>[]>();
  const ids = new Set(done.map(({ _id }) => _id));
  return words.filter(({ receipt }) => !ids.has(receipt.id));
}

async function holdersOf(addressIds: string[], { ledger }: ReceiptDeps): Promise<Map<string, string>> {
  const owners = await ledger.owners
    .find({ _id: { $in: [...new Set(addressIds)] } })
    .lean<{ _id: string; subscriberId: string }[]>();
  return new Map(owners.map(({ _id, subscriberId }) => [_id, subscriberId]));
}

/** A number as a provider writes it, with or without `+` or `00`, in E.164; null when it is none. */
function numberOf(told: string): string | null {
  const digits = told.replace(/\D/g, '').replace(/^00/, '');
  const number = parsePhoneNumberFromString(digits.length > 8 ? `+${digits}` : digits, 'BH');
  return number?.isValid() ? number.number : null;
}
