import { type ICustomPartitioner, Partitioners } from 'kafkajs';

/**
 * Kafka's own way to a partition, as in its Java client: murmur2 of the key, so that everybody's messages of one person share one.
 * kafkajs works it out in 64-bit BigInts; the numbers it comes to are these.
 */
export const createPartitioner: ICustomPartitioner = () => {
  const keyless = Partitioners.DefaultPartitioner();
  return (args) => {
    const { key, partition } = args.message;
    if (key == null || partition != null) return keyless(args);
    return (murmur2(Buffer.from(key)) & 0x7fffffff) % args.partitionMetadata.length;
  };
};

const MULTIPLIER = 0x5bd1e995;

/** MurmurHash2 over 32 bits, with the seed of org.apache.kafka.common.utils.Utils. */
function murmur2(bytes: Buffer): number {
  let hash = 0x9747b28c ^ bytes.length;
  const whole = bytes.length & ~3;
  for (let at = 0; at < whole; at += 4) {
    const part = Math.imul(bytes.readInt32LE(at), MULTIPLIER);
    hash = Math.imul(hash, MULTIPLIER) ^ Math.imul(part ^ (part >>> 24), MULTIPLIER);
  }
  for (let at = bytes.length - 1; at >= whole; at--) hash ^= bytes[at]! << (8 * (at - whole));
  if (whole < bytes.length) hash = Math.imul(hash, MULTIPLIER);
  hash = Math.imul(hash ^ (hash >>> 13), MULTIPLIER);
  return hash ^ (hash >>> 15);
}
