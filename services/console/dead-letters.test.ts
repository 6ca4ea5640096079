import { expect, it } from '@jest/globals';
import { createSealer } from '../shared/crypto/field.ts';
import { freshKeyRing, parseKeyRing } from '../shared/crypto/keyring.ts';
import type { TopicMessages } from '../shared/kafka/producer.ts';
import type { Ledger } from '../shared/ledger/index.ts';
import { NOON } from '../shared/ledger/samples.ts';
import { replayDeadLetters } from './dead-letters.ts';

it('puts key and content back byte by byte, also where they are no text', async () => {
  const bytes = Buffer.from([0xff, 0x00, 0xc3, 0x28, 0x80]);
  const sealer = createSealer(parseKeyRing(freshKeyRing()));
  const sent: TopicMessages[] = [];
  const producer = { send: async (batch: TopicMessages[]) => void sent.push(...batch), stop: async () => {} };
  const ledger = { deadLetters: { collection: { updateMany: async () => ({}) } } } as unknown as Ledger;
  const original = sealer.seal(bytes.toString('base64'), 'dead-letter');
  const letter = {
    ...{ _id: 'x_1', reason: 'not_json', detail: '', topic: 'events', partition: 0, offset: '7', original },
    ...{ key: bytes.toString('base64'), headers: {}, at: NOON, replayedAt: null },
  };
  await replayDeadLetters([letter, { ...letter, _id: 'x_2', key: null }], {
    ...{ ledger, producer, sealer },
    clock: () => NOON,
  });
  expect(sent[0]!.messages.map(({ key, value }) => [key, value])).toEqual([
    [bytes, bytes],
    [null, bytes],
  ]);
});
