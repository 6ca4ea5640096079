import { PageError } from '../../shared/web/errors.ts';
import { choiceField, textField } from '../../shared/web/fields.ts';
import { dropKey, keyInUse, makeKey, OVERLAP_DAYS, replaceKey } from '../entities/keys.ts';
import type { AddPages, FormState, Page, Visit } from '../kit/types.ts';
import { readBecause } from './because.ts';
import { entityIn, entityTools, orEntityErrors } from './entities-tools.ts';

const ACTING = ['operator', 'entity_admin'] as const;

/** Keys of an entity: made and replaced (each shown once, in the answer and nowhere else), and revoked. */
export const addEntityKeyPages: AddPages = (kit) => {
  kit.form('/entities/:id/keys/new', { may: ACTING }, { show: showNew, act: make });
  kit.form('/entities/:id/keys/:key/rotate', { may: ACTING }, { show: showRotate, act: rotate });
  kit.form('/entities/:id/keys/:key/revoke', { may: ACTING }, { show: showRevoke, act: revoke });
};

const becauseField = (state: FormState) =>
  textField(state, { name: 'because', label: 'because.label', hint: 'because.hint' });
const SHORT = { errors: [{ field: 'because', key: 'because.short' }] };

async function showNew(visit: Visit, state: FormState): Promise<Page> {
  const { entity, state: standing } = await entityIn(visit);
  return {
    view: 'entity-key-new',
    title: 'entity.keyNew',
    data: {
      ...{ isForm: true, entity, back: `/entities/${entity}`, inTest: standing === 'test' },
      kindField: choiceField(state, {
        ...{ name: 'kind', label: 'entity.keyKind', value: 'test' },
        choices: (['test', 'live'] as const).map((value) => ({ value, label: `entity.keyKind.${value}` })),
      }),
      becauseField: becauseField(state),
    },
  };
}

async function make(visit: Visit) {
  const { entity } = await entityIn(visit);
  const because = readBecause(visit.fields.because);
  if (because === null) return SHORT;
  const { kind } = visit.fields;
  if (kind !== 'live' && kind !== 'test') return { errors: [{ field: 'kind', key: 'entity.fault.kind' }] };
  return orEntityErrors(async () => {
    const { key, keyId } = await makeKey({ entity, kind }, { by: visit.operator.id, because }, entityTools(visit));
    return shown(entity, { key, keyId, replaces: null, endsAt: null });
  });
}

type Shown = { key: string; keyId: string; replaces: string | null; endsAt: Date | null };

/** The key stands in this answer alone: it is neither stored nor in an address. */
const shown = (entity: string, made: Shown): Page => ({
  view: 'entity-key-shown',
  title: 'entity.keyShown',
  data: { ...made, entity, back: `/entities/${entity}` },
});

async function keyIn(visit: Visit, states: Parameters<typeof keyInUse>[3]) {
  const { entity } = await entityIn(visit);
  const key = await keyInUse(entity, visit.params.key ?? '', entityTools(visit), states).catch(() => null);
  if (!key) throw new PageError(404);
  return { entity, key, back: `/entities/${entity}`, kind: `entity.kind.${key.kind}` };
}

async function showRotate(visit: Visit, state: FormState): Promise<Page> {
  const { key, ...more } = await keyIn(visit, ['in_use']);
  return {
    view: 'entity-key-rotate',
    title: 'entity.keyRotate',
    data: {
      ...{ isForm: true, key, ...more, most: OVERLAP_DAYS.most },
      daysField: textField(state, {
        ...{ name: 'days', label: 'entity.keyDays', hint: 'entity.keyDaysHint', inputmode: 'numeric', narrow: true },
        value: String(OVERLAP_DAYS.usual),
      }),
      becauseField: becauseField(state),
    },
  };
}

async function rotate(visit: Visit) {
  const { entity, key } = await keyIn(visit, ['in_use']);
  const { days = '' } = visit.fields;
  if (!/^\d{1,3}$/.test(days.trim()) || Number(days) > OVERLAP_DAYS.most)
    return { errors: [{ field: 'days', key: 'entity.fault.days', values: { most: OVERLAP_DAYS.most } }] };
  const because = readBecause(visit.fields.because);
  if (because === null) return SHORT;
  return orEntityErrors(async () => {
    const which = { entity, keyId: key.id, overlapDays: Number(days) };
    const made = await replaceKey(which, { by: visit.operator.id, because }, entityTools(visit));
    return shown(entity, { key: made.key, keyId: made.keyId, replaces: key.id, endsAt: made.endsAt });
  });
}

async function showRevoke(visit: Visit, state: FormState): Promise<Page> {
  const { key, ...more } = await keyIn(visit, ['in_use', 'ending']);
  return {
    view: 'entity-key-revoke',
    title: 'entity.keyRevoke',
    data: { isForm: true, key, ...more, becauseField: becauseField(state) },
  };
}

async function revoke(visit: Visit) {
  const { entity, key } = await keyIn(visit, ['in_use', 'ending']);
  const because = readBecause(visit.fields.because);
  if (because === null) return SHORT;
  return orEntityErrors(async () => {
    await dropKey({ entity, keyId: key.id }, { by: visit.operator.id, because }, entityTools(visit));
    return { to: `/entities/${entity}`, flash: { key: 'entity.keyRevoked', values: { key: key.id } } };
  });
}
