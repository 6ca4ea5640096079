import { describe, expect, it } from '@jest/globals';
import { sampleCatalogue } from '../event/sample-catalogue.ts';
import type { EntityRecord } from '../ledger/types.ts';
import { type LiveOptions, openCatalogue } from './live.ts';
import { packageText, versionId } from './package.ts';

const files = sampleCatalogue();
const sijilat = files.entities.find(({ entity }) => entity === 'sijilat')!;
const RIGHTS = { mandatory: true, lanes: ['urgent'] as const, audience: false, quotaPerMinute: 60 };

const record = (more: Partial<EntityRecord>): EntityRecord => ({
  ...{ _id: 'sijilat', state: 'live', grants: null, version: null },
  ...{ by: 'noor', at: new Date(0), token: 'a' },
  ...more,
});

/** A ledger of two collections in memory, and what was asked of it. */
async function start(records: EntityRecord[] = []) {
  const held = { records, versions: new Map<string, { content: string; hash: string }>(), asked: 0, away: false };
  const errors: string[] = [];
  const answer = <T>(found: T[]) => ({ sort: () => answer(found), lean: async () => found });
  const ledger = {
    entities: {
      find() {
        if (held.away) throw new Error('away');
        return answer(held.records);
      },
    },
    catalogueVersions: {
      find({ _id: { $in } }: { _id: { $in: string[] } }) {
        held.asked += 1;
        return answer($in.flatMap((_id) => (held.versions.has(_id) ? [{ _id, ...held.versions.get(_id)! }] : [])));
      },
    },
  } as unknown as LiveOptions['ledger'];
  const live = await openCatalogue({ files, ledger, log: { error: ({ event }) => void errors.push(event) } });
  const store = (entity: string, version: number, catalogue: unknown, templates = {}) =>
    held.versions.set(versionId(entity, version), packageText({ catalogue, templates }));
  return { ...live, held, errors, store };
}

const harbour = {
  ...structuredClone(sijilat),
  ...{ entity: 'harbour', typePrefix: 'bh.gov.sample.harbour.' },
  types: [{ ...structuredClone(sijilat.types[0]), type: 'bh.gov.sample.harbour.berth.v1' }],
};

describe('the live catalogue', () => {
  it('is as the files say where operators decided nothing', async () => {
    const { catalogue } = await start();
    expect(catalogue.entities).toEqual(files.entities);
    expect(catalogue.stateOf('sijilat')).toBe('live');
    expect(catalogue.isDeployed('sijilat')).toBe(true);
  });

  it('takes state and rights from the record, also rights that the file does not give', async () => {
    const { catalogue, held, refresh } = await start();
    held.records = [record({ state: 'suspended', grants: { ...RIGHTS, lanes: ['urgent'] } })];
    await refresh();
    expect(catalogue.stateOf('sijilat')).toBe('suspended');
    expect(catalogue.type('bh.gov.moic.sijilat.licence.renewed.v1')?.entity.grants).toEqual({
      ...{ mandatory: true, lanes: ['urgent'], audience: false, quotaPerMinute: 60 },
    });
    expect(catalogue.bySource('/sijilat')?.grants.lanes).toEqual(['urgent']);
  });

  it('knows an entity that was registered while it ran, with its templates', async () => {
    const { catalogue, held, refresh, store } = await start();
    store('harbour', 1, harbour, { 'sample/en/sms.hbs': 'Berth {{reference}}' });
    held.records = [record({ _id: 'harbour', state: 'test', version: 1 })];
    await refresh();
    const entry = catalogue.type('bh.gov.sample.harbour.berth.v1');
    expect(entry?.entity.entity).toBe('harbour');
    expect(entry?.validateData({})).toHaveLength(1);
    expect(catalogue.templatesOf('harbour')).toEqual({ 'sample/en/sms.hbs': 'Berth {{reference}}' });
    expect(catalogue.isDeployed('harbour')).toBe(false);
  });

  it('gives a version no rights of its own', async () => {
    const { catalogue, held, refresh, store } = await start();
    store('sijilat', 2, { ...structuredClone(sijilat), grants: { mandatory: true, lanes: ['urgent', 'bulk'] } });
    held.records = [record({ version: 2, grants: { ...RIGHTS, mandatory: false, lanes: ['normal'] } })];
    await refresh();
    expect(catalogue.bySource('/sijilat')?.grants).toMatchObject({ mandatory: false, lanes: ['normal'] });
  });

  it('reads whole versions only when one is new', async () => {
    const { held, refresh, store } = await start();
    store('harbour', 1, harbour);
    held.records = [record({ _id: 'harbour', version: 1 })];
    for (const token of ['a', 'a', 'b']) {
      held.records = [{ ...held.records[0]!, token }];
      await refresh();
    }
    expect(held.asked).toBe(1);
  });

  it('stays with the version before while the new one is damaged, and says so', async () => {
    const { catalogue, held, errors, refresh, store } = await start();
    store('harbour', 1, harbour);
    held.records = [record({ _id: 'harbour', version: 1 })];
    await refresh();
    held.versions.set(versionId('harbour', 2), { content: '{"catalogue":{},"templates":{}}', hash: 'x' });
    held.records = [record({ _id: 'harbour', version: 2, token: 'b' })];
    await refresh();
    expect(catalogue.type('bh.gov.sample.harbour.berth.v1')).not.toBeNull();
    expect(errors).toEqual(['catalogue_version_unusable']);
  });

  it('stays as it was when a version takes a type of another entity', async () => {
    const { catalogue, held, errors, refresh, store } = await start();
    store('harbour', 1, { ...harbour, types: [structuredClone(sijilat.types[0])] });
    held.records = [record({ _id: 'harbour', version: 1 })];
    await refresh();
    expect(catalogue.type(sijilat.types[0].type)?.entity.entity).toBe('sijilat');
    expect(errors).toEqual(['catalogue_unusable']);
  });

  it('looks again for a version that is not there yet', async () => {
    const { catalogue, held, refresh, store } = await start();
    held.records = [record({ _id: 'harbour', version: 1 })];
    await refresh();
    store('harbour', 1, harbour);
    await refresh();
    expect(catalogue.bySource('/harbour')).not.toBeNull();
  });

  it('goes on with what it knew while the ledger is away', async () => {
    const { catalogue, held, refresh } = await start([record({ state: 'suspended' })]);
    held.away = true;
    await expect(refresh()).rejects.toThrow('away');
    expect(catalogue.stateOf('sijilat')).toBe('suspended');
  });
});
