import { textField } from '../../../shared/web/fields.ts';
import { readCode } from '../../input/code.ts';
import { chooseMain, removeContact } from '../../use-cases/keep-contact.ts';
import { resendCode } from '../../use-cases/send-code.ts';
import { verifyContact } from '../../use-cases/verify-contact.ts';
import { errorsOf } from '../kit/refusals.ts';
import type { AddPages, FieldError, Flash, FormState, Reply, Visit } from '../kit/types.ts';
import { contactOf } from './contacts.ts';

/** Proving a contact with the code that was sent to it. */
export const addContactCodePages: AddPages = (kit) => {
  kit.form('/contacts/:id/verify', { stepUp: true }, { show, act });
  kit.post('/contacts/:id/code', { stepUp: true, backTo: '/contacts' }, async (visit) => {
    const { contact, address } = await contactOf(visit);
    const sent = await resendCode(visit.context, visit.caller, contact.id);
    if (sent.ok) return moved(contact.id, { key: 'code.sentAgain', values: { address } });
    if (sent.code === 'contact_verified') return { to: '/contacts' };
    return show(visit, { fields: {}, list: () => [], typed: false, errors: errorsOf(sent, 'code') });
  });
};

const moved = (id: string, flash: Flash): Reply => ({ to: `/contacts/${id}/verify`, flash });

async function show(visit: Visit, state: FormState): Promise<Reply> {
  const { contact, address } = await contactOf(visit);
  if (contact.state === 'verified' || contact.state === 'stale') return { to: '/contacts' };
  const kind = contact.kind === 'email' ? 'email' : 'mobile';
  return {
    view: 'contact-code',
    title: 'code.title',
    errors: state.errors,
    status: state.errors.length > 0 ? 422 : 200,
    data: {
      isForm: true,
      path: `/contacts/${contact.id}`,
      address,
      sentKey: `code.sent.${kind}`,
      changeKey: `code.change.${kind}`,
      resendSeconds: visit.context.settings.code.resendSeconds,
      lifeMinutes: Math.floor(visit.context.settings.code.lifeSeconds / 60),
      codeField: textField(state, {
        name: 'code',
        label: 'code.label',
        hint: 'code.hint',
        inputmode: 'numeric',
        autocomplete: 'one-time-code',
        dir: 'ltr',
        narrow: true,
      }),
    },
  };
}

async function act(visit: Visit): Promise<Reply | { errors: FieldError[] }> {
  const { contact, address } = await contactOf(visit);
  const typed = (visit.fields.code ?? '').trim();
  if (typed === '') return { errors: [{ field: 'code', key: 'code.missing' }] };
  const code = readCode({ code: typed });
  if (!code.ok) return { errors: errorsOf(code, 'code') };
  const proved = await verifyContact(visit.context, visit.caller, contact.id, code.value);
  if (!proved.ok && proved.code !== 'contact_verified') return { errors: errorsOf(proved, 'code') };
  await finishReplacing(visit, contact.id);
  return { to: '/home', flash: { key: 'code.done', values: { address } } };
}

/** The old contact goes when the one in its place is proved, and leaves it its rank. */
async function finishReplacing({ session, context, caller }: Visit, proved: string): Promise<void> {
  const { replacing } = session;
  if (replacing?.to !== proved) return;
  if (replacing.main) await chooseMain(context, caller, proved);
  await removeContact(context, caller, replacing.from);
  delete session.replacing;
}
