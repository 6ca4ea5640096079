import type { BilingualText } from '../../../contracts/generated/types.ts';
import type { Catalogue } from '../../shared/catalogue.ts';
import type { Preference } from '../../shared/ledger/types.ts';
import type { Caller, Context } from '../context.ts';
import type { PreferenceInput } from '../input/preferences.ts';
import { done, type Result, refuse } from '../result.ts';
import { noteConsent } from './consent.ts';
import { isAllMandatory, mandatoryWithin, type StillArrives } from './mandatory.ts';
import { saveProfile } from './register.ts';

export type Choice = {
  entity: string;
  title: BilingualText;
  categories: { id: string; title: BilingualText; mandatory: 'all' | 'some' | 'none' }[];
};

export type PreferencesView = {
  preferences: PreferenceInput[];
  /** What the opt-outs above do not stop. */
  stillArrives: StillArrives[];
  /** Everything that can be chosen. */
  choices: Choice[];
};

/** The caller's opt-outs and opt-ins, with what can be chosen. */
export async function readPreferencesOf(
  { subscribers, catalogue }: Context,
  caller: Caller,
): Promise<Result<PreferencesView>> {
  const subscriber = await subscribers.find(caller.subscriberId);
  return subscriber ? done(viewPreferences(catalogue, subscriber.preferences)) : refuse('not_registered');
}

/** Replaces the caller's list. An opt-out of notices that are all mandatory is refused, and nothing is stored. */
export async function savePreferences(
  context: Context,
  caller: Caller,
  input: PreferenceInput[],
): Promise<Result<PreferencesView>> {
  const { subscribers, catalogue, metrics, now } = context;
  const pretended = input.flatMap((one, i) => (!one.allow && isAllMandatory(catalogue, one) ? [i] : []));
  if (pretended.length > 0) {
    const faults = pretended.map((i) => ({ pointer: `/preferences/${i}`, code: 'mandatory_category' as const }));
    const stillArrives = pretended.flatMap((i) => mandatoryWithin(catalogue, input[i]!));
    return refuse('mandatory_category', { faults, extra: { stillArrives } });
  }
  const at = now();
  const preferences = input.map(({ entity, category, channel, allow }) => ({ entity, category, channel, allow, at }));
  await noteConsent(context, caller, 'preferences', { preferences: input });
  await saveProfile(context, caller);
  await subscribers.setPreferences(caller.subscriberId, preferences, at);
  metrics.registrations.inc({ what: 'preferences_saved' });
  return done(viewPreferences(catalogue, preferences));
}

function viewPreferences(catalogue: Catalogue, stored: Preference[]): PreferencesView {
  const preferences = stored.map(({ entity, category, channel, allow }) => ({ entity, category, channel, allow }));
  const still = preferences.filter(({ allow }) => !allow).flatMap((one) => mandatoryWithin(catalogue, one));
  return {
    preferences,
    stillArrives: [...new Map(still.map((one) => [`${one.entity} ${one.category}`, one])).values()],
    choices: catalogue.entities.map(({ entity, title, categories }) => ({
      entity,
      title,
      categories: categories.map(({ id, title }) => ({ id, title, mandatory: shareOf(catalogue, entity, id) })),
    })),
  };
}

function shareOf(catalogue: Catalogue, entity: string, category: string): 'all' | 'some' | 'none' {
  if (isAllMandatory(catalogue, { entity, category })) return 'all';
  return mandatoryWithin(catalogue, { entity, category }).length > 0 ? 'some' : 'none';
}
