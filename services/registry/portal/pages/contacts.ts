import { PageError } from '../../../shared/web/errors.ts';
import { chooseMain, confirmContact, removeContact } from '../../use-cases/keep-contact.ts';
import { readMe, readWithBlocks } from '../../use-cases/register.ts';
import type { ContactView } from '../../views.ts';
import { orStop } from '../kit/refusals.ts';
import type { AddPages, Visit } from '../kit/types.ts';
import { contactRow, nameOf } from './contact-row.ts';

/** The list of contacts, and what is done to one of them with a single button. */
export const addContactPages: AddPages = (kit) => {
  kit.get('/contacts', {}, showContacts);
  kit.post('/contacts/:id/confirm', { backTo: '/contacts' }, async (visit) => {
    const { address } = await contactOf(visit);
    orStop(await confirmContact(visit.context, visit.caller, visit.params.id!));
    return { to: '/contacts', flash: { key: 'contacts.confirmed', values: { address } } };
  });
  kit.post('/contacts/:id/main', { stepUp: true, backTo: '/contacts' }, async (visit) => {
    const { address } = await contactOf(visit);
    orStop(await chooseMain(visit.context, visit.caller, visit.params.id!));
    return { to: '/contacts', flash: { key: 'contacts.isMain', values: { address } } };
  });
  kit.form('/contacts/:id/remove', { stepUp: true }, { show: showRemove, act: remove });
};

async function showContacts(visit: Visit) {
  const me = await readWithBlocks(visit.context, visit.caller);
  if (!me.ok) return { to: '/welcome' };
  const { contacts, timeZone } = me.value.profile;
  const rows = contacts.map((contact) => contactRow(contact, visit, timeZone, me.value.blocks.get(contact.id)));
  return { view: 'contacts', title: 'contacts.title', timeZone, data: { contacts: rows } };
}

async function showRemove(visit: Visit) {
  const { address, last } = await contactOf(visit);
  return {
    view: 'contact-remove',
    title: 'remove.title',
    data: { path: `/contacts/${visit.params.id}`, address, last },
  };
}

async function remove(visit: Visit) {
  const { address } = await contactOf(visit);
  orStop(await removeContact(visit.context, visit.caller, visit.params.id!));
  delete visit.session.silenceChosen;
  return { to: '/home', flash: { key: 'contacts.removed', values: { address } } };
}

/** The person's contact that the address names, and whether it is the last one that can be alerted. */
export async function contactOf({
  context,
  caller,
  params,
  language,
}: Visit): Promise<{ contact: ContactView; address: string; last: boolean }> {
  const me = await readMe(context, caller);
  const contacts = me.ok ? me.value.contacts : [];
  const contact = contacts.find(({ id }) => id === params.id);
  if (!contact) throw new PageError(404);
  const others = contacts.filter(({ id, state }) => id !== contact.id && state === 'verified');
  return {
    contact,
    address: nameOf({ language }, contact),
    last: contact.state === 'verified' && others.length === 0,
  };
}
