import type { Language } from '../../../contracts/status.ts';
import type { Subscriber, Suppression } from '../../shared/ledger/types.ts';
import { listedAddresses } from '../../shared/sending/listed.ts';
import { PageError } from '../../shared/web/errors.ts';
import { textField } from '../../shared/web/fields.ts';
import type { FieldError, FormState } from '../../shared/web/types.ts';
import { momentIn } from '../explain.ts';
import type { AddPages, Page, Reply, Visit } from '../kit/types.ts';
import { findByNumber, noteContacts, revealAddress } from '../look.ts';
import { readBox } from '../search/box.ts';
import { maskContacts } from '../story/load.ts';
import { entriesOf } from '../suppressions/index.ts';
import { readBecause } from './because.ts';
import { depsOf, grantPeople, lookerOf, mayLookAt } from './looking.ts';
import { channelKey } from './story-view.ts';
import { listTools } from './suppressions-tools.ts';

const LOOKERS = ['operator', 'privacy_officer'] as const;
const PERSON = /^s_[0-9a-f]{32}$/;

/** Whose a number or an address is, and how that person can be reached; every look is written down first. */
export const addContactPages: AddPages = (kit) => {
  kit.form('/contacts-lookup', { may: LOOKERS }, { show: showForm, act: lookUp });
  kit.get('/contacts-lookup/:id', { may: LOOKERS }, (visit) => showPerson(visit));
  kit.post('/contacts-lookup/:id/why', { may: LOOKERS }, sayWhy);
  kit.post('/contacts-lookup/:id/reveal', { may: LOOKERS }, reveal);
};

function showForm({ query }: Visit, state: FormState): Page {
  const people = (query.person ?? '').split(',').filter((id) => PERSON.test(id));
  return {
    view: 'contacts-lookup',
    title: 'contacts.title',
    data: {
      isForm: true,
      people: people.map((id, n) => ({ to: `/contacts-lookup/${id}`, no: n + 1 })),
      textField: textField(state, { name: 'text', label: 'contacts.text', hint: 'contacts.textHint', dir: 'auto' }),
      becauseField: textField(state, { name: 'because', label: 'because.label', hint: 'contacts.becauseHint' }),
    },
  };
}

async function lookUp(visit: Visit): Promise<Reply | { errors: FieldError[] }> {
  const { context, fields } = visit;
  const { blind, settings } = context;
  const boxed = readBox(fields.text ?? '', { blind, servedCountries: settings.SERVED_COUNTRIES });
  const because = readBecause(fields.because);
  const isWhole = boxed.kind === 'personal' && Object.values(boxed.personal).flat().length > 0;
  const errors = [
    ...(isWhole ? [] : [{ field: 'text', key: 'contacts.notOne' }]),
    ...(because === null ? [{ field: 'because', key: 'because.short' }] : []),
  ];
  if (because === null || boxed.kind !== 'personal' || errors.length > 0) return { errors };
  const looker = lookerOf(visit, because);
  const people = (await findByNumber(boxed.personal, looker, depsOf(visit))).map(({ subscriberId }) => subscriberId);
  for (const id of people) await noteContacts(id, looker, depsOf(visit));
  grantPeople(visit, people);
  const { addressIds } = boxed.personal;
  if (people.length === 0 && addressIds.length > 0) return showNobodys(visit, addressIds);
  if (people.length === 0) return { to: '/contacts-lookup', flash: { key: 'search.nobody' } };
  return { to: people.length === 1 ? `/contacts-lookup/${people[0]}` : `/contacts-lookup?person=${people.join()}` };
}

/** Shown at once: neither the address nor its id stands in an address line. The search's act names its id. */
async function showNobodys(visit: Visit, addressIds: string[]): Promise<Page> {
  const entries = await entriesOf(addressIds, listTools(visit));
  const page = showForm(visit, { fields: {}, list: () => [], typed: false, errors: [] });
  const nobodys = {
    entries: entries.map((entry) => ({
      ...{ ...entry, source: `suppression.source.${entry.source}`, removeTo: `/suppressions/remove?id=${entry._id}` },
    })),
    mayRemove: visit.may('POST', '/suppressions/remove'),
  };
  return { ...page, data: { ...page.data, nobodys } };
}

