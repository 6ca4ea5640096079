import { describe, expect, it } from '@jest/globals';
import { createSealer } from '../shared/crypto/field.ts';
import { freshKeyRing, parseKeyRing } from '../shared/crypto/keyring.ts';
import { writeEvidence } from '../shared/evidence/index.ts';
import type { IncomingMessage } from '../shared/kafka/consumer.ts';
import { idOf, NOON } from '../shared/ledger/samples.ts';
import { readReceipts } from './read.ts';

const sealer = createSealer(parseKeyRing(freshKeyRing()));
const message = (value: string | null, offset = '0'): IncomingMessage => ({
  ...{ topic: 'receipts', partition: 0, offset, key: null, headers: {}, at: NOON },
  value: value === null ? null : Buffer.from(value),
});
const receipt = (more = {}) => ({
  ...{ id: idOf('r', '1'), provider: 'ses', channel: 'email', kind: 'delivered' },
  ...{ deliveryId: idOf('d', '1'), occurredAt: '2026-11-24T09:00:00Z', receivedAt: '2026-11-24T09:00:01Z' },
  ...more,
});
const read = (...values: (object | string | null)[]) =>
  readReceipts(
    values.map((value, n) => message(typeof value === 'object' && value ? JSON.stringify(value) : value, String(n))),
    sealer,
  );

describe('reading receipts', () => {
  it('keeps those that follow the schema, each once, with their evidence opened', () => {
    const evidence = { source: 'ses', recipient: 'noor@example.com', recipients: 2, raw: '{}' };
    const sealed = sealer.seal(writeEvidence(evidence), 'evidence');
    const { receipts, unreadable } = read(receipt({ evidence: sealed }), receipt({ evidence: sealed }));
    expect([receipts.length, unreadable]).toEqual([1, []]);
    expect(receipts[0]).toMatchObject({ receipt: { id: idOf('r', '1') }, evidence });
  });

  it.each<[string, object | string | null, string]>([
    ['a tombstone', null, 'empty'],
    ['bytes that are no JSON', 'not json', 'schema'],
    ['JSON that is no receipt', '[]', 'schema'],
    ['a receipt without a kind', receipt({ kind: undefined }), 'schema'],
    ['a receipt with something more', receipt({ phone: 'x' }), 'schema'],
    ['evidence of another platform', receipt({ evidence: 'k9.AAAA' }), 'key_unknown'],
    [
      'evidence that was altered',
      receipt({ evidence: `${sealer.seal('{}', 'evidence').slice(0, -2)}__` }),
      'cannot_open',
    ],
    ['evidence sealed for another use', receipt({ evidence: sealer.seal('{}', 'data') }), 'cannot_open'],
  ])('C22 puts %s aside and goes on', (_, value, code) => {
    const { receipts, unreadable } = read(value, receipt({ id: idOf('r', '2') }));
    expect(receipts.map((one) => one.receipt.id)).toEqual([idOf('r', '2')]);
    expect(unreadable.map((one) => [one.code, one.message.offset])).toEqual([[code, '0']]);
  });
});
