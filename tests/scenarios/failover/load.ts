import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { NotifyMeEvent } from '../../../contracts/generated/types.ts';
import type { Stage } from './stage.ts';

/** What is published: a licence notice by SMS and email, held when its outcome is unknown, and a code by SMS, sent again. */
const KINDS = { notice: 'sijilat-licence-renewed', code: 'ekey-sign-in-code' } as const;
export type Kind = keyof typeof KINDS;
export type Published = { eventId: string; kind: Kind; phase: string; at: number };

const EXAMPLES = join(import.meta.dirname, '..', '..', '..', 'contracts', 'examples', 'valid');
const exampleOf = (kind: Kind): NotifyMeEvent => {
  const text = readFileSync(join(EXAMPLES, `${KINDS[kind]}.json`), 'utf8');
  const { sequence: _, correlationid: __, time: ___, ...event } = JSON.parse(text);
  return event;
};

/** Publishes at a steady pace, phase after phase, whatever becomes of the answers. */
export function createLoad({ entities, people }: Stage, perSecond: number) {
  const examples = { notice: exampleOf('notice'), code: exampleOf('code') };
  const published: Published[] = [];
  const going: Promise<unknown>[] = [];

  const publishOne = (phase: string) => {
    const n = published.length;
    const kind: Kind = n % 3 === 2 ? 'code' : 'notice';
    const event = { ...examples[kind], id: `failover-${n}`, subject: people[n % people.length]!.subject };
    // No two texts of a run are the same, so that one that arrives twice is seen.
    if (kind === 'code') event.data = { ...event.data, code: String(100_000 + n) };
    published.push({ eventId: event.id, kind, phase, at: Date.now() });
    going.push(entities.publish(event, 'http'));
  };
  return {
    published,
    async run(phase: string, seconds: number): Promise<void> {
      const begin = Date.now();
      for (let n = 0; n < seconds * perSecond; n++) {
        await wait(Math.max(0, begin + (n * 1000) / perSecond - Date.now()));
        publishOne(phase);
      }
    },
    /** Resolves when every event was acknowledged; throws when one was not. */
    acknowledged: () => Promise.all(going),
  };
}
