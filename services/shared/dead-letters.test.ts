import { describe, expect, it } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import type { DeadLetter } from '../../contracts/generated/types.ts';
import schema from '../../contracts/schemas/dead-letter.schema.json' with { type: 'json' };
import { createSealer } from './crypto/field.ts';
import { freshKeyRing, parseKeyRing } from './crypto/keyring.ts';
import { type DeadLetterDeps, deadLetter, type Unprocessable } from './dead-letters.ts';
import type { OutgoingMessage, TopicMessages } from './kafka/producer.ts';
import { NOON } from './ledger/samples.ts';
import { createMetrics } from './metrics.ts';
import { topics } from './topics.ts';

const sealer = createSealer(parseKeyRing(freshKeyRing()));
const item = (value: Buffer | null, offset = '7'): Unprocessable => ({
  message: { topic: 'events', partition: 2, offset, key: Buffer.from('k'), value, headers: { test: '1' }, at: NOON },
  code: 'not_json',
  detail: 'the message is no JSON',
});

async function put(items: Unprocessable[], refuse: (messages: OutgoingMessage[]) => Error | null = () => null) {
  const produces: OutgoingMessage[][] = [];
  const producer = {
    async send([batch]: TopicMessages[]) {
      const error = refuse(batch!.messages);
      if (error) throw error;
      produces.push(batch!.messages);
    },
  };
  const deps = { producer, topics: topics('t'), sealer, metrics: createMetrics() } as unknown as DeadLetterDeps;
  await deadLetter(items, deps, NOON);
  const letters = produces.flat().map(({ value }) => JSON.parse(String(value)) as DeadLetter);
  return { produces, letters };
}
const original = ({ original: sealed }: DeadLetter) =>
  sealed && Buffer.from(sealer.open(sealed, 'dead-letter'), 'base64');

describe('a dead letter', () => {
  it('C22 holds the original bytes, sealed, and where they stood; it follows its schema', async () => {
    const bytes = Buffer.from([0xff, 0x00, 0xfe, 0x22]);
    const { letters } = await put([item(bytes)]);
    const [letter] = letters;
    expect(original(letter!)).toEqual(bytes);
    expect(letter).toMatchObject({
      reason: 'not_json',
      topic: 'events',
      partition: 2,
      offset: '7',
      headers: { test: '1' },
    });
    expect(Buffer.from(letter!.key!, 'base64').toString()).toBe('k');
    const ajv = new Ajv2020();
    addFormats.default(ajv);
    expect(ajv.validate(schema, letter)).toBe(true);
  });

  it('C22 keeps null as null, and no bytes as no bytes', async () => {
    const { letters } = await put([item(null), item(Buffer.alloc(0), '8')]);
    expect(letters[0]?.original).toBe(null);
    expect(original(letters[1]!)).toEqual(Buffer.alloc(0));
  });

  it('C33 several large ones do not go in one produce, which would be too large for any topic', async () => {
    const { produces } = await put(['1', '2', '3'].map((offset) => item(Buffer.alloc(300_000, 1), offset)));
    expect(produces.map((messages) => messages.length)).toEqual([1, 1, 1]);
    expect((await put(['1', '2', '3'].map((offset) => item(Buffer.alloc(10), offset)))).produces).toHaveLength(1);
  });

  it('C33 says that an original was left in its place when the topic does not take it', async () => {
    const tooLarge = Object.assign(new Error(), { type: 'MESSAGE_TOO_LARGE' });
    const refuse = (messages: OutgoingMessage[]) =>
      messages.some(({ value }) => value!.length > 10_000) ? tooLarge : null;
    const { letters } = await put([item(Buffer.alloc(20_000, 1))], refuse);
    expect(letters).toMatchObject([{ original: null, detail: expect.stringContaining('20000 bytes'), offset: '7' }]);
    expect((await put([item(Buffer.alloc(3_000_000, 1))])).letters).toMatchObject([{ original: null }]);
  });

  it('is not taken for written when the broker refused it', async () => {
    await expect(put([item(null)], () => new Error('no broker'))).rejects.toThrow('no broker');
  });

  it('is nothing for nothing', async () => {
    expect((await put([])).produces).toEqual([]);
  });
});
