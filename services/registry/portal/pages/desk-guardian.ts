import { LANGUAGES, type Language } from '../../../../contracts/status.ts';
import { asciiDigits } from '../../../shared/subject/digits.ts';
import { choiceField, textField } from '../../../shared/web/fields.ts';
import type { Caller } from '../../context.ts';
import { visitorOf } from '../../use-cases/desk.ts';
import { endGuardianship, GUARDIAN_PAPERS, registerGuardian } from '../../use-cases/desk-guardian.ts';
import { errorsOf } from '../kit/refusals.ts';
import type { AddPages, FieldError, FormState, Reply, Visit } from '../kit/types.ts';
import { KINDS, officerOnly } from './desk.ts';

const YEARS = ['1', '2'];
const YEAR_MS = 365 * 86_400_000;

/** A desk officer, papers in hand, registers or ends the guardianship of a child without an eKey. */
export const addGuardianPages: AddPages = (kit) => {
  kit.form('/desk/guardian', { stepUp: true }, { show: ask, act });
};

function ask(visit: Visit, state: FormState): Reply {
  officerOnly(visit);
  const { text } = visit.language;
  const kinds = KINDS.map((value) => ({ value, label: text.plain(`desk.kind.${value}`) }));
  const number = (name: string) =>
    textField(state, { name, label: `guardian.${name}`, inputmode: 'numeric', dir: 'ltr', narrow: true });
  const kind = (name: string) => choiceField(state, { name, label: `guardian.${name}`, value: 'cpr', choices: kinds });
  const choice = (name: string, values: readonly string[], value: string) =>
    choiceField(state, {
      ...{ name, label: `guardian.${name}`, value },
      choices: values.map((one) => ({ value: one, label: `guardian.${name}.${one}` })),
    });
  return {
    view: 'desk-guardian',
    title: 'guardian.title',
    data: {
      isForm: true,
      whatField: choice('what', ['register', 'end'], 'register'),
      childFields: { kind: kind('childKind'), number: number('childNumber') },
      guardianFields: { kind: kind('guardianKind'), number: number('guardianNumber') },
      paperField: choice('paper', GUARDIAN_PAPERS, ''),
      yearsField: choice('years', YEARS, '2'),
    },
  };
}

async function act(visit: Visit): Promise<Reply | { errors: FieldError[] }> {
  officerOnly(visit);
  const { context, fields } = visit;
  const [child, guardian] = [named(visit, 'child'), named(visit, 'guardian')];
  const paper = GUARDIAN_PAPERS.find((one) => one === fields.paper);
  const what = ['register', 'end'].find((one) => one === fields.what);
  const years = YEARS.find((one) => one === fields.years);
  const faults: FieldError[] = [
    ...(child ? [] : [{ field: 'childNumber', key: 'guardian.childWrong' }]),
    ...(guardian ? [] : [{ field: 'guardianNumber', key: 'guardian.guardianWrong' }]),
    ...(paper ? [] : [{ field: 'paper', key: 'guardian.paperMissing' }]),
    ...(what ? [] : [{ field: 'what', key: 'problem.not_a_choice' }]),
    ...(years ? [] : [{ field: 'years', key: 'problem.not_a_choice' }]),
  ];
  if (faults.length > 0 || !child || !guardian || !paper) return { errors: faults };
  const validUntil = new Date(context.now().getTime() + Number(years) * YEAR_MS);
  const result =
    what === 'end'
      ? await endGuardianship(context, { child, guardian, paper })
      : await registerGuardian(context, { child, guardian, paper }, { validUntil, language: languageOf(visit) });
  if (!result.ok) return { errors: errorsOf(result, 'guardianNumber').map(worded) };
  return { to: '/desk/guardian', flash: { key: `guardian.done.${what}` } };
}

// A third language of the pages is none of the notices yet.
const languageOf = ({ language }: Visit): Language => LANGUAGES.find((one) => one === language.code) ?? 'ar';

const worded = ({ field }: FieldError): FieldError => ({ field, key: 'guardian.notTwo' });

function named({ context, caller, fields }: Visit, who: 'child' | 'guardian'): Caller | null {
  const kind = KINDS.find((one) => one === fields[`${who}Kind`]);
  const number = asciiDigits(fields[`${who}Number`] ?? '').replace(/[\s-]/g, '');
  return kind ? visitorOf(context, caller, `${kind}:${number}`) : null;
}
