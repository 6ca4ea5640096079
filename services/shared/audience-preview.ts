import type { Channel } from '../../contracts/status.ts';
import type { Catalogue } from './catalogue.ts';
import type { Ledger } from './ledger/index.ts';
import type { Subscriber } from './ledger/types.ts';
import { allows } from './policy/consent.ts';
import { contactsFor } from './policy/contacts.ts';
import { segmentFilter } from './policy/segments.ts';

export type PreviewTools = {
  ledger: Pick<Ledger, 'subscribers'>;
  catalogue: Catalogue;
  clock: () => Date;
  staleAfterMs: number;
};
/** How many people a segment has now, and how many of them a notice of the type would find a way to. */
export type Preview = { people: number; reachable: number; byChannel: Record<Channel, number> };

/** There is no segment, or no audience type, of that name. */
export class PreviewError extends Error {
  readonly code: 'unknown_segment' | 'not_audience_type';
  readonly retryable = false;
  constructor(code: PreviewError['code'], name: string) {
    super(`${code}: ${name}`);
    this.code = code;
  }
}

/**
 * Counts what an audience notice would reach if it were published now: nothing is stored or sent. The count is of this
 * moment; consent and contacts are judged again when it is spread. Throws PreviewError.
 */
export async function previewAudience(
  { segment, type }: { segment: string; type: string },
  { ledger, catalogue, clock, staleAfterMs }: PreviewTools,
): Promise<Preview> {
  const filter = segmentFilter(segment);
  if (!filter) throw new PreviewError('unknown_segment', segment);
  const entry = catalogue.type(type);
  if (!entry?.type.audience) throw new PreviewError('not_audience_type', type);
  const { entity, type: wanted } = entry;
  const rules = { now: clock(), staleAfterMs, mandatory: wanted.mandatory };
  const channels = [...new Set(wanted.plan.flatMap((step) => step.channels))];
  const open =
    ({ preferences, contacts }: Pick<Subscriber, 'preferences' | 'contacts'>) =>
    (channel: Channel) =>
      (wanted.mandatory || allows(preferences, { entity: entity.entity, category: wanted.category, channel })) &&
      'use' in contactsFor(contacts, channel, rules);

  const preview: Preview = { people: 0, reachable: 0, byChannel: { sms: 0, email: 0, push: 0 } };
  const cursor = ledger.subscribers.find(filter).select('preferences contacts').lean<Subscriber[]>().cursor();
  for await (const person of cursor as unknown as AsyncIterable<Subscriber>) {
    const ways = channels.filter(open(person));
    preview.people += 1;
    if (ways.length > 0) preview.reachable += 1;
    for (const channel of ways) preview.byChannel[channel] += 1;
  }
  return preview;
}
