import type { Channel, Lane } from '../../contracts/status.ts';

export type Topics = ReturnType<typeof topics>;

/** Names of all topics; `prefix` sets several platforms apart on one broker (tests, stages). */
export function topics(prefix = 'notifyme') {
  return {
    events: (entity: string) => `${prefix}.events.${entity}`,
    deliveries: (channel: Channel, lane: Lane) => `${prefix}.deliveries.${channel}.${lane}`,
    outcomes: (entity: string) => `${prefix}.outcomes.${entity}`,
    receipts: `${prefix}.receipts`,
    deadLetters: `${prefix}.dead-letters`,
  };
}
