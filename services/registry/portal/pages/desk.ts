import { LANGUAGES, type Language } from '../../../../contracts/status.ts';
import { asciiDigits } from '../../../shared/subject/digits.ts';
import { PageError } from '../../../shared/web/errors.ts';
import { choiceField, textField } from '../../../shared/web/fields.ts';
import { readCode } from '../../input/code.ts';
import { readContact } from '../../input/contact.ts';
import { registerVisitor, verifyVisitor, visitorOf } from '../../use-cases/desk.ts';
import { errorsOf } from '../kit/refusals.ts';
import type { AddPages, FieldError, FormState, Reply, Visit } from '../kit/types.ts';

export const KINDS = ['cpr', 'sa', 'ae', 'kw', 'om', 'qa'];

/** A desk officer registers a visitor, who agrees and proves their own phone. */
export const addDeskPages: AddPages = (kit) => {
  kit.form('/desk', { stepUp: true }, { show: ask, act: begin });
  kit.form('/desk/code', { stepUp: true }, { show: askCode, act: finish });
  kit.post('/desk/stop', { backTo: '/desk' }, ({ session }) => {
    delete session.desk;
    return { to: '/desk' };
  });
};

/** Nobody but an officer is to learn that there is such a page. */
export function officerOnly({ session }: Visit): void {
  if (!session.person?.desk) throw new PageError(404);
}

function ask(visit: Visit, state: FormState): Reply {
  officerOnly(visit);
  const { text } = visit.language;
  const error = state.errors.find(({ field }) => field === 'consent');
  return {
    view: 'desk',
    title: 'desk.title',
    data: {
      isForm: true,
      kindField: choiceField(state, {
        ...{ name: 'kind', label: 'desk.kind', value: 'cpr' },
        choices: KINDS.map((value) => ({ value, label: text.plain(`desk.kind.${value}`) })),
      }),
      numberField: textField(state, {
        name: 'number',
        label: 'desk.number',
        inputmode: 'numeric',
        dir: 'ltr',
        narrow: true,
      }),
      mobileField: textField(state, {
        name: 'mobile',
        label: 'desk.mobile',
        hint: 'contact.mobile.hint',
        type: 'tel',
        dir: 'ltr',
      }),
      languageField: choiceField(state, {
        ...{ name: 'language', label: 'desk.language', value: 'ar' },
        choices: LANGUAGES.map((value) => ({ value, label: `language.of.${value}` })),
      }),
      consentError: error ? error.key : null,
      agreed: state.typed && state.fields.consent === 'yes',
    },
  };
}

async function begin(visit: Visit): Promise<Reply | { errors: FieldError[] }> {
  officerOnly(visit);
  const { context, caller, fields, session } = visit;
  const number = asciiDigits(fields.number ?? '').replace(/[\s-]/g, '');
  const kind = KINDS.find((one) => one === fields.kind);
  const visitor = kind ? visitorOf(context, caller, `${kind}:${number}`) : null;
  const contact = readContact({ channel: 'sms', address: fields.mobile ?? '' }, context.settings);
  const language = LANGUAGES.find((one) => one === fields.language) as Language | undefined;
  const faults: FieldError[] = [
    ...(visitor ? [] : [{ field: 'number', key: 'desk.numberWrong' }]),
    ...(visitor?.subscriberId === caller.subscriberId ? [{ field: 'number', key: 'desk.numberOwn' }] : []),
    ...(contact.ok ? [] : errorsOf(contact, 'mobile')),
    ...(language ? [] : [{ field: 'language', key: 'problem.not_a_choice' }]),
    ...(fields.consent === 'yes' ? [] : [{ field: 'consent', key: 'desk.consentMissing' }]),
  ];
  if (faults.length > 0 || !visitor || !contact.ok || !language) return { errors: faults };
  const added = await registerVisitor(context, visitor, { address: contact.value, language });
  if (!added.ok) return { errors: errorsOf(added, 'mobile') };
  const { id, masked, verification } = added.value;
  if (!verification) return { to: '/desk', flash: { key: 'desk.done', values: { address: masked } } };
  session.desk = { visitor: context.sealer.seal(visitor.subject, 'subject'), contactId: id, masked };
  return { to: '/desk/code' };
}

function askCode(visit: Visit, state: FormState): Reply {
  officerOnly(visit);
  const { desk } = visit.session;
  if (!desk) return { to: '/desk' };
  return {
    view: 'desk-code',
    title: 'desk.codeTitle',
    data: {
      isForm: true,
      address: desk.masked,
      codeField: textField(state, {
        ...{ name: 'code', label: 'code.label', hint: 'code.hint', inputmode: 'numeric', dir: 'ltr', narrow: true },
      }),
    },
  };
}

async function finish(visit: Visit): Promise<Reply | { errors: FieldError[] }> {
  officerOnly(visit);
  const { context, caller, fields, session } = visit;
  const { desk } = session;
  const visitor = desk && visitorOf(context, caller, context.sealer.open(desk.visitor, 'subject'));
  if (!desk || !visitor) return { to: '/desk' };
  const code = readCode({ code: (fields.code ?? '').trim() });
  if (!code.ok) return { errors: errorsOf(code, 'code') };
  const proved = await verifyVisitor(context, visitor, desk.contactId, code.value);
  if (!proved.ok && proved.code !== 'contact_verified') return { errors: errorsOf(proved, 'code') };
  delete session.desk;
  return { to: '/desk', flash: { key: 'desk.done', values: { address: desk.masked } } };
}
