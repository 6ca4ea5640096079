import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { dropKey, makeKey, replaceKey } from '../../services/console/entities/keys.ts';
import { proposeVersion, putInForce } from '../../services/console/entities/publish.ts';
import { registerEntity } from '../../services/console/entities/register.ts';
import { grantRights, setState } from '../../services/console/entities/rights.ts';
import { recordOf, saveRecord } from '../../services/console/entities/store.ts';
import type { BrokerTools, EntityTools } from '../../services/console/entities/tools.ts';
import { auditOf } from '../../services/shared/audit/append.ts';
import { loadCatalogue } from '../../services/shared/catalogue.ts';
import { openCatalogue } from '../../services/shared/entities/live.ts';
import { connectKafka } from '../../services/shared/kafka/connect.ts';
import { createKeyStore } from '../../services/shared/keys.ts';
import { connectLedger, type Ledger } from '../../services/shared/ledger/index.ts';
import { silentLogger as log } from '../../services/shared/log.ts';
import { harbour } from '../support/entities/harbour.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const who = { by: 'noor', because: 'agreed in writing' };
const dbName = `entities-${randomBytes(4).toString('hex')}`;

describe('deciding about entities', () => {
  let ledger: Ledger;
  let tools: EntityTools & BrokerTools;
  const clock = { now: new Date('2026-11-25T09:00:00Z') };

  beforeAll(async () => {
    ledger = await connectLedger({ uri: process.env.MONGODB_URI ?? '', dbName });
    const files = loadCatalogue();
    const { catalogue, refresh } = await openCatalogue({ files, ledger, log });
    const kafka = connectKafka({ brokers: (process.env.KAFKA_BROKERS ?? '').split(','), clientId: dbName, log });
    tools = {
      ...{ ledger, catalogue, files, renew: refresh, clock: () => clock.now, kafka: async () => kafka },
      ...{ prefix: dbName, partitions: 1, filesDir: join(ROOT, 'contracts', 'catalog') },
      templatesDir: join(ROOT, 'templates'),
      portal: { name: { en: 'NotifyMe', ar: 'أبلغني' }, host: 'notifyme.bh.example' },
    };
  }, 60_000);
  afterEach(async () => {
    for (const name of ['entities', 'catalogue_versions', 'api_keys', 'audit'])
      await ledger.connection.collection(name).deleteMany({});
    await tools.renew();
  });
  afterAll(async () => {
    await ledger.connection.dropDatabase();
    await ledger.close();
  });

  const refusal = (code: string) => expect.objectContaining({ name: 'EntityError', code });
  const acts = async () => (await auditOf(ledger).find().sort({ _id: 1 }).toArray()).map(({ act }) => act);

  it('finishes a registration that a crash left half done, with the same version', async () => {
    const { saved, renew } = { saved: ledger.entities, renew: tools.renew };
    const dying = { ...tools, ledger: { ...ledger, entities: dead(saved) } };
    await expect(registerEntity(harbour(), who, dying)).rejects.toThrow('killed');
    await renew();
    expect(tools.catalogue.bySource('/harbour')).toBeNull();
    expect(await registerEntity(harbour(), who, tools)).toMatchObject({ entity: 'harbour', version: 1, isNew: false });
    expect(tools.catalogue.stateOf('harbour')).toBe('test');
    await expect(registerEntity(harbour(), who, tools)).rejects.toEqual(refusal('exists'));
  }, 30_000);

  it('undoes nothing that another operator decided a moment ago, also in another process', async () => {
    const seen = await recordOf('sijilat', ledger);
    await grantRights('sijilat', { mandatory: false }, who, tools);
    const late = {
      _id: 'sijilat',
      state: 'suspended',
      grants: null,
      version: null,
      by: 'adam',
      at: clock.now,
    } as const;
    await expect(saveRecord(seen, late, ledger)).rejects.toEqual(refusal('changed_meanwhile'));
    const first = await recordOf('sijilat', ledger);
    const elsewhere = await openCatalogue({ files: tools.files, ledger, log });
    await setState('sijilat', 'suspended', who, tools);
    await expect(saveRecord(first, late, ledger)).rejects.toEqual(refusal('changed_meanwhile'));
    const there = { ...tools, catalogue: elsewhere.catalogue, renew: elsewhere.refresh };
    await grantRights('sijilat', { audience: false }, who, there);
    expect(await recordOf('sijilat', ledger)).toMatchObject({
      state: 'suspended',
      grants: { mandatory: false, audience: false, lanes: ['normal', 'bulk'] },
    });
  });

  it('does nothing that cannot be written down first', async () => {
    const audit = auditOf(ledger);
    await audit.createIndex({ act: 1 }, { unique: true, name: 'broken' });
    await audit.insertOne({ _id: 2, act: 'entity_state', hash: '0' } as never);
    await expect(setState('sijilat', 'suspended', who, tools)).rejects.toThrow();
    await audit.dropIndex('broken');
    expect(await recordOf('sijilat', ledger)).toBeNull();
  });

  it('refuses what would change nothing, what says no reason, and what is not theirs to change', async () => {
    await expect(setState('sijilat', 'live', who, tools)).rejects.toEqual(refusal('same'));
    await expect(setState('sijilat', 'test', { ...who, because: 'x' }, tools)).rejects.toEqual(
      refusal('because_short'),
    );
    await expect(setState('notifyme', 'suspended', who, tools)).rejects.toEqual(refusal('platform'));
    await expect(grantRights('sijilat', { lanes: [] }, who, tools)).rejects.toEqual(refusal('no_lanes'));
    await expect(makeKey({ entity: 'nobody', kind: 'test' }, who, tools)).rejects.toEqual(refusal('unknown_entity'));
    expect(await acts()).toEqual([]);
  });

  it('keeps every version, once, and takes none that leaves out a type in force', async () => {
    await registerEntity(harbour(), who, tools);
    expect(await proposeVersion(harbour(), who, tools)).toMatchObject({ version: 1, isNew: false });
    const more = harbour();
    more.catalogue.types.push({ ...more.catalogue.types[0], type: 'bh.gov.sample.harbour.berth.left.v1' });
    await expect(proposeVersion(more, who, tools)).rejects.toEqual(refusal('faults'));
    const second = harbour({ smsSender: 'Port' });
    expect(await proposeVersion(second, who, tools)).toMatchObject({ version: 2, isNew: true });
    await putInForce('harbour', 2, who, tools);
    expect(tools.catalogue.bySource('/harbour')?.smsSender).toBe('Port');
    await expect(putInForce('harbour', 3, who, tools)).rejects.toEqual(refusal('unknown_version'));
    await expect(putInForce('harbour', null, who, tools)).rejects.toEqual(refusal('no_files'));
    expect(await acts()).toEqual([
      ...['entity_register', 'entity_version', 'entity_version', 'entity_version', 'entity_publish'],
    ]);
  }, 30_000);

  it('ends a replaced key at its moment, and makes one new key for two who replace it at once', async () => {
    const { key, keyId } = await makeKey({ entity: 'health', kind: 'live' }, who, tools);
    const which = { entity: 'health', keyId, overlapDays: 2 };
    const both = await Promise.allSettled([replaceKey(which, who, tools), replaceKey(which, who, tools)]);
    expect(both.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await ledger.apiKeys.countDocuments({ entity: 'health' })).toBe(2);
    const at = (iso: string) => createKeyStore({ ledger, now: () => Date.parse(iso) }).authenticate(`Bearer ${key}`);
    expect(await at('2026-11-27T08:59:59Z')).toMatchObject({ entity: 'health', keyId });
    expect(await at('2026-11-27T09:00:00Z')).toBeNull();
    await expect(dropKey({ entity: 'sijilat', keyId }, who, tools)).rejects.toEqual(refusal('unknown_key'));
    await dropKey({ entity: 'health', keyId }, who, tools);
    expect(await at('2026-11-25T09:00:00Z')).toBeNull();
  });
});

/** A collection of records that can be read, and dies at the first write. */
function dead(model: Ledger['entities']): Ledger['entities'] {
  const collection = new Proxy(model.collection, {
    get(target, name) {
      if (name === 'insertMany') return () => Promise.reject(new Error('killed'));
      return Reflect.get(target, name);
    },
  });
  return new Proxy(model, { get: (target, name) => (name === 'collection' ? collection : Reflect.get(target, name)) });
}
