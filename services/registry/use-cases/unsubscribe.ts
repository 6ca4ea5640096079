import type { BilingualText } from '../../../contracts/generated/types.ts';
import { readUnsubscribeToken } from '../../shared/unsubscribe.ts';
import type { Context } from '../context.ts';
import { done, type Result, refuse } from '../result.ts';
import { isAllMandatory, mandatoryWithin, type StillArrives } from './mandatory.ts';

export type UnsubscribeView = {
  entity: string;
  entityTitle: BilingualText;
  category: string;
  categoryTitle: BilingualText;
  channel: 'email';
  stillArrives: StillArrives[];
};

/** What a link would switch off; changes nothing, because mail scanners follow every link (RFC 8058, section 3.1). */
export function readUnsubscribe({ ring, catalogue }: Context, token: string): Result<UnsubscribeView> {
  const claim = readUnsubscribeToken(ring, token);
  const entity = catalogue.entities.find((one) => one.entity === claim?.entity);
  const category = entity?.categories.find(({ id }) => id === claim?.category);
  if (!claim || !entity || !category) return refuse('link_unknown');
  return done({
    entity: entity.entity,
    entityTitle: entity.title,
    category: category.id,
    categoryTitle: category.title,
    channel: 'email',
    stillArrives: mandatoryWithin(catalogue, { entity: entity.entity, category: category.id }),
  });
}

/** Switches off the emails that the link names. The same link again changes nothing more. */
export async function unsubscribe(context: Context, token: string): Promise<Result<UnsubscribeView>> {
  const { ring, catalogue, subscribers, consents, metrics, now } = context;
  const view = readUnsubscribe(context, token);
  const claim = readUnsubscribeToken(ring, token);
  if (!view.ok || !claim) return view;
  if (isAllMandatory(catalogue, claim))
    return refuse('mandatory_category', { extra: { stillArrives: view.value.stillArrives } });
  const { subscriberId, entity, category } = claim;
  const detail = { entity, category, channel: 'email' };
  await consents.note({ subscriberId, what: 'unsubscribed', by: 'link', at: now(), detail });
  await subscribers.setPreference(subscriberId, { entity, category, channel: 'email', allow: false, at: now() });
  metrics.registrations.inc({ what: 'unsubscribed' });
  return view;
}
