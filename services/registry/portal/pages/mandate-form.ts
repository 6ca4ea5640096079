import { MANDATE_SCOPES } from '../../../shared/mandates.ts';
import { choiceField } from '../../../shared/web/fields.ts';
import type { FormState, Reply, Visit } from '../kit/types.ts';

/** The invitation: who acts for whom, as what, what they may do, and for how long. */
export function inviteForm({ caller }: Visit, state: FormState): Reply {
  const isCompany = caller.kind === 'company';
  const wrong = state.errors.some(({ field }) => field === 'scope');
  return {
    view: 'mandate-form',
    title: isCompany ? 'mandate.newCompany' : 'mandate.new',
    data: {
      isForm: true,
      isCompany,
      asField: choiceField(state, {
        ...{ name: 'as', label: 'mandate.as', value: 'principal' },
        choices: ['principal', 'delegate'].map((value) => ({ value, label: `mandate.as.${value}` })),
      }),
      kindField: choiceField(state, {
        ...{ name: 'kind', label: 'mandate.kind', value: 'helper' },
        choices: ['helper', 'guardian'].map((value) => ({ value, label: `mandate.kind.${value}` })),
      }),
      monthsField: choiceField(state, {
        ...{ name: 'months', label: 'mandate.months', value: '12' },
        choices: ['3', '12', '24'].map((value) => ({ value, label: `mandate.months.${value}` })),
      }),
      scopeError: wrong ? 'mandate.choose.scope' : null,
      scopes: MANDATE_SCOPES.map((value, i) => ({
        ...{ value, label: `mandate.scope.${value}`, id: i === 0 ? 'scope' : `scope-${value}` },
        checked: state.typed ? state.list('scope').includes(value) : value === 'notices',
      })),
    },
  };
}
