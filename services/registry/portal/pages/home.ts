import { choiceField } from '../../../shared/web/fields.ts';
import { readInbox } from '../../use-cases/inbox.ts';
import { readMe, register } from '../../use-cases/register.ts';
import type { ContactView, ProfileView } from '../../views.ts';
import { orStop } from '../kit/refusals.ts';
import type { AddPages, FormState, Page, Visit } from '../kit/types.ts';
import { nameOf } from './contact-row.ts';
import { noticeRow } from './notice-row.ts';

/** The start page, the first steps of who is new, and the page that says how things stand. */
export const addHomePages: AddPages = (kit) => {
  kit.get('/', { open: true }, ({ signedIn }) =>
    signedIn ? { to: '/home' } : { view: 'start', title: 'start.title' },
  );
  kit.get('/home', {}, showHome);
  kit.form(
    '/welcome',
    {},
    {
      show: async (visit, state) =>
        (await readMe(visit.context, visit.caller)).ok ? { to: '/home' } : welcome(visit, state),
      async act({ context, caller, fields }) {
        const { language } = fields;
        if (language !== 'ar' && language !== 'en') return { errors: [{ field: 'language', key: 'welcome.choose' }] };
        orStop(await register(context, caller, { language }));
        return { to: '/contacts/add/mobile' };
      },
    },
  );
};

const welcome = ({ language }: Visit, state: FormState): Page => ({
  view: 'welcome',
  title: 'welcome.title',
  data: {
    isForm: true,
    languageField: choiceField(state, {
      name: 'language',
      label: 'welcome.language',
      value: language.code,
      choices: ['ar', 'en'].map((value) => ({ value, label: `language.of.${value}` })),
    }),
  },
});

async function showHome(visit: Visit) {
  const { context, caller, session } = visit;
  const me = await readMe(context, caller);
  if (!me.ok) return { to: '/welcome' };
  if (!me.value.canBeNotified && !session.silenceChosen) return { to: '/without-alerts' };
  const inbox = orStop(await readInbox(context, caller, { limit: 5, after: null }));
  return {
    view: 'home',
    title: 'home.title',
    timeZone: me.value.timeZone,
    data: {
      status: statusOf(me.value),
      todo: todoOf(visit, me.value.contacts),
      items: inbox.items.map((item) => noticeRow(visit, item)),
    },
  };
}

function statusOf({ contacts, canBeNotified }: ProfileView) {
  const count = contacts.filter(({ state }) => state === 'verified').length;
  return canBeNotified
    ? { tone: 'good', title: 'home.can', what: 'home.canWhat', count }
    : { tone: 'bad', title: 'home.cannot', what: 'home.cannotWhat', count };
}

const NEXT_STEP: Partial<Record<ContactView['state'], { what: string; go: string }>> = {
  unverified: { what: 'home.todoVerify', go: 'home.goVerify' },
  stale: { what: 'home.todoConfirm', go: 'home.goConfirm' },
  suspect: { what: 'home.todoMend', go: 'home.goMend' },
};

function todoOf(visit: Visit, contacts: ContactView[]) {
  const add =
    contacts.length === 0
      ? [{ what: 'home.todoAdd', go: 'contacts.addMobile', address: '', path: '/contacts/add/mobile' }]
      : [];
  const mend = contacts.flatMap((contact) => {
    const todo = NEXT_STEP[contact.state];
    return todo ? [{ ...todo, address: nameOf(visit, contact), path: '/contacts' }] : [];
  });
  return [...add, ...mend];
}
