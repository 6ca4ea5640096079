import type { Language } from '../../../contracts/status.ts';
import type { CanonicalAddress } from '../../shared/address/canonical.ts';
import { appendAct } from '../../shared/audit/append.ts';
import { parseSubject } from '../../shared/subject/index.ts';
import type { Caller, Context } from '../context.ts';
import type { Result } from '../result.ts';
import type { ContactView } from '../views.ts';
import { type AddedContact, addContact } from './add-contact.ts';
import { register } from './register.ts';
import { verifyContact } from './verify-contact.ts';

/** Which words of consent were read to the visitor; a new text is a new number. */
export const CONSENT_TEXT = 'desk-1';

/** The visitor as the caller, with the officer as the one who acts; null for a number that is none. */
export function visitorOf({ blind }: Pick<Context, 'blind'>, officer: Caller, subject: string): Caller | null {
  const parsed = parseSubject(subject);
  if (!parsed.ok || parsed.kind !== 'person') return null;
  return {
    subscriberId: blind.subscriberId(parsed.canonical),
    subject: parsed.canonical,
    scheme: parsed.scheme as Caller['scheme'],
    kind: 'person',
    assurance: officer.assurance,
    by: 'officer',
    actor: officer.subscriberId,
    client: officer.client,
  };
}

/**
 * A desk officer registers a visitor who agreed, and has a code sent to the visitor's own phone. The act is written down
 * first, and the person sees it. Nothing tells the officer whether the visitor was registered before; a language that
 * the person chose stays.
 */
export async function registerVisitor(
  context: Context,
  visitor: Caller,
  { address, language }: { address: CanonicalAddress; language: Language },
): Promise<Result<AddedContact>> {
  const { lookups, subscribers, now } = context;
  const { subscriberId, actor = '' } = visitor;
  await noteAct(context, visitor, 'desk_register', [subscriberId], { consent: CONSENT_TEXT, channel: address.channel });
  await lookups.note({
    subscriberId,
    by: 'officer',
    actor,
    what: 'record',
    because: 'registration at a desk',
    at: now(),
  });
  if (!(await subscribers.find(subscriberId))) await register(context, visitor, { language });
  return addContact(context, visitor, address);
}

/** The visitor read the code from their own phone: the contact is proved. */
export async function verifyVisitor(
  context: Context,
  visitor: Caller,
  contactId: string,
  code: string,
): Promise<Result<ContactView>> {
  await noteAct(context, visitor, 'desk_verify', [visitor.subscriberId, contactId], {});
  return verifyContact(context, visitor, contactId, code);
}

const noteAct = (
  { ledger, now }: Context,
  { actor = '' }: Caller,
  act: string,
  targets: string[],
  details: Record<string, unknown>,
) =>
  appendAct(
    ledger,
    { actor: { id: actor, role: 'desk' }, act, targets, reason: 'asked by the visitor', details },
    now(),
  );
