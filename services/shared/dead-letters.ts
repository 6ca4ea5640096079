import type { DeadLetter } from '../../contracts/generated/types.ts';
import type { Sealer } from './crypto/field.ts';
import { deadLetterId } from './ids.ts';
import type { IncomingMessage } from './kafka/consumer.ts';
import type { OutgoingMessage, Producer } from './kafka/producer.ts';
import type { Metrics } from './metrics.ts';
import type { Topics } from './topics.ts';

export type Unprocessable = { message: IncomingMessage; code: string; detail: string };
export type DeadLetterDeps = { producer: Producer; topics: Topics; sealer: Sealer; metrics: Metrics };

/** What the topic of dead letters has to take: an original of the largest size that is copied, sealed. */
export const DEAD_LETTER_BYTES = 4 * 1024 * 1024;
/** Sealing and base64 make an original 1.8 times as long. A larger one (unpacked from a small batch) is not copied. */
const ORIGINAL_BYTES = 2 * 1024 * 1024;
/** Together in one produce; the topic counts the bytes of a batch. */
const PRODUCE_BYTES = 900 * 1024;

/**
 * Puts messages that cannot be processed aside, with their original bytes (sealed) and place. An original that is too
 * large to be copied stays at its place and the dead letter says so: it must not stop what comes behind it.
 */
export async function deadLetter(items: Unprocessable[], deps: DeadLetterDeps, now: Date): Promise<void> {
  for (const group of inGroups(items)) {
    try {
      await send(
        group.map((item) => toDeadLetter(item, deps.sealer, now)),
        deps,
      );
    } catch (error) {
      if (!isTooLarge(error)) throw error;
      await send(
        group.map((item) => toDeadLetter(withoutOriginal(item), deps.sealer, now)),
        deps,
      );
    }
  }
  for (const { code } of items) deps.metrics.deadLetters.inc({ reason: code });
}

function inGroups(items: Unprocessable[]): Unprocessable[][] {
  const groups: Unprocessable[][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const item of items) {
    const size = 2 * (item.message.value?.length ?? 0) + 1_000;
    if (bytes + size > PRODUCE_BYTES) {
      groups.push([]);
      bytes = 0;
    }
    groups.at(-1)!.push(item);
    bytes += size;
  }
  return groups;
}

const send = (letters: DeadLetter[], { producer, topics }: DeadLetterDeps): Promise<void> =>
  producer.send([{ topic: topics.deadLetters, messages: letters.map(toMessage) }]);

const toMessage = (letter: DeadLetter): OutgoingMessage => ({
  key: `${letter.topic}/${letter.partition}`,
  value: JSON.stringify(letter),
});

/** Kafka's answer MESSAGE_TOO_LARGE: the topic was made by somebody else, with a smaller limit. */
const isTooLarge = (error: unknown): boolean => (error as { type?: string }).type === 'MESSAGE_TOO_LARGE';

function withoutOriginal({ message, code, detail }: Unprocessable): Unprocessable {
  const kept = `its ${message.value?.length ?? 0} bytes are too many to copy and stay at their place`;
  return { message: { ...message, value: null }, code, detail: `${detail}; ${kept}` };
}

function toDeadLetter(item: Unprocessable, sealer: Sealer, now: Date): DeadLetter {
  if ((item.message.value?.length ?? 0) > ORIGINAL_BYTES) return toDeadLetter(withoutOriginal(item), sealer, now);
  const { code, detail } = item;
  const { topic, partition, offset, key, value, headers } = item.message;
  return {
    id: deadLetterId(topic, partition, offset),
    reason: code,
    detail,
    topic,
    partition,
    offset,
    key: key?.toString('base64') ?? null,
    original: value && sealer.seal(value.toString('base64'), 'dead-letter'),
    headers,
    at: now.toISOString(),
    traceparent: headers.traceparent,
  };
}
