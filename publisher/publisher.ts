import { randomUUIDv7 } from 'node:crypto';
import type { NotifyMeEvent } from '../contracts/generated/types.ts';
import { type Catalogue, loadCatalogue } from '../services/shared/catalogue.ts';
import { type CheckedEvent, checkEvent } from '../services/shared/event/index.ts';
import { PublishError } from './errors.ts';
import { type HttpTarget, type Published, postEvent } from './http.ts';
import { createKafkaSender, type KafkaTarget } from './kafka.ts';
import { type RetryOptions, withRetries } from './retry.ts';

export { PublishError } from './errors.ts';
export type { Published } from './http.ts';

/** What an entity writes; `specversion`, `id` and `time` are filled in when they are left out. */
export type EventDraft = Omit<NotifyMeEvent, 'specversion' | 'id' | 'time'> & Partial<NotifyMeEvent>;
export type PublisherOptions = (HttpTarget | KafkaTarget) & {
  catalogue?: Catalogue;
  retry?: Partial<RetryOptions>;
  now?: () => Date;
};

export type Publisher = {
  /** Checks, sends and retries; resolves when the platform's broker has the event. Throws PublishError. */
  publish(draft: EventDraft): Promise<Published>;
  /** Judges an event as the platform would, offline. */
  check(draft: EventDraft): CheckedEvent;
  stop(): Promise<void>;
};

const RETRY: RetryOptions = { tries: 6, baseMs: 200, maxMs: 10_000 };

/**
 * The publisher of an entity, over HTTP or straight to its own Kafka topic. The same schemas and rules that ingest and
 * the router use are applied before anything is sent. A retry repeats the same id, so nothing is told twice; an entity
 * that may crash in between gives its own `id`.
 */
export function createPublisher(options: PublisherOptions): Publisher {
  const { catalogue = loadCatalogue(), now = () => new Date() } = options;
  const sender = options.mode === 'kafka' ? createKafkaSender(options) : httpSender(options);
  const testing = options.mode === 'kafka' ? options.test === true : options.key.startsWith('nk_test_');

  const check = (draft: EventDraft): CheckedEvent => {
    const entity = options.mode === 'kafka' ? options.entity : catalogue.bySource(String(draft.source))?.entity;
    return checkEvent(complete(draft, now()), {
      catalogue,
      now: now(),
      entity: entity ?? '',
      keyKind: testing ? 'test' : 'live',
    });
  };

  return {
    check,
    async publish(draft) {
      const checked = check(draft);
      if (!checked.ok) {
        const places = checked.faults.map(({ code, pointer }) => `${code} at ${pointer || '/'}`).join(', ');
        throw new PublishError(checked.faults[0]!.code, `not sent: ${places}`, { faults: checked.faults });
      }
      return withRetries(() => sender.send(checked.event), { ...RETRY, ...options.retry });
    },
    stop: () => sender.stop(),
  };
}

const httpSender = (target: HttpTarget) => ({
  send: (event: NotifyMeEvent) => postEvent(event, target),
  stop: async () => {},
});

const complete = (draft: EventDraft, now: Date): NotifyMeEvent => ({
  specversion: '1.0',
  // Version 7 (RFC 9562): sortable by time, which keeps an entity's own records in order.
  id: randomUUIDv7(),
  time: now.toISOString(),
  ...draft,
});