type Shown = { errors?: FieldError[]; revealed?: { contact: string; address: string | null } };

async function showPerson(visit: Visit, { errors = [], revealed }: Shown = {}): Promise<Page> {
  const { context, language } = visit;
  const id = personOf(visit);
  if (!mayLookAt(visit, [id])) return askWhy(id, []);
  const person = await context.ledger.subscribers.findOne({ _id: id }).lean<Subscriber>();
  const contacts = person?.contacts ?? [];
  const masked = maskContacts(new Map(contacts.map((contact) => [contact.id, contact])), context.sealer);
  const listed = await listedAddresses(context.ledger, contacts, context);
  const time = (at: Date | null) => (at === null ? null : momentIn(language.code as Language, at));
  return {
    view: 'contacts-person',
    title: 'contacts.person',
    errors,
    status: errors.length > 0 ? 422 : 200,
    data: {
      id,
      isRegistered: person !== null,
      since: time(person?.createdAt ?? null),
      contacts: contacts.map((contact) => ({
        ...{ id: contact.id, channel: channelKey(contact.channel), main: contact.main },
        ...{ masked: masked.get(contact.id)?.masked ?? '***', state: `contacts.state.${contact.state}` },
        ...{ verified: time(contact.verifiedAt), confirmed: time(contact.confirmedAt) },
        tone: contact.state === 'verified' ? 'good' : 'warn',
        listed: listedOf(listed.get(contact.id), visit),
        address: revealed?.contact === contact.id ? (revealed.address ?? '—') : null,
        isAsked: errors[0]?.field === `because-${contact.id}`,
      })),
    },
  };
}

/** What the suppression list says of a contact's address; null when it is not on it. */
function listedOf(entry: Suppression | undefined, { context, may }: Visit) {
  if (!entry) return null;
  const { _id, source, because, by, at, until } = entry;
  return {
    ...{ because, by, at, until, source: `suppression.source.${source}` },
    counts: until === null || until > context.clock(),
    removeTo: may('POST', '/suppressions/remove') ? `/suppressions/remove?id=${_id}` : null,
  };
}

const askWhy = (id: string, errors: FieldError[]): Page => ({
  view: 'contacts-why',
  title: 'search.again',
  errors,
  status: errors.length > 0 ? 422 : 200,
  data: { id },
});

/** A reason for a page whose address came from somewhere else, or whose reason has run out. */
async function sayWhy(visit: Visit): Promise<Reply> {
  const id = personOf(visit);
  const because = readBecause(visit.fields.because);
  if (because === null) return askWhy(id, [{ field: 'because', key: 'because.short' }]);
  await noteContacts(id, lookerOf(visit, because), depsOf(visit));
  grantPeople(visit, [id]);
  return { to: `/contacts-lookup/${id}` };
}

async function reveal(visit: Visit): Promise<Reply> {
  const subscriberId = personOf(visit);
  const contactId = visit.fields.contact ?? '';
  const because = readBecause(visit.fields.because);
  if (!/^c_[0-9a-f]{32}$/.test(contactId)) throw new PageError(404);
  if (!mayLookAt(visit, [subscriberId])) return askWhy(subscriberId, []);
  if (because === null) return showPerson(visit, { errors: [{ field: `because-${contactId}`, key: 'because.short' }] });
  const address = await revealAddress({ subscriberId, contactId }, lookerOf(visit, because), depsOf(visit));
  return showPerson(visit, { revealed: { contact: contactId, address } });
}

function personOf({ params }: Visit): string {
  const id = params.id ?? '';
  if (!PERSON.test(id)) throw new PageError(404);
  return id;
}
