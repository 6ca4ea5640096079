import { createHash, randomBytes } from 'node:crypto';
import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Act, AuditRecord } from '../../services/shared/audit/act.ts';
import { anchorHead, auditAnchorTopic, openAnchor, readAnchors } from '../../services/shared/audit/anchor.ts';
import { actsOn, appendAct, auditOf } from '../../services/shared/audit/append.ts';
import { verifyChain } from '../../services/shared/audit/verify.ts';
import { freshKeyRing, parseKeyRing } from '../../services/shared/crypto/keyring.ts';
import { connectKafka, ensureTopics } from '../../services/shared/kafka/connect.ts';
import { createProducer } from '../../services/shared/kafka/producer.ts';
import { connectLedger, type Ledger } from '../../services/shared/ledger/index.ts';
import { silentLogger } from '../../services/shared/log.ts';

const AT = new Date('2026-11-24T09:00:00.123Z');
const act = (n: number, more: Partial<Act> = {}): Act => ({
  ...{ actor: { id: 'op-1', role: 'operator' }, act: 'replay', targets: [`d_${n}`], reason: `because ${n}` },
  ...{ details: { count: n, filter: { channel: 'sms' }, nothing: undefined } },
  ...more,
});

describe('the audit trail', () => {
  let ledger: Ledger;
  const ring = parseKeyRing(freshKeyRing());
  const folder = mkdtempSync(join(tmpdir(), 'notifyme-audit-'));
  const dbName = `audit-${randomBytes(4).toString('hex')}`;
  beforeAll(async () => {
    ledger = await connectLedger({ uri: process.env.MONGODB_URI ?? '', dbName });
  });
  afterEach(() => auditOf(ledger).deleteMany({}));
  afterAll(async () => {
    rmSync(folder, { recursive: true, force: true });
    await ledger.connection.dropDatabase();
    await ledger.close();
  });
  const append = async (count: number) => {
    for (let n = 1; n <= count; n += 1) await appendAct(ledger, act(n), AT);
  };
  const judged = async (anchors = {}) => {
    const verdict = await verifyChain(ledger, anchors);
    return verdict.ok ? 'well' : `${verdict.fault} at ${verdict.seq}`;
  };

  it('numbers its records from 1 and hashes each with the one before, by SHA-256 over canonical JSON (RFC 8785)', async () => {
    await append(2);
    const [first, second] = await auditOf(ledger).find().sort({ _id: 1 }).toArray();
    const written =
      `{"_id":1,"act":"replay","actor":{"id":"op-1","role":"operator"},"at":"2026-11-24T09:00:00.123Z",` +
      `"details":{"count":1,"filter":{"channel":"sms"}},"nonce":"${first!.nonce}","prev":"${'0'.repeat(64)}",` +
      `"reason":"because 1","sealed":null,"targets":["d_1"]}`;
    expect(first!.hash).toBe(createHash('sha256').update(written).digest('hex'));
    expect(second).toMatchObject({ _id: 2, prev: first!.hash });
    expect(await verifyChain(ledger)).toEqual({ ok: true, checked: 2, head: { seq: 2, hash: second!.hash } });
  });

  it('takes forty acts of two writers at once into one chain, each once', async () => {
    const other = await connectLedger({ uri: process.env.MONGODB_URI ?? '', dbName });
    await Promise.all(Array.from({ length: 40 }, (_, n) => appendAct(n % 2 ? ledger : other, act(n), AT)));
    await other.close();
    expect(await judged()).toBe('well');
    const reasons = (await auditOf(ledger).find().toArray()).map(({ reason }) => reason);
    expect(new Set(reasons).size).toBe(40);
    expect(reasons.length).toBe(40);
  });

  it.each<[string, string, (chain: Ledger) => Promise<unknown>]>([
    ['an edit', 'changed at 2', (l) => auditOf(l).updateOne({ _id: 2 }, { $set: { reason: 'another' } })],
    [
      'an edited number inside',
      'changed at 3',
      (l) => auditOf(l).updateOne({ _id: 3 }, { $inc: { 'details.count': 1 } }),
    ],
    ['another actor', 'changed at 1', (l) => auditOf(l).updateOne({ _id: 1 }, { $set: { 'actor.id': 'op-2' } })],
    ['a deletion', 'missing at 2', (l) => auditOf(l).deleteOne({ _id: 2 })],
    ['a deleted beginning', 'missing at 1', (l) => auditOf(l).deleteOne({ _id: 1 })],
    ['two that changed places', 'changed at 2', (l) => swap(l, 2, 3)],
  ])('finds %s: %s', async (_, found, tamper) => {
    await append(4);
    expect(await judged()).toBe('well');
    await tamper(ledger);
    expect(await judged()).toBe(found);
  });

  it('sees an end that was cut off, and a chain that was made anew, by anchors outside of the database', async () => {
    const file = join(folder, 'anchors');
    expect(await anchorHead({ ledger, ring, now: AT, file })).toBeNull();
    await append(3);
    expect(await anchorHead({ ledger, ring, now: AT, file })).toMatchObject({ seq: 3, at: AT.toISOString() });
    await appendAct(ledger, act(4), AT);
    const anchors = await readAnchors(file, ring);
    expect(await judged({ anchors })).toBe('well');
    await auditOf(ledger).deleteMany({ _id: { $gte: 3 } });
    expect(await judged()).toBe('well');
    expect(await judged({ anchors })).toBe('truncated at 3');
    await appendAct(ledger, act(9), AT);
    expect(await judged()).toBe('well');
    expect(await judged({ anchors })).toBe('rewritten at 3');
  });

  it('believes no anchor that another key ring signed', async () => {
    const file = join(folder, 'forged');
    await append(1);
    await anchorHead({ ledger, ring: parseKeyRing(freshKeyRing()), now: AT, file });
    await expect(readAnchors(file, ring)).rejects.toMatchObject({ code: 'anchor_forged' });
    appendFileSync(file, 'nonsense\n');
    await expect(readAnchors(file, ring)).rejects.toMatchObject({ code: 'anchor_forged' });
  });

  it('anchors its head in Kafka', async () => {
    const kafka = connectKafka({
      ...{ brokers: (process.env.KAFKA_BROKERS ?? '').split(','), clientId: dbName, log: silentLogger },
    });
    const topic = auditAnchorTopic(dbName);
    await ensureTopics(kafka, [{ topic, partitions: 1 }]);
    const producer = await createProducer(kafka);
    await append(2);
    const anchor = await anchorHead({ ledger, ring, now: AT, stream: { producer, topic } });
    await producer.stop();
    const consumer = kafka.consumer({ groupId: `${dbName}.test` });
    await consumer.connect();
    await consumer.subscribe({ topic, fromBeginning: true });
    const signed = await new Promise<string>((resolve) => {
      void consumer.run({ eachMessage: async ({ message }) => resolve(String(message.value)) });
    });
    await consumer.disconnect();
    expect(topic).toBe(`${dbName}.audit-anchors`);
    expect(await openAnchor(signed, ring)).toEqual(anchor);
  });

  it('throws when it cannot be written, and does not take the fault of another index for a race', async () => {
    await auditOf(ledger).createIndex({ reason: 1 }, { unique: true, name: 'broken' });
    await append(1);
    await expect(appendAct(ledger, act(1), AT)).rejects.toMatchObject({ code: 11000 });
    await auditOf(ledger).dropIndex('broken');
    expect(await auditOf(ledger).countDocuments()).toBe(1);
  });

  it('lists what was done to one thing, newest first', async () => {
    await appendAct(ledger, act(1, { targets: ['s_1', 'm_1'], reason: 'first' }), AT);
    await appendAct(ledger, act(2, { targets: ['s_2'] }), AT);
    await appendAct(ledger, act(3, { targets: ['s_1'], reason: 'last' }), AT);
    expect((await actsOn(ledger, 's_1')).map(({ reason }) => reason)).toEqual(['last', 'first']);
  });
});

async function swap(ledger: Ledger, one: number, other: number): Promise<void> {
  const [a, b] = await auditOf(ledger)
    .find({ _id: { $in: [one, other] } })
    .sort({ _id: 1 })
    .toArray();
  await auditOf(ledger).replaceOne({ _id: one }, without(b!));
  await auditOf(ledger).replaceOne({ _id: other }, without(a!));
}

const without = ({ _id, ...rest }: AuditRecord) => rest;
