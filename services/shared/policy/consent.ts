import { CHANNELS, type Channel } from '../../../contracts/status.ts';
import type { Preference } from '../ledger/types.ts';

export type Topic = { entity: string; category: string; channel: Channel };

/**
 * Whether the person wants this: the most specific preference wins (entity over category over channel), the later one
 * between equals; without any it is allowed. Mandatory notices do not ask.
 */
export function allows(preferences: Preference[], topic: Topic): boolean {
  let best: Preference | null = null;
  for (const preference of preferences) {
    if (!covers(preference, topic)) continue;
    if (
      !best ||
      weight(preference) > weight(best) ||
      (weight(preference) === weight(best) && preference.at >= best.at)
    ) {
      best = preference;
    }
  }
  return best?.allow ?? true;
}

/** Whether the person wants this by any channel at all: what is left to ask when it goes to somebody else's contact. */
export const allowsSome = (preferences: Preference[], { entity, category }: Omit<Topic, 'channel'>): boolean =>
  CHANNELS.some((channel) => allows(preferences, { entity, category, channel }));

const covers = (preference: Preference, { entity, category, channel }: Topic): boolean =>
  (preference.entity === '*' || preference.entity === entity) &&
  (preference.category === '*' || preference.category === category) &&
  (preference.channel === '*' || preference.channel === channel);

const weight = (preference: Preference): number =>
  (preference.entity === '*' ? 0 : 4) + (preference.category === '*' ? 0 : 2) + (preference.channel === '*' ? 0 : 1);
