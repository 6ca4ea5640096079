import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { OutgoingMessage } from '../../../services/shared/kafka/producer.ts';
import type { Runtime } from '../../../services/shared/runtime.ts';
import { sealedMessage } from '../../bench/events.ts';

export type Example = { type: string; source: string; data: unknown };

/** The event of an example, of an id of its own and for this person, sealed as an entity seals it. */
export const message = (runtime: Runtime, { type, source, data }: Example, id: string, subject: string) =>
  sealedMessage(runtime, { specversion: '1.0', id, source, type, subject, time: new Date().toISOString(), data });

/** Publishes to an entity's topic. */
export const send = ({ producer, topics }: Runtime, entity: string, messages: OutgoingMessage[]) =>
  producer.send([{ topic: topics.events(entity), messages }]);

/** One of the valid examples of the contracts. */
export const read = (file: string): Example =>
  JSON.parse(readFileSync(join(import.meta.dirname, '..', '..', '..', 'contracts', 'examples', 'valid', file), 'utf8'));
