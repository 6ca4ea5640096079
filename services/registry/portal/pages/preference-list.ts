import type { Channel } from '../../../../contracts/status.ts';
import { allows } from '../../../shared/policy/consent.ts';
import type { PreferenceInput } from '../../input/preferences.ts';

export type Wish = { category: string; channel: Channel; allow: boolean };

/**
 * The person's whole list after their wishes for one entity: rules of other entities and for all entities stay, and
 * only what differs from these is written down.
 */
export function choose(before: PreferenceInput[], entity: string, wishes: Wish[]): PreferenceInput[] {
  const kept = before.filter((one) => one.entity !== entity).map((one) => ({ ...one, at: new Date(0) }));
  const own = wishes
    .filter(({ category, channel, allow }) => allows(kept, { entity, category, channel }) !== allow)
    .map((wish) => ({ entity, ...wish }));
  return [...kept.map(({ at: _, ...rest }) => rest), ...own];
}
