import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { buildCatalogue, loadCatalogue } from './catalogue.ts';

const dir = mkdtempSync(join(tmpdir(), 'catalogue-'));
afterAll(() => rmSync(dir, { recursive: true }));

const text = { en: 'Sample', ar: 'مثال' };
const TYPE = 'bh.gov.sample.office.case.moved.v1';
const sample = (more = {}) => ({
  ...{ entity: 'sample', title: text, typePrefix: 'bh.gov.sample.office.', smsSender: 'Sample', linkHosts: [] },
  grants: { mandatory: false, lanes: ['normal'] },
  categories: [{ id: 'cases', title: text }],
  types: [
    {
      ...{ type: TYPE, title: text, category: 'cases', template: 'case-moved', plan: [{ channels: ['email'] }] },
      dataSchema: {
        type: 'object',
        required: ['reference'],
        properties: { reference: { type: 'string' }, 'a/b': { type: 'number' } },
        additionalProperties: false,
      },
    },
  ],
  ...more,
});
const load = (value: unknown) => {
  writeFileSync(join(dir, 'sample.json'), JSON.stringify(value));
  return loadCatalogue(dir);
};

describe('the catalogue', () => {
  it('fills in what an entity left out: optional, normal lane, held when unknown', () => {
    expect(load(sample()).type(TYPE)?.type).toMatchObject({
      ...{ mandatory: false, lane: 'normal', onUnknown: 'hold', sensitivity: 'open', directToContact: false },
      plan: [{ channels: ['email'], waitSeconds: 0 }],
    });
  });

  it('finds a type, and the entity of a source or of a path below it; strangers are none', () => {
    const catalogue = load(sample());
    expect(catalogue.type(TYPE)?.entity.entity).toBe('sample');
    expect([catalogue.type('bh.gov.other.v1'), catalogue.type('constructor')]).toEqual([null, null]);
    const found = ['/sample', '/sample/branch/7', '/samples', 'sample', '/', '//sample', '/constructor'].map(
      (source) => catalogue.bySource(source)?.entity ?? null,
    );
    expect(found).toEqual(['sample', 'sample', null, null, null, null, null]);
  });

  it('names the member that is missing, extra or wrong (RFC 6901)', () => {
    const { validateData } = load(sample()).type(TYPE)!;
    expect(validateData({ reference: 'AB-1' })).toEqual([]);
    const pointers = (data: unknown) => validateData(data).map(({ pointer }) => pointer);
    expect(pointers({ 'c~/d': 1 }).toSorted()).toEqual(['/c~0~1d', '/reference']);
    expect(pointers({ reference: 'AB-1', 'a/b': 'x' })).toEqual(['/a~1b']);
  });

  it('stops the start with the name of the file that is wrong', () => {
    expect(() => load(sample({ smsSender: 'A name that is too long' }))).toThrow(/sample\.json: .*smsSender/);
    expect(() => load({})).toThrow(/sample\.json/);
  });

  it('refuses a type that stands twice', () => {
    const entity = load(sample()).entities[0]!;
    expect(() => buildCatalogue([entity, { ...entity, entity: 'other' }])).toThrow(/stands twice/);
  });
});
