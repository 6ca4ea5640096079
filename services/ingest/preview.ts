import pLimit, { type LimitFunction } from 'p-limit';
import { type Preview, PreviewError, previewAudience } from '../shared/audience-preview.ts';
import { fault } from '../shared/event/index.ts';
import { refusalOf, unavailable } from '../shared/http/refuse.ts';
import { monthsMs } from '../shared/policy/contacts.ts';
import type { IngestDeps } from './deps.ts';

/** Counts below this are not told: with areas and languages they would come close to single people. */
const SMALLEST = 10;
/** Previews read the whole segment, so one runs at a time in a process, and few wait. */
const WAITING = 3;
const STALE_MONTHS = 18;

type Count = number | null;
export type RoughPreview = {
  segment: string;
  type: string;
  people: Count;
  reachable: Count;
  byChannel: Record<keyof Preview['byChannel'], Count>;
  suppressedBelow: typeof SMALLEST;
};
export type PreviewDeps = Pick<IngestDeps, 'ledger' | 'catalogue' | 'staleAfterMs'> & { now: () => Date };

/** Lets one preview run at a time. */
export const createPreviewGate = (): LimitFunction => pLimit(1);

/**
 * How many people an audience notice of the entity's type would reach now. Nothing is stored or sent. Counts of 1 to 9
 * are null and others are rounded down to tens, so that two of them tell nothing by their difference. Refuses a type
 * that is not the entity's or not for audiences, and an unknown segment; 503 while too many previews wait.
 */
export async function previewForEntity(
  { segment, type }: { segment: string; type: string },
  entity: string,
  gate: LimitFunction,
  { ledger, catalogue, now, staleAfterMs = monthsMs(STALE_MONTHS) }: PreviewDeps,
): Promise<RoughPreview> {
  if (catalogue.type(type)?.entity.entity !== entity) throw refusalOf([fault('unknown_type', '/type')]);
  if (gate.pendingCount >= WAITING) throw unavailable();
  try {
    const tools = { ledger, catalogue, clock: now, staleAfterMs };
    const { people, reachable, byChannel } = await gate(() => previewAudience({ segment, type }, tools));
    const { sms, email, push } = byChannel;
    return {
      ...{ segment, type, people: rough(people), reachable: rough(reachable), suppressedBelow: SMALLEST },
      byChannel: { sms: rough(sms), email: rough(email), push: rough(push) },
    };
  } catch (error) {
    if (!(error instanceof PreviewError)) throw error;
    throw refusalOf([
      error.code === 'unknown_segment' ? fault('not_a_choice', '/segment') : fault('not_audience_type', '/type'),
    ]);
  }
}

const rough = (count: number): Count =>
  count > 0 && count < SMALLEST ? null : Math.floor(count / SMALLEST) * SMALLEST;
