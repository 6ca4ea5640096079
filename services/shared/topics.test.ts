import { expect, it } from '@jest/globals';
import { CHANNELS, LANES } from '../../contracts/status.ts';
import { topics } from './topics.ts';

it('names every topic as the contracts do, under the prefix', () => {
  const names = topics();
  expect([names.events('sijilat'), names.outcomes('sijilat')]).toEqual([
    'notifyme.events.sijilat',
    'notifyme.outcomes.sijilat',
  ]);
  expect([names.receipts, names.deadLetters]).toEqual(['notifyme.receipts', 'notifyme.dead-letters']);
  expect(names.deliveries('sms', 'urgent')).toBe('notifyme.deliveries.sms.urgent');
  const lanes = CHANNELS.flatMap((channel) => LANES.map((lane) => topics('stage').deliveries(channel, lane)));
  expect(new Set(lanes).size).toBe(9);
  // Legal in Kafka: letters, digits, dot, underscore and hyphen.
  for (const lane of lanes) expect(lane).toMatch(/^stage\.[a-zA-Z0-9._-]+$/);
});
