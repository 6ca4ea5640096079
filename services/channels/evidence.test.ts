import { describe, expect, it } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import receiptSchema from '../../contracts/schemas/receipt.schema.json' with { type: 'json' };
import type { Reason } from '../../contracts/status.ts';
import type { TopicMessages } from '../shared/kafka/producer.ts';
import { NOON, sampleDelivery } from '../shared/ledger/samples.ts';
import { topics } from '../shared/topics.ts';
import type { ChannelDeps } from './deps.ts';
import { publishEvidence } from './evidence.ts';
import type { Result } from './store.ts';

const refused = (reason: Reason, more: Partial<Result['delivery']> = {}): Result => ({
  delivery: sampleDelivery(more),
  change: { status: 'failed', reason, dueAt: NOON, updatedAt: NOON },
  attempt: {
    ...{ no: 1, provider: 'sns-sms', startedAt: NOON, endedAt: NOON, result: 'refused', reason, providerRef: null },
    code: 'x',
  },
});

async function publish(results: Result[]) {
  const sent: TopicMessages[] = [];
  const producer = { send: async (batch: TopicMessages[]) => void sent.push(...batch) };
  await publishEvidence(results, { producer, topics: topics('t') } as unknown as ChannelDeps);
  return sent;
}

describe('evidence from a provider’s answer', () => {
  it.each<[Reason, string]>([
    ['opted_out', 'opted_out'],
    ['endpoint_gone', 'endpoint_gone'],
    ['invalid_number', 'hard_bounce'],
    ['invalid_address', 'hard_bounce'],
  ])('%s is told as %s, once, by a receipt that follows its schema', async (reason, kind) => {
    const [receipts] = await publish([refused(reason)]);
    const told = receipts!.messages.map(({ value }) => JSON.parse(String(value)));
    expect(told).toMatchObject([{ kind, reason, deliveryId: sampleDelivery()._id }]);
    const ajv = new Ajv2020({ allowUnionTypes: true });
    addFormats.default(ajv);
    expect(ajv.validate(receiptSchema, told[0])).toBe(true);
    const [again] = await publish([refused(reason)]);
    expect(JSON.parse(String(again!.messages[0]!.value)).id).toBe(told[0].id);
  });

  it('says nothing about the contact when the notice, the provider or the account was at fault', async () => {
    const reasons: Reason[] = ['too_large', 'rejected_content', 'provider_refused', 'provider_misconfigured'];
    const [receipts] = await publish(reasons.map((reason) => refused(reason)));
    expect(receipts!.messages).toEqual([]);
  });

  it('a test never says anything about a real contact; what was not asked says nothing either', async () => {
    const [receipts] = await publish([
      refused('endpoint_gone', { test: true }),
      { ...refused('endpoint_gone'), attempt: null },
    ]);
    expect(receipts!.messages).toEqual([]);
  });
});
