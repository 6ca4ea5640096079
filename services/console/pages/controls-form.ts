import { CHANNELS, LANES } from '../../../contracts/status.ts';
import { providersOf } from '../../shared/controls/providers.ts';
import { SCOPE_FIELDS, touchesCodes } from '../../shared/controls/scope.ts';
import { type Choice, choiceField, textField } from '../../shared/web/fields.ts';
import { foreseeControl } from '../controls/index.ts';
import type { Asked } from '../controls/request.ts';
import { ageWords, countWords, scopeWords, titleIn } from '../controls/words.ts';
import type { FormState, Page, Visit } from '../kit/types.ts';
import { controlTools } from './controls-tools.ts';

const MINUTE = 60_000;
/** For how long, by the value of the field; empty: until somebody ends it. */
const SPANS: Record<string, number> = {
  '30m': 30 * MINUTE,
  '2h': 120 * MINUTE,
  '8h': 480 * MINUTE,
  '1d': 1_440 * MINUTE,
  '7d': 10_080 * MINUTE,
};
const KINDS = ['pause', 'drain', 'weight'] as const;
/** What the preview hands on, so that the confirmation asks for the same. */
const HANDED_ON = [...SCOPE_FIELDS, 'kind', 'codes', 'weight', 'for', 'because'];

/** The fields of a pause or drain. */
export function formFields({ context, language }: Visit, state: FormState) {
  const { text, code } = language;
  const any: Choice = { value: '', label: text.plain('control.any') };
  const named = (name: string, choices: Choice[]) =>
    choiceField(state, { name, label: `control.field.${name}`, choices: [any, ...choices], value: '' });
  const titled = (value: string, title: { en: string; ar: string }) => ({
    value,
    label: titleIn(title, code) ?? value,
  });
  const keyed = (prefix: string, values: readonly string[]) =>
    values.map((value) => ({ value, label: text.plain(`${prefix}.${value}`) }));
  const { entities } = context.catalogue;
  return {
    kindField: choiceField(state, {
      ...{ name: 'kind', label: 'control.kind', value: 'pause' },
      choices: (['pause', 'drain'] as const).map((value) => ({ value, label: `control.choose.${value}` })),
    }),
    providerField: named(
      'provider',
      providersOf(context.settings).map(({ name }) => ({ value: name, label: name })),
    ),
    channelField: named('channel', keyed('channel', CHANNELS)),
    laneField: named('lane', keyed('lane', LANES)),
    entityField: named(
      'entity',
      entities.map(({ entity, title }) => titled(entity, title)),
    ),
    typeField: named(
      'type',
      entities.flatMap(({ types }) => types.map(({ type, title }) => titled(type, title))),
    ),
    codesField: choiceField(state, {
      ...{ name: 'codes', label: 'control.codes', hint: 'control.codesHint', value: '' },
      choices: (['send', 'hold'] as const).map((value) => ({ value, label: `control.codes.${value}` })),
    }),
    forField: choiceField(state, {
      ...{ name: 'for', label: 'control.for', value: '' },
      choices: ['', ...Object.keys(SPANS)].map((value) => ({
        value,
        label: text.plain(`control.for.${value || 'open'}`),
      })),
    }),
    becauseField: textField(state, { name: 'because', label: 'because.label', hint: 'because.hint' }),
  };
}

/** What the form, or the preview behind it, asks for. */
export function askedOf({ fields, context }: Visit): Asked {
  const span = SPANS[fields.for ?? ''];
  const { codes, weight, because = '' } = fields;
  return {
    kind: KINDS.find((kind) => kind === fields.kind) ?? 'pause',
    scope: Object.fromEntries(SCOPE_FIELDS.flatMap((name) => (fields[name] ? [[name, fields[name]]] : []))),
    ...((codes === 'hold' || codes === 'send') && { codes }),
    ...(/^\d{1,4}$/.test(weight ?? '') && { weight: Number(weight) }),
    until: span ? new Date(context.clock().getTime() + span) : null,
    because,
  };
}

/** The page that says what would happen. Throws ControlError. */
export async function foresee(visit: Visit): Promise<Page> {
  const { fields, language, context } = visit;
  const { wanted, waiting, byOthers, standing } = await foreseeControl(askedOf(visit), controlTools(visit));
  const { kind, scope, holdsCodes, weight, until, because } = wanted;
  const given = providersOf(context.settings).find(({ name }) => name === scope.provider)?.weight ?? null;
  return {
    view: 'control-preview',
    title: `control.preview.${kind}`,
    data: {
      isHold: kind !== 'weight',
      scope: scopeWords(scope, language, context.catalogue),
      ...{ weight, given, until, because },
      waiting: countWords(waiting, language),
      oldest: ageWords(waiting, context.clock(), language),
      codes: kind !== 'weight' && touchesCodes(scope) ? `control.codes.${holdsCodes ? 'hold' : 'send'}` : null,
      ...{ provider: scope.provider ?? null, byOthers: byOthers.join(', ') },
      standing: standing && { by: standing.by, because: standing.because },
      fields: HANDED_ON.flatMap((name) => (fields[name] ? [{ name, value: fields[name] }] : [])),
      button: `control.do.${kind}`,
    },
  };
}
