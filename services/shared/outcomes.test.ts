import { describe, expect, it } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import schema from '../../contracts/schemas/outcome.schema.json' with { type: 'json' };
import { at, NOON, sampleNotification } from './ledger/samples.ts';
import { toOutcome } from './outcomes.ts';

const follows = (value: unknown) => {
  const ajv = new Ajv2020({ allErrors: true });
  addFormats.default(ajv);
  return ajv.validate(schema, value) ? [] : ajv.errors;
};

describe('an outcome', () => {
  it('names the event and never the person, and follows its schema', () => {
    const notification = sampleNotification({
      status: 'not_reached',
      reason: 'opted_out',
      outcomeAt: at(5),
      correlationId: 'case-1',
    });
    const outcome = toOutcome({ notification, channels: [{ channel: 'sms', status: 'skipped', reason: 'opted_out' }] });
    expect(follows(outcome)).toEqual([]);
    expect(outcome).toMatchObject({
      eventId: 'evt-1',
      source: '/sijilat',
      correlationId: 'case-1',
      at: at(5).toISOString(),
      revision: 0,
    });
    expect(JSON.stringify(outcome)).not.toContain(notification.subscriberId);
  });

  it('has no reason when the person was reached, and the counts of an audience', () => {
    const notification = sampleNotification({ status: 'reached', outcomeAt: NOON, outcomeRevision: 2 });
    const audience = { people: 3, routed: 2, notReached: 1 };
    const outcome = toOutcome({ notification, channels: [], audience });
    expect(follows(outcome)).toEqual([]);
    expect(outcome).toMatchObject({ audience, revision: 2 });
    expect(outcome).not.toHaveProperty('reason');
  });
});
