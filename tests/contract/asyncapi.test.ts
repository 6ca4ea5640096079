import { join } from 'node:path';
import { fromFile, Parser } from '@asyncapi/parser';
import { describe, expect, it } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { auditAnchorTopic } from '../../services/shared/audit/anchor.ts';
import { loadCatalogue } from '../../services/shared/catalogue.ts';
import { createEventSealer } from '../../services/shared/crypto/event-seal.ts';
import { allTopics } from '../../services/shared/runtime.ts';
import { SETTINGS } from '../../services/shared/settings-table.ts';
import { topics } from '../../services/shared/topics.ts';
import { ASYNCAPI, CONTRACTS, inside, type Node, walk } from './documents.ts';

type KafkaBinding = { partitions: number; topicConfiguration?: { 'max.message.bytes'?: number } };
type Channel = { address: string; parameters?: Record<string, Node>; bindings: { kafka: KafkaBinding } };
type Topic = { topic: string; partitions: number; maxBytes?: number };

/** Every topic that the document names, its parameters replaced by each of their values. */
function describedTopics(): Topic[] {
  return Object.values(ASYNCAPI.channels as Record<string, Channel>).flatMap(({ address, parameters = {}, bindings }) =>
    Object.entries(parameters)
      .reduce(
        (names, [word, node]) =>
          names.flatMap((name) =>
            (inside(ASYNCAPI, node).enum as string[]).map((value) => name.replace(`{${word}}`, value)),
          ),
        [address],
      )
      .map((topic) => ({ topic, partitions: bindings.kafka.partitions, ...sizeOf(bindings.kafka) })),
  );
}

const sizeOf = ({ topicConfiguration }: KafkaBinding) => {
  const maxBytes = topicConfiguration?.['max.message.bytes'];
  return maxBytes === undefined ? {} : { maxBytes };
};

const byTopic = (a: { topic: string }, b: { topic: string }) => a.topic.localeCompare(b.topic, 'en');

describe('asyncapi.yaml', () => {
  it('is a valid AsyncAPI document', async () => {
    const { document, diagnostics } = await fromFile(new Parser(), join(CONTRACTS, 'asyncapi.yaml')).parse();
    // Severity 0 is an error, 1 a warning; 2 says that a newer version of AsyncAPI exists.
    expect(diagnostics.filter(({ severity }) => severity < 2)).toEqual([]);
    expect(document?.channels().all()).toHaveLength(6);
  }, 60_000);

  it('names every topic that the platform makes, with as many partitions, and no other', () => {
    const made = allTopics(topics(), loadCatalogue(), SETTINGS.TOPIC_PARTITIONS.default);
    // Made by the command that writes it, not at the start of a service.
    const anchors = { topic: auditAnchorTopic('notifyme'), partitions: 1 };
    expect(describedTopics().sort(byTopic)).toEqual([...made, anchors].sort(byTopic));
  });

  it('refers to nothing but itself and the schemas beside it', () => {
    const refs = [...walk(ASYNCAPI)].filter(({ place }) => place.endsWith('/$ref')).map(({ value }) => value);
    expect(refs.filter((ref) => !/^(#\/|\.\/schemas\/[a-z-]+\.schema\.json$)/.test(String(ref)))).toEqual([]);
  });

  it('has no member that lost its value, as a comma in a YAML line makes it', () => {
    expect([...walk(ASYNCAPI)].filter(({ value }) => value === null).map(({ place }) => place)).toEqual([]);
  });
});

describe('the messages of asyncapi.yaml', () => {
  const messages = (ASYNCAPI.components as { messages: Record<string, Node> }).messages;
  const ajv = new Ajv2020({ strict: true });
  addFormats.default(ajv);

  it('describe a sealed event as the platform seals it, and not one in the clear', async () => {
    const key = Buffer.alloc(32, 7);
    const ring = { current: 'k1', keys: { k1: key }, blind: key, codes: key, unsubscribe: key };
    const { pattern } = messages.sealedEvent!.payload as { pattern: string };
    const sealed = await createEventSealer(ring).seal({ specversion: '1.0' });
    expect(sealed).toMatch(new RegExp(pattern));
    expect('{"specversion":"1.0"}').not.toMatch(new RegExp(pattern));
  });

  it.each(['delivery', 'receipt', 'outcome'])('show a %s that follows its schema', async (name) => {
    const { payload, examples } = messages[name] as { payload: { $ref: string }; examples: { payload: unknown }[] };
    const { default: schema } = await import(`../../contracts/${payload.$ref.slice(2)}`, { with: { type: 'json' } });
    const follows = ajv.compile(schema);
    expect(examples.map((one) => follows(one.payload) || follows.errors)).toEqual([true]);
  });
});
