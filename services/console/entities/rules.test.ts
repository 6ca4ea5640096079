import { describe, expect, it } from '@jest/globals';
import type { EntityCatalogue, EventType } from '../../../contracts/generated/types.ts';
import { loadCatalogue } from '../../shared/catalogue.ts';
import { entryFaults } from './rules.ts';

const { entities } = loadCatalogue();
const sijilat = entities.find(({ entity }) => entity === 'sijilat')!;
const others = entities.filter((one) => one !== sijilat);

/** What is said against Sijilat's entry after a change of it. */
const said = (change: (entry: EntityCatalogue) => void) => {
  const entry = structuredClone(sijilat);
  change(entry);
  return entryFaults(entry, others, sijilat).map(({ what }) => what);
};
const first = ({ types }: EntityCatalogue): EventType => types[0];

describe('an entry of the catalogue', () => {
  it.each(entities.filter(({ entity }) => entity !== 'notifyme').map((entry) => [entry.entity, entry] as const))(
    'of %s, as deployed, has no fault',
    (_, entry) => {
      const rest = entities.filter((one) => one !== entry);
      expect(entryFaults(entry, rest, entry)).toEqual([]);
    },
  );

  it.each([
    ["another entity's prefix", 'bh.gov.customs.ofoq.', 'ofoq'],
    ['the beginning of one', 'bh.gov.', 'benayat'],
    ['one below one', 'bh.gov.customs.ofoq.more.', 'ofoq'],
  ])('may not take %s', (_, typePrefix, owner) => {
    expect(said((entry) => Object.assign(entry, { typePrefix }))[0]).toBe(
      `typePrefix ${typePrefix} belongs to ${owner}`,
    );
  });

  it.each<[string, (entry: EntityCatalogue) => void, RegExp]>([
    ['a type outside its prefix', (e) => Object.assign(first(e), { type: 'bh.gov.moh.x.v1' }), /does not begin with/],
    ['two types of a name', (e) => e.types.push(first(e)), /stands twice/],
    ['a category that is not there', (e) => Object.assign(first(e), { category: 'nothing' }), /category nothing/],
    ['mandatory bulk', (e) => Object.assign(first(e), { mandatory: true, lane: 'bulk' }), /bulk lane/],
    ["the platform's way to one contact", (e) => Object.assign(first(e), { directToContact: true }), /platform alone/],
    ['a title in one language', (e) => Object.assign(first(e).title, { ar: 'Renewed' }), /both languages/],
    ['less than was in force', (e) => void e.types.pop(), /would be gone/],
  ])('is refused for %s', (_, change, fault) => {
    expect(said(change)).toContainEqual(expect.stringMatching(fault));
  });

  it.each([
    ['text', { type: 'string' }],
    ['a number', { type: 'number', minimum: 0 }],
    ['a list', { type: 'array', items: { type: 'string', maxLength: 4 } }],
    ['a list of unbounded text', { type: 'array', maxItems: 2, items: { type: 'string' } }],
    ['an open object', { type: 'object', properties: {} }],
    ['anything at all', {}],
  ])('is refused for %s without bounds in its data', (_, schema) => {
    const faults = said((entry) =>
      Object.assign((first(entry).dataSchema as { properties: object }).properties, { extra: schema }),
    );
    expect(faults).toEqual([expect.stringContaining('no bound at /extra')]);
  });
});
