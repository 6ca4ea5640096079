import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { NotifyMeEvent } from '../../../contracts/generated/types.ts';
import type { PersonKey } from './people.ts';

/** What the demo publishes, by which way, and what is to be seen of it. */
export type Scene = { shows: string; example: string; to: PersonKey | 'audience'; way: 'http' | 'kafka'; id?: string };

const EXAMPLES = join(import.meta.dirname, '..', '..', '..', 'contracts', 'examples', 'valid');

/** At least one scene for each of the eight entities, in both ways and both languages, and each kind of ending. */
export const SCENES: Scene[] = [
  { shows: 'all channels, Arabic', example: 'sijilat-licence-renewed', to: 'noor', way: 'http' },
  { shows: 'all channels, English', example: 'ofoq-declaration-cleared', to: 'adam', way: 'http' },
  { shows: 'SMS and mobile app, Arabic', example: 'benayat-permit-approved', to: 'huda', way: 'kafka' },
  { shows: 'email only, Arabic, GCC national', example: 'idcard-card-ready', to: 'omar', way: 'kafka' },
  { shows: 'push only, English', example: 'social-application-received', to: 'sara', way: 'http' },
  { shows: 'company', example: 'sijilat-licence-renewed', to: 'bakery', way: 'kafka' },
  { shows: 'sensitive: no content', example: 'health-result-ready', to: 'noor', way: 'http' },
  { shows: 'sensitive: no content', example: 'workfit-result-issued', to: 'adam', way: 'http' },
  { shows: 'urgent sign-in code', example: 'ekey-sign-in-code', to: 'huda', way: 'http' },
  { shows: 'skipped: opted out', example: 'health-appointment-confirmed', to: 'optedOut', way: 'http' },
  { shows: 'mandatory in spite of opt-out', example: 'social-decision-issued', to: 'optedOut', way: 'http' },
  { shows: 'deferred by quiet hours', example: 'workfit-appointment-booked', to: 'sleeper', way: 'http' },
  { shows: 'not reached: unverified', example: 'ofoq-inspection-required', to: 'unverified', way: 'kafka' },
  { shows: 'not reached: no contact', example: 'benayat-permit-approved', to: 'nobody', way: 'http' },
  { shows: 'bounced and invalid number', example: 'idcard-card-ready', to: 'bouncing', way: 'http' },
  { shows: 'announcement to an audience', example: 'sijilat-annual-return-announcement', to: 'audience', way: 'http' },
];

/** The example event, for this person, with an id of its own. */
export function eventFor(scene: Scene, subject: string, number: number): NotifyMeEvent {
  const example = JSON.parse(readFileSync(join(EXAMPLES, `${scene.example}.json`), 'utf8')) as NotifyMeEvent;
  const { sequence: _, correlationid: __, ...event } = example;
  return {
    ...event,
    id: scene.id ?? `demo-${number}`,
    time: new Date().toISOString(),
    subject: scene.to === 'audience' ? example.subject : subject,
  };
}

export const entityOf = ({ source }: NotifyMeEvent): string => source.split('/')[1]!;
