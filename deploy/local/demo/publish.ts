import { randomBytes } from 'node:crypto';
import type { JWK } from 'jose';
import type { NotifyMeEvent } from '../../../contracts/generated/types.ts';
import { createPublisher, type Publisher } from '../../../publisher/publisher.ts';
import { createKeyStore } from '../../../services/shared/keys.ts';
import type { Platform } from '../platform.ts';
import { entityOf } from './story.ts';

export type Entities = {
  publish(event: NotifyMeEvent, way: 'http' | 'kafka'): Promise<{ notificationId: string | null; duplicate: boolean }>;
  key(entity: string): Promise<string>;
  stop(): Promise<void>;
};

/** The eight entities, each with a key of its own, publishing by the repository's publisher. */
export function createEntities({ host }: Platform, publicKey: JWK): Entities {
  const { runtime, url } = host;
  const keys = new Map<string, Promise<string>>();
  const publishers = new Map<string, Publisher>();

  const key = (entity: string): Promise<string> => {
    const known =
      keys.get(entity) ??
      createKeyStore(runtime)
        .createKey({ entity, kind: 'live' })
        .then(({ key }) => key);
    keys.set(entity, known);
    return known;
  };
  const publisherFor = async (entity: string, way: 'http' | 'kafka'): Promise<Publisher> => {
    const name = `${entity} ${way}`;
    const publisher =
      publishers.get(name) ??
      createPublisher(
        way === 'http'
          ? { mode: 'http', url, key: await key(entity) }
          : { mode: 'kafka', kafka: runtime.kafka, entity, publicKey, secret: randomBytes(32), prefix: runtime.prefix },
      );
    publishers.set(name, publisher);
    return publisher;
  };
  return {
    key,
    publish: async (event, way) => (await publisherFor(entityOf(event), way)).publish(event),
    async stop() {
      await Promise.all([...publishers.values()].map((publisher) => publisher.stop()));
    },
  };
}
