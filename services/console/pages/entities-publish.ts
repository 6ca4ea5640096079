import { PageError } from '../../shared/web/errors.ts';
import { textField } from '../../shared/web/fields.ts';
import { proposeVersion, putInForce } from '../entities/publish.ts';
import { registerEntity } from '../entities/register.ts';
import type { AddPages, FieldError, FormState, Page, Visit } from '../kit/types.ts';
import { readBecause } from './because.ts';
import { entityIn, entityTools, orEntityErrors, versionIn } from './entities-tools.ts';

const OPERATING = ['operator'] as const;
const PROPOSING = ['operator', 'entity_admin'] as const;
const SHORT = { errors: [{ field: 'because', key: 'because.short' }] };

/** New entities and new versions. Whoever proposes changes nothing yet; an operator puts it in force. */
export const addEntityPublishPages: AddPages = (kit) => {
  kit.form('/entities/register', { may: OPERATING }, { show: showRegister, act: register });
  kit.form('/entities/:id/propose', { may: PROPOSING }, { show: showPropose, act: propose });
  kit.form('/entities/:id/in-force/:version', { may: OPERATING }, { show: showPut, act: put });
};

const packageForm = (state: FormState, { action, back }: { action: string; back: string }) => ({
  ...{ isForm: true, action, back, backLabel: back === '/entities' ? 'entity.backToList' : 'entity.back' },
  packageField: {
    // What was in a file stands in the text afterwards, where its faults are mended.
    ...{ name: 'package', value: textIn(state.fields) },
    isWrong: state.errors.some(({ field }) => field === 'package'),
  },
  becauseField: textField(state, { name: 'because', label: 'because.label', hint: 'because.hint' }),
});

const showRegister = (_: Visit, state: FormState): Page => ({
  view: 'entity-package',
  title: 'entity.register',
  data: { ...packageForm(state, { action: '/entities/register', back: '/entities' }), lead: 'entity.registerLead' },
});

async function register(visit: Visit) {
  const given = packageIn(visit);
  if ('errors' in given) return given;
  return orEntityErrors(async () => {
    const who = { by: visit.operator.id, because: given.because };
    const { entity } = await registerEntity(given.package, who, entityTools(visit));
    return { to: `/entities/${entity}`, flash: { key: 'entity.registered' } };
  });
}

async function showPropose(visit: Visit, state: FormState): Promise<Page> {
  const { entity } = await entityIn(visit);
  const places = { action: `/entities/${entity}/propose`, back: `/entities/${entity}` };
  return {
    view: 'entity-package',
    title: 'entity.propose',
    data: { ...packageForm(state, places), lead: 'entity.proposeLead' },
  };
}

async function propose(visit: Visit) {
  const { entity, version } = await entityIn(visit);
  const given = packageIn(visit);
  if ('errors' in given) return given;
  const named = (given.package as { catalogue?: { entity?: unknown } } | null)?.catalogue?.entity;
  if (named !== entity) return { errors: [{ field: 'package', key: 'entity.fault.other' }] };
  return orEntityErrors(async () => {
    const who = { by: visit.operator.id, because: given.because };
    const stored = await proposeVersion(given.package, who, entityTools(visit));
    const flash = { key: 'entity.proposed', values: { version: String(stored.version) } };
    return { to: `/entities/${entity}/diff?from=${version ?? 'files'}&to=${stored.version}`, flash };
  });
}

/** A chosen file counts, else what was pasted. */
const textIn = (fields: Record<string, string>): string => fields.packageFile?.trim() || fields.package || '';

function packageIn({ fields }: Visit): { package: unknown; because: string } | { errors: FieldError[] } {
  const because = readBecause(fields.because);
  try {
    const given = JSON.parse(textIn(fields));
    return because === null ? SHORT : { package: given, because };
  } catch {
    return { errors: [{ field: 'package', key: 'entity.fault.json' }, ...(because === null ? SHORT.errors : [])] };
  }
}

async function showPut(visit: Visit, state: FormState): Promise<Page> {
  const { entity, version, versions, deployed } = await entityIn(visit);
  const wanted = versionIn(visit.params.version);
  const isThere = wanted === null ? deployed : versions.some((one) => one.version === wanted);
  if (!isThere || wanted === version) throw new PageError(404);
  const name = wanted ?? 'files';
  return {
    view: 'entity-put',
    title: wanted === null ? 'entity.putFiles' : 'entity.put',
    titleValues: { version: String(name) },
    data: {
      ...{ isForm: true, entity, back: `/entities/${entity}`, action: `/entities/${entity}/in-force/${name}` },
      diffTo: `/entities/${entity}/diff?from=${version ?? 'files'}&to=${name}`,
      becauseField: textField(state, { name: 'because', label: 'because.label', hint: 'because.hint' }),
    },
  };
}

async function put(visit: Visit) {
  const { entity } = await entityIn(visit);
  const wanted = versionIn(visit.params.version);
  const because = readBecause(visit.fields.because);
  if (because === null) return SHORT;
  return orEntityErrors(async () => {
    await putInForce(entity, wanted, { by: visit.operator.id, because }, entityTools(visit));
    return { to: `/entities/${entity}`, flash: { key: 'entity.inForceNow' } };
  });
}
