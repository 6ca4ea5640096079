import { describe, expect, it } from '@jest/globals';
import type { EntityCatalogue } from '../../../contracts/generated/types.ts';
import { buildCatalogue } from '../../shared/catalogue.ts';
import { isAllMandatory, mandatoryWithin } from './mandatory.ts';

const text = (en: string) => ({ en, ar: en });
const type = (name: string, category: string, mandatory: boolean) => ({
  type: `bh.gov.${name}.v1`,
  title: text(name),
  category,
  mandatory,
  template: name,
  plan: [{ channels: ['sms'] }],
  dataSchema: {},
});
const entity = (name: string, categories: string[], types: ReturnType<typeof type>[]) =>
  ({
    entity: name,
    title: text(name),
    typePrefix: 'bh.gov.',
    smsSender: name,
    grants: { mandatory: true, lanes: ['normal'] },
    linkHosts: [],
    categories: categories.map((id) => ({ id, title: text(id) })),
    types,
  }) as unknown as EntityCatalogue;

const catalogue = buildCatalogue([
  entity(
    'one',
    ['must', 'mixed', 'free'],
    [type('a', 'must', true), type('b', 'mixed', true), type('c', 'mixed', false), type('d', 'free', false)],
  ),
  entity('strict', ['must'], [type('e', 'must', true)]),
]);

describe('C25: an opt-out is a pretence', () => {
  it.each([
    ['one', 'must', true],
    ['one', 'mixed', false],
    ['one', 'free', false],
    ['one', '*', false],
    ['strict', '*', true],
    ['*', '*', false],
  ])('for %s/%s: %s', (name, category, expected) => {
    expect(isAllMandatory(catalogue, { entity: name, category })).toBe(expected);
  });

  it('and what still arrives is named', () => {
    expect(
      mandatoryWithin(catalogue, { entity: '*', category: '*' }).map(({ entity, category }) => [entity, category]),
    ).toEqual([
      ['one', 'must'],
      ['one', 'mixed'],
      ['strict', 'must'],
    ]);
    expect(mandatoryWithin(catalogue, { entity: 'one', category: 'mixed' })[0]?.titles).toEqual([text('b')]);
    expect(mandatoryWithin(catalogue, { entity: 'one', category: 'free' })).toEqual([]);
  });
});
