import { LANES } from '../../../contracts/status.ts';
import type { EntityState } from '../../shared/catalogue.ts';
import { choiceField, textField } from '../../shared/web/fields.ts';
import { type Grants, grantRights, setState } from '../entities/rights.ts';
import type { AddPages, FormState, Page, Visit } from '../kit/types.ts';
import { readBecause } from './because.ts';
import { entityIn, entityTools, orEntityErrors } from './entities-tools.ts';

const ACTING = ['operator'] as const;
const STATES: EntityState[] = ['test', 'live', 'suspended'];
const SHORT = { errors: [{ field: 'because', key: 'because.short' }] };

/** Rights and state of an entity: an operator's alone, also where an administrator of the entity may do the rest. */
export const addEntityRightsPages: AddPages = (kit) => {
  kit.form('/entities/:id/rights', { may: ACTING }, { show: showRights, act: grant });
  kit.form('/entities/:id/state', { may: ACTING }, { show: showState, act: change });
};

const becauseField = (state: FormState) =>
  textField(state, { name: 'because', label: 'because.label', hint: 'because.hint' });

async function showRights(visit: Visit, state: FormState): Promise<Page> {
  const { entity, grants } = await entityIn(visit);
  const yesNo = (name: 'mandatory' | 'audience') =>
    choiceField(state, {
      ...{ name, label: `entity.right.${name}`, hint: `entity.right.${name}Hint`, value: grants[name] ? 'yes' : 'no' },
      choices: ['yes', 'no'].map((value) => ({ value, label: `entity.${value}` })),
    });
  const chosen = state.typed ? state.list('lanes') : grants.lanes;
  return {
    view: 'entity-rights',
    title: 'entity.rightsChange',
    data: {
      ...{ isForm: true, entity, back: `/entities/${entity}`, action: `/entities/${entity}/rights` },
      ...{ mandatoryField: yesNo('mandatory'), audienceField: yesNo('audience') },
      lanes: LANES.map((lane, n) => ({
        ...{ value: lane, label: `lane.${lane}`, id: n === 0 ? 'lanes' : `lanes-${n}` },
        checked: (chosen as string[]).includes(lane),
      })),
      quotaField: textField(state, {
        ...{ name: 'quota', label: 'entity.right.quota', hint: 'entity.right.quotaHint', inputmode: 'numeric' },
        ...{ narrow: true, value: grants.quotaPerMinute === null ? '' : String(grants.quotaPerMinute) },
      }),
      becauseField: becauseField(state),
    },
  };
}

async function grant(visit: Visit) {
  const { entity } = await entityIn(visit);
  const { quota = '', mandatory, audience } = visit.fields;
  const typed = quota.trim();
  if (!/^[1-9]\d{0,6}$|^$/.test(typed) || Number(typed) > 1_000_000)
    return { errors: [{ field: 'quota', key: 'entity.fault.quota' }] };
  const because = readBecause(visit.fields.because);
  if (because === null) return SHORT;
  const change: Grants = {
    ...{ mandatory: mandatory === 'yes', audience: audience === 'yes' },
    lanes: LANES.filter((lane) => visit.list('lanes').includes(lane)),
    quotaPerMinute: typed === '' ? null : Number(typed),
  };
  return orEntityErrors(async () => {
    await grantRights(entity, change, { by: visit.operator.id, because }, entityTools(visit));
    return { to: `/entities/${entity}`, flash: { key: 'entity.rightsChanged' } };
  });
}

async function showState(visit: Visit, state: FormState): Promise<Page> {
  const { entity, state: standing } = await entityIn(visit);
  return {
    view: 'entity-state',
    title: 'entity.stateChange',
    data: {
      ...{ isForm: true, entity, back: `/entities/${entity}`, action: `/entities/${entity}/state` },
      standing: `entity.state.${standing}`,
      stateField: choiceField(state, {
        ...{ name: 'state', label: 'entity.stateNew', value: '' },
        choices: STATES.filter((one) => one !== standing).map((value) => ({ value, label: `entity.become.${value}` })),
      }),
      becauseField: becauseField(state),
    },
  };
}

async function change(visit: Visit) {
  const { entity } = await entityIn(visit);
  const state = STATES.find((one) => one === visit.fields.state);
  if (!state) return { errors: [{ field: 'state', key: 'entity.fault.state' }] };
  const because = readBecause(visit.fields.because);
  if (because === null) return SHORT;
  return orEntityErrors(async () => {
    await setState(entity, state, { by: visit.operator.id, because }, entityTools(visit));
    return { to: `/entities/${entity}`, flash: { key: `entity.became.${state}` } };
  });
}
