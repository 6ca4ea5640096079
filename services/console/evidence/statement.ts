import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import type { Sealer } from '../../shared/crypto/field.ts';
import type { KeyRing } from '../../shared/crypto/keyring.ts';
import type { Subscriber } from '../../shared/ledger/types.ts';
import type { Names, Story } from '../explain.ts';
import { type Contacts, maskContacts } from '../story/load.ts';
import { type ToldStory, tellStory } from '../story/tell.ts';
import { commit, openingOf, SUBJECT } from './commitment.ts';

export type StatementInput = {
  story: Story;
  names: Names;
  contacts: Contacts;
  subscriber: Pick<Subscriber, 'subject'> | null;
};
export type StatementDeps = { ring: Pick<KeyRing, 'blind'>; sealer: Sealer; issuer: string; now: Date };

/** A value as JSON gives it back: moments are text, ISO 8601 in UTC. */
type Plain<T> = T extends Date ? string : T extends object ? { [K in keyof T]: Plain<T[K]> } : T;

/** What is stated about one notice; JSON through and through. */
export type Statement = Plain<{
  version: 1;
  issuer: string;
  issuedAt: Date;
  notice: Omit<ToldStory, 'person'>;
  /** SHA-256, in hex, of the event's data and of each provider's raw evidence (by receipt id). */
  digests: { eventData: string | null; evidence: Record<string, string> };
  /** By `subject` and by delivery id; see `commitment.ts`. */
  commitments: Record<string, string>;
}>;

/**
 * States what happened to a notice: its story, digests of the event's data and of every provider's raw evidence, and
 * commitments to the person and to each address in place of those. No number, address or content is in it, and none of
 * the ids by which we know a person or a contact, since those are the same in every statement.
 */
export function makeStatement({ story, names, contacts, subscriber }: StatementInput, deps: StatementDeps): Statement {
  const { ring, sealer, issuer, now } = deps;
  const { notification, deliveries, receipts } = story;
  const noticeId = notification._id;
  const committed = (what: string, value: string) => [what, commit(value, openingOf({ noticeId, what }, ring))];
  const statement = {
    ...{
      version: 1,
      issuer,
      issuedAt: now,
      notice: withoutIds(tellStory(story, names, maskContacts(contacts, sealer))),
    },
    digests: {
      eventData: notification.data ? sha256(sealer.open(notification.data, 'data')) : null,
      evidence: Object.fromEntries(
        receipts.flatMap(({ _id, evidence }) => (evidence ? [[_id, sha256(sealer.open(evidence, 'evidence'))]] : [])),
      ),
    },
    commitments: Object.fromEntries([
      ...(subscriber ? [committed(SUBJECT, sealer.open(subscriber.subject, 'subject'))] : []),
      ...deliveries.flatMap(({ _id, contactId }) => {
        const contact = contacts.get(contactId);
        return contact ? [committed(_id, sealer.open(contact.address, 'address'))] : [];
      }),
    ]),
  };
  return JSON.parse(JSON.stringify(statement));
}

function withoutIds({ person: _, ...told }: ToldStory) {
  const bare = <T extends { contact: { id: string } | null }>(item: T) => {
    const { id: __, ...contact } = item.contact ?? { id: '' };
    return { ...item, contact: item.contact && contact };
  };
  return { ...told, decisions: told.decisions.map(bare), deliveries: told.deliveries.map(bare) };
}

/** SHA-256 in hex over the canonical JSON (RFC 8785) of a statement: what the audit trail keeps of it. */
export const digestOf = (statement: Statement): string => sha256(canonicalize(statement)!);

/** SHA-256 in hex of a text in UTF-8. */
export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
