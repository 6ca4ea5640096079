import type { DeadLetter } from '../../contracts/generated/types.ts';
import { deadLetterId } from '../shared/ids.ts';
import type { IncomingMessage } from '../shared/kafka/consumer.ts';
import { insertNew, type Ledger } from '../shared/ledger/index.ts';
import type { StoredDeadLetter } from '../shared/ledger/types.ts';

/** Dead letters where operators can find them. */
export async function keepDeadLetters(messages: IncomingMessage[], ledger: Ledger): Promise<void> {
  const letters = messages.flatMap((message): StoredDeadLetter[] => {
    if (message.value === null) return [];
    const letter = readLetter(message);
    const { id, reason, detail, topic, partition, offset, original, key, headers } = letter;
    return [
      {
        _id: id,
        reason,
        detail,
        topic,
        partition,
        offset,
        original,
        key: key ?? null,
        headers: (headers ?? {}) as Record<string, string>,
        at: new Date(letter.at),
        replayedAt: null,
      },
    ];
  });
  await insertNew(ledger.deadLetters.collection, letters);
}

/** A dead letter that cannot be read itself must not stop those behind it: it is kept as one about its own place. */
function readLetter({ topic, partition, offset, value, at }: IncomingMessage): DeadLetter {
  try {
    const letter = JSON.parse(value?.toString('utf8') ?? '') as DeadLetter;
    if (typeof letter.id === 'string' && typeof letter.at === 'string') return letter;
  } catch {
    // told below like any other that has no id
  }
  const id = deadLetterId(topic, partition, offset);
  const place = { topic, partition, offset, original: null, at: at.toISOString() };
  return { id, reason: 'schema', detail: 'not a dead letter', ...place };
}
