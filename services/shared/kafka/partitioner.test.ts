import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Partitioners } from 'kafkajs';
import { createPartitioner } from './partitioner.ts';

const partitions = (many: number) =>
  Array.from({ length: many }, (_, partitionId) => ({
    ...{ partitionId, leader: 1, partitionErrorCode: 0 },
    ...{ replicas: [1], isr: [1], offlineReplicas: [] },
  }));
const place = (key: string | Buffer, many: number, of = createPartitioner) =>
  of()({ topic: 't', partitionMetadata: partitions(many), message: { key, value: null } });

describe('the partition of a key', () => {
  // org.apache.kafka.common.utils.UtilsTest.testMurmur2 of Apache Kafka.
  it.each([
    ['21', -973932308],
    ['foobar', -790332482],
    ['a-little-bit-long-string', -985981536],
    ['a-little-bit-longer-string', -1486304829],
    ['lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8', -58897971],
    ['abc', 479470107],
  ])('is the one that Kafka’s own client takes: %s', (key, hash) => {
    expect(place(key, 997)).toBe((hash & 0x7fffffff) % 997);
  });

  it('is that of kafkajs, whatever the bytes and however many partitions', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 70 }), fc.integer({ min: 1, max: 200 }), (bytes, many) => {
        const key = Buffer.from(bytes);
        expect(place(key, many)).toBe(place(key, many, Partitioners.DefaultPartitioner));
      }),
      { numRuns: 500 },
    );
  });
});

describe('a message without a key', () => {
  it('goes to a partition that has a leader, and one with a partition of its own goes there', () => {
    const partitionMetadata = partitions(3).map((one) => ({ ...one, leader: one.partitionId === 2 ? 1 : -1 }));
    const choose = createPartitioner();
    expect(choose({ topic: 't', partitionMetadata, message: { value: 'x' } })).toBe(2);
    expect(choose({ topic: 't', partitionMetadata, message: { value: 'x', key: 'k', partition: 1 } })).toBe(1);
  });
});
