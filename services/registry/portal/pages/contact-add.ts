import { textField } from '../../../shared/web/fields.ts';
import { readContact } from '../../input/contact.ts';
import { addContact } from '../../use-cases/add-contact.ts';
import { removeContact } from '../../use-cases/keep-contact.ts';
import { errorsOf } from '../kit/refusals.ts';
import type { AddPages, FormState, Page, Reply, Visit } from '../kit/types.ts';
import { shownAddress } from './contact-row.ts';
import { contactOf } from './contacts.ts';

type Kind = 'mobile' | 'email';

/** Adding a number or an address, and putting another one in the place of one that is there. */
export const addContactAddPages: AddPages = (kit) => {
  for (const kind of ['mobile', 'email'] as const) {
    kit.form(
      `/contacts/add/${kind}`,
      { stepUp: true },
      { show: (visit, state) => page(visit, kind, state, ''), act: (visit) => add(visit, kind, null) },
    );
  }
  kit.form(
    '/contacts/:id/change',
    { stepUp: true },
    {
      async show(visit, state) {
        const { contact } = await contactOf(visit);
        return page(visit, kindOf(contact), state, contact.address ?? '', 'change');
      },
      async act(visit) {
        const { contact } = await contactOf(visit);
        return add(visit, kindOf(contact), contact.id);
      },
    },
  );
};

const kindOf = ({ kind }: { kind: string }): Kind => (kind === 'email' ? 'email' : 'mobile');

const INPUT = {
  mobile: { type: 'tel', inputmode: 'tel', autocomplete: 'tel' },
  email: { type: 'email', inputmode: 'email', autocomplete: 'email' },
} as const;

function page({ path }: Visit, kind: Kind, state: FormState, value: string, what: 'add' | 'change' = 'add'): Page {
  return {
    view: 'contact-form',
    title: `contact.${what}.${kind}.title`,
    data: {
      isForm: true,
      lead: `contact.${what}.${kind}.lead`,
      action: path,
      addressField: textField(state, {
        name: 'address',
        label: `contact.${kind}.label`,
        hint: `contact.${kind}.hint`,
        dir: 'ltr',
        value,
        ...INPUT[kind],
      }),
      back: '/contacts',
      backKey: 'contact.back',
    },
  };
}

async function add(
  visit: Visit,
  kind: Kind,
  replaces: string | null,
): Promise<Reply | { errors: ReturnType<typeof errorsOf> }> {
  const { context, caller, fields, session } = visit;
  const typed = (fields.address ?? '').trim();
  if (typed === '') return { errors: [{ field: 'address', key: `contact.${kind}.missing` }] };
  const read = readContact({ channel: kind === 'mobile' ? 'sms' : 'email', address: typed }, context.settings);
  if (!read.ok) return { errors: errorsOf(read, 'address') };
  const added = await addContact(context, caller, read.value);
  if (!added.ok) return { errors: errorsOf(added, 'address') };
  const { id, state } = added.value;
  if (state === 'verified')
    return { to: '/contacts', flash: { key: 'contact.already', values: { address: shownAddress(added.value) } } };
  if (replaces && replaces !== id) await replace(visit, replaces, id);
  else delete session.replacing;
  return { to: `/contacts/${id}/verify` };
}

/** One that never was proved goes at once; a proved one stays in use until the new one is proved. */
async function replace(visit: Visit, from: string, to: string): Promise<void> {
  const { contact } = await contactOf(visit);
  if (contact.state === 'unverified') await removeContact(visit.context, visit.caller, from);
  else visit.session.replacing = { from, to, main: contact.main };
}
