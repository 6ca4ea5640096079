import { CHANNELS } from '../../../../contracts/status.ts';
import { allows } from '../../../shared/policy/consent.ts';
import { PageError } from '../../../shared/web/errors.ts';
import { mandatoryWithin } from '../../use-cases/mandatory.ts';
import { type Choice, readPreferencesOf, savePreferences } from '../../use-cases/preferences.ts';
import { orStop } from '../kit/refusals.ts';
import type { AddPages, FormState, Reply, Visit } from '../kit/types.ts';
import { choose, type Wish } from './preference-list.ts';

/** What the person wants, entity by entity and category by category, on each channel. */
export const addPreferencePages: AddPages = (kit) => {
  kit.get('/preferences', {}, showEntities);
  kit.form('/preferences/:entity', {}, { show: showEntity, act: saveEntity });
};

const EPOCH = new Date(0);

async function showEntities({ context, caller }: Visit): Promise<Reply> {
  const read = await readPreferencesOf(context, caller);
  if (!read.ok) return { to: '/welcome' };
  const preferences = read.value.preferences.map((one) => ({ ...one, at: EPOCH }));
  const entities = read.value.choices.map(({ entity, title, categories }) => {
    const open = categories.filter(({ mandatory }) => mandatory !== 'all');
    const off = open.flatMap(({ id: category }) =>
      CHANNELS.filter((channel) => !allows(preferences, { entity, category, channel })),
    ).length;
    const stateKey =
      open.length === 0 ? 'preferences.allLocked' : off === 0 ? 'preferences.allOn' : 'preferences.someOff';
    return { path: `/preferences/${entity}`, title, stateKey, off };
  });
  return { view: 'preferences', title: 'preferences.title', data: { entities } };
}

async function showEntity(visit: Visit, state: FormState): Promise<Reply> {
  const { context, caller, path, language } = visit;
  const read = await readPreferencesOf(context, caller);
  if (!read.ok) return { to: '/welcome' };
  const choice = choiceOf(read.value.choices, visit.params.entity);
  const preferences = read.value.preferences.map((one) => ({ ...one, at: EPOCH }));
  const categories = choice.categories.map(({ id, title, mandatory }) => ({
    title,
    name: `on.${id}`,
    locked: mandatory === 'all',
    mandatory: mandatoryWithin(context.catalogue, { entity: choice.entity, category: id }).flatMap(
      ({ titles }) => titles,
    ),
    channels: CHANNELS.map((channel) => ({
      channel,
      key: `channel.${channel}`,
      id: `on.${id}.${channel}`,
      checked: state.typed
        ? state.list(`on.${id}`).includes(channel)
        : allows(preferences, { entity: choice.entity, category: id, channel }),
    })),
  }));
  const name = choice.title[language.code as 'en'] ?? choice.title.en;
  return {
    view: 'preferences-entity',
    title: 'preferences.entityTitle',
    titleValues: { entity: name },
    data: { isForm: true, path, categories, canSave: categories.some(({ locked }) => !locked) },
  };
}

async function saveEntity({ context, caller, params, list, language }: Visit): Promise<Reply> {
  const read = await readPreferencesOf(context, caller);
  if (!read.ok) return { to: '/welcome' };
  const { entity, title, categories } = choiceOf(read.value.choices, params.entity);
  const wishes = categories
    .filter(({ mandatory }) => mandatory !== 'all')
    .flatMap(({ id: category }) =>
      CHANNELS.map((channel): Wish => ({ category, channel, allow: list(`on.${category}`).includes(channel) })),
    );
  orStop(await savePreferences(context, caller, choose(read.value.preferences, entity, wishes)));
  return {
    to: '/preferences',
    flash: { key: 'preferences.saved', values: { entity: title[language.code as 'en'] ?? title.en } },
  };
}

function choiceOf(choices: Choice[], entity: string | undefined): Choice {
  const found = choices.find((one) => one.entity === entity);
  if (!found) throw new PageError(404);
  return found;
}
