import { providersOf } from '../../shared/controls/providers.ts';
import { inForce, weightsInForce } from '../../shared/controls/scope.ts';
import { PageError } from '../../shared/web/errors.ts';
import { choiceField, textField } from '../../shared/web/fields.ts';
import { endControl, listControls, placeControl, type Standing } from '../controls/index.ts';
import { ControlError } from '../controls/request.ts';
import { ageWords, countWords, scopeWords } from '../controls/words.ts';
import type { AddPages, FieldError, FormState, Page, Reply, Visit } from '../kit/types.ts';
import { SHORTEST } from './because.ts';
import { addBanner } from './controls-banner.ts';
import { askedOf, foresee, formFields } from './controls-form.ts';
import { controlTools } from './controls-tools.ts';

const LOOKING = ['viewer', 'operator', 'approver'] as const;
const ACTING = ['operator'] as const;

/** What operators hold back and how they shift the load; each page says what would happen before it does. */
export const addControlPages: AddPages = (kit) => {
  const changed = addBanner(kit);
  const changing =
    (work: (visit: Visit) => Promise<Reply>) =>
    (visit: Visit): Promise<Reply> =>
      work(visit).finally(changed);
  kit.get('/controls', { may: LOOKING }, showControls);
  kit.form('/controls/new', { may: ACTING }, { show: showNew, act: (visit) => orErrors(() => foresee(visit)) });
  kit.form('/controls/weight', { may: ACTING }, { show: showWeight, act: (visit) => orErrors(() => foresee(visit)) });
  kit.post('/controls/place', { may: ACTING }, changing(place));
  kit.form('/controls/end', { may: ACTING }, { show: showEnd, act: (visit) => orErrors(() => changing(end)(visit)) });
};

async function showControls(visit: Visit): Promise<Page> {
  const { context } = visit;
  const now = context.clock();
  const standing = await listControls(controlTools(visit));
  const weights = weightsInForce(standing, now);
  const paused = standing
    .filter((one) => one.kind !== 'weight' && inForce(one, now))
    .map(({ scope }) => scope.provider);
  return {
    view: 'controls',
    title: 'control.title',
    data: {
      controls: standing.map((control) => rowOf(control, visit, now)),
      mayAct: visit.may('POST', '/controls/place'),
      rate: context.settings.RELEASE_PER_SECOND,
      providers: providersOf(context.settings).map(({ name, channel, weight }) => ({
        ...{ name, channel: `channel.${channel}`, given: weight, weight: weights.get(name) ?? weight },
        ...{ isSet: weights.has(name), isPaused: paused.includes(name), canWeigh: weight !== null },
        weighTo: `/controls/weight?provider=${name}`,
      })),
    },
  };
}

const rowOf = (control: Standing, visit: Visit, now: Date) => ({
  kind: `control.kind.${control.state === 'releasing' ? 'releasing' : control.kind}`,
  tone: control.state === 'releasing' ? 'good' : control.kind === 'weight' ? 'info' : 'warn',
  scope: scopeWords(control.scope, visit.language, visit.context.catalogue),
  isHold: control.kind !== 'weight',
  weight: control.weight,
  waiting: countWords(control.waiting, visit.language),
  oldest: ageWords(control.waiting, now, visit.language),
  draining: control.draining,
  codes: control.holdsCodes ? 'control.codes.hold' : 'control.codes.send',
  ...{ until: control.until, by: control.by, at: control.at, because: control.because },
  endTo: control.state === 'active' ? `/controls/end?id=${encodeURIComponent(control._id)}` : null,
});

const showNew = (visit: Visit, state: FormState): Page => ({
  view: 'control-new',
  title: 'control.new',
  data: { isForm: true, ...formFields(visit, state) },
});

function showWeight(visit: Visit, state: FormState): Page {
  const { context, query, language } = visit;
  const choices = providersOf(context.settings).filter(({ weight }) => weight !== null);
  return {
    view: 'control-weight',
    title: 'control.weigh',
    data: {
      isForm: true,
      providerField: choiceField(state, {
        ...{ name: 'provider', label: 'control.field.provider', value: query.provider ?? choices[0]?.name ?? '' },
        choices: choices.map(({ name, channel, weight }) => ({
          value: name,
          label: language.text.plain('control.weightOf', {
            ...{ name, channel: language.text.plain(`channel.${channel}`), weight: weight ?? 0 },
          }),
        })),
      }),
      weightField: textField(state, {
        ...{ name: 'weight', label: 'control.weight', hint: 'control.weightHint', inputmode: 'numeric', narrow: true },
      }),
      forField: formFields(visit, state).forField,
      becauseField: textField(state, { name: 'because', label: 'because.label', hint: 'because.hint' }),
    },
  };
}

/** What was shown is asked for again as it was: the preview decides nothing. */
async function place(visit: Visit): Promise<Reply> {
  try {
    const control = await placeControl(askedOf(visit), visit.operator.id, controlTools(visit));
    const scope = scopeWords(control.scope, visit.language, visit.context.catalogue);
    return { to: '/controls', flash: { key: `control.placed.${control.kind}`, values: { scope } } };
  } catch (error) {
    if (!(error instanceof ControlError)) throw error;
    const errors = [{ field: '', key: `control.fault.${error.code}` }];
    return { ...(await showControls(visit)), errors, status: error.code === 'already' ? 409 : 422 };
  }
}

async function showEnd(visit: Visit, state: FormState): Promise<Page> {
  const id = visit.query.id ?? visit.fields.id ?? '';
  const control = (await listControls(controlTools(visit))).find((one) => one._id === id && one.state === 'active');
  if (!control) throw new PageError(404);
  const rate = visit.context.settings.RELEASE_PER_SECOND;
  return {
    view: 'control-end',
    title: 'control.end',
    data: {
      ...{ isForm: true, id, control: rowOf(control, visit, visit.context.clock()) },
      ...{ count: control.waiting.count, rate, seconds: Math.ceil(control.waiting.count / rate) },
      becauseField: textField(state, { name: 'because', label: 'because.label', hint: 'because.hint' }),
    },
  };
}

async function end(visit: Visit): Promise<Reply> {
  const { id = '', because = '' } = visit.fields;
  if (because.trim().length < SHORTEST) throw new ControlError('because_short', 'because');
  const ended = await endControl(id, { by: visit.operator.id, because: because.trim() }, controlTools(visit));
  const count = countWords(ended.waiting, visit.language);
  return { to: '/controls', flash: { key: `control.ended.${ended.kind}`, values: { count } } };
}

async function orErrors(work: () => Promise<Reply>): Promise<Reply | { errors: FieldError[] }> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof ControlError)) throw error;
    return { errors: [{ field: error.field ?? '', key: `control.fault.${error.code}` }] };
  }
}
