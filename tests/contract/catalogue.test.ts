import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import type { EntityCatalogue, EventType } from '../../contracts/generated/types.ts';
import schema from '../../contracts/schemas/catalogue.schema.json' with { type: 'json' };

const root = join(import.meta.dirname, '..', '..');
const folder = join(root, 'contracts', 'catalog');
const files = readdirSync(folder).sort();
const entities = files.map((file) => JSON.parse(readFileSync(join(folder, file), 'utf8')) as EntityCatalogue);
const types = entities.flatMap((entity) => entity.types.map((type) => ({ entity, type })));
const cases = types.map(({ entity, type }) => [type.type, entity, type] as const);

const ARABIC = /\p{Script=Arabic}/u;
const PARTS = { sms: ['sms'], email: ['email.subject', 'email.html', 'email.text'], push: ['push'] };

function strictAjv(): Ajv2020 {
  const ajv = new Ajv2020({ strict: true, allErrors: true });
  addFormats.default(ajv);
  return ajv;
}

const partsOf = (type: EventType) => [...new Set(type.plan.flatMap((step) => step.channels))].flatMap((c) => PARTS[c]);

const propertiesOf = (type: EventType) => (type.dataSchema as { properties: object }).properties;

/** Every `{ en, ar }` pair below a value, with its path. */
function bilingualTexts(value: unknown, path = ''): { path: string; en: string; ar: string }[] {
  if (typeof value !== 'object' || value === null) return [];
  const own = value as Record<string, unknown>;
  if (typeof own.en === 'string' && typeof own.ar === 'string') return [{ path, en: own.en, ar: own.ar }];
  return Object.entries(own).flatMap(([name, inner]) => bilingualTexts(inner, `${path}/${name}`));
}

/** Paths in a data schema where an entity could send more than the platform asked for. */
function looseSpots(part: Record<string, unknown>, path = ''): string[] {
  const properties = Object.entries((part.properties ?? {}) as Record<string, Record<string, unknown>>);
  const inner = properties.flatMap(([name, value]) => looseSpots(value, `${path}/${name}`));
  if (part.type === 'object') return part.additionalProperties === false ? inner : [path, ...inner];
  if (part.type === 'string') return part.maxLength || part.enum ? [] : [path];
  if (part.type === 'integer') return Number.isInteger(part.minimum) && Number.isInteger(part.maximum) ? [] : [path];
  if (part.type === 'array' && part.maxItems) return looseSpots(part.items as Record<string, unknown>, `${path}/-`);
  return [path];
}

describe('the catalogue of event types', () => {
  it('has the eight entities and the platform itself, one file each', () => {
    expect(entities.map(({ entity }) => `${entity}.json`)).toEqual(files);
    expect(files.map((file) => file.replace('.json', ''))).toEqual([
      'benayat',
      'ekey',
      'health',
      'idcard',
      'notifyme',
      'ofoq',
      'sijilat',
      'social',
      'workfit',
    ]);
  });

  it.each(entities.map((entity) => [entity.entity, entity] as const))('%s follows the schema', (_, entity) => {
    const validate = strictAjv().compile(schema);
    validate(entity);
    expect(validate.errors).toBeNull();
    expect(entity.types.length).toBeGreaterThanOrEqual(2);
  });

  it('gives every type, category and template a name of its own', () => {
    const repeated = (names: string[]) => names.filter((name, at) => names.indexOf(name) !== at);
    expect(repeated(types.map(({ type }) => type.type))).toEqual([]);
    expect(repeated(types.map(({ entity, type }) => `${entity.entity}/${type.template}`))).toEqual([]);
    for (const { categories } of entities) expect(repeated(categories.map(({ id }) => id))).toEqual([]);
  });

  it('keeps one entity from naming a type of another', () => {
    for (const { entity, type } of types) {
      const owners = entities.filter(({ typePrefix }) => type.type.startsWith(typePrefix));
      expect(owners.map((owner) => owner.entity)).toEqual([entity.entity]);
    }
  });

  it.each(cases)('%s stays within the rights of its entity', (_name, entity, type) => {
    expect(entity.categories.map(({ id }) => id)).toContain(type.category);
    expect(entity.grants.lanes).toContain(type.lane ?? 'normal');
    if (type.mandatory) expect(entity.grants.mandatory).toBe(true);
    if (type.directToContact) expect(entity.entity).toBe('notifyme');
  });

  it('grants mandatory notices to some entities only, and never on the bulk lane', () => {
    expect(entities.some(({ grants }) => !grants.mandatory)).toBe(true);
    expect(types.filter(({ type }) => type.mandatory && type.lane === 'bulk')).toEqual([]);
  });

  it('treats one-time codes as codes: urgent, short-lived, sent again when in doubt, never replayed', () => {
    const codes = types.filter(({ type }) => Object.hasOwn(propertiesOf(type), 'code'));
    expect(codes.map(({ type }) => type.type)).toEqual([
      'bh.gov.iga.ekey.sign-in.code.v1',
      'bh.gov.notifyme.contact.code.v1',
    ]);
    for (const { type } of codes) {
      expect(type).toMatchObject({ lane: 'urgent', mandatory: true, replay: false, onUnknown: 'resend' });
      expect(type.ttlSeconds).toBeLessThanOrEqual(600);
    }
  });

  it.each(cases)('%s has a strict data schema', (_name, _entity, type) => {
    expect(() => strictAjv().compile(type.dataSchema)).not.toThrow();
    expect(looseSpots(type.dataSchema)).toEqual([]);
  });

  it.each(cases)('%s has its templates in both languages', (_name, entity, type) => {
    const home = join(root, 'templates', entity.entity, type.template);
    const needed = ['ar', 'en'].flatMap((language) => partsOf(type).map((part) => `${language}/${part}.hbs`));
    expect(['template.json', ...needed].filter((file) => !existsSync(join(home, file)))).toEqual([]);
  });

  it('has no template that no event type names', () => {
    for (const { entity, types: own } of entities) {
      const folders = readdirSync(join(root, 'templates', entity)).sort();
      expect(folders).toEqual(own.map(({ template }) => template).sort());
    }
  });

  it('says everything in both languages', () => {
    for (const { path, en, ar } of entities.flatMap((entity) => bilingualTexts(entity, entity.entity))) {
      expect({ path, same: en === ar, arabic: ARABIC.test(ar), english: ARABIC.test(en) }).toEqual({
        path,
        same: false,
        arabic: true,
        english: false,
      });
    }
  });

  it('names link hosts that cannot belong to anybody', () => {
    for (const host of entities.flatMap(({ linkHosts }) => linkHosts)) expect(host).toMatch(/\.example$/);
  });
});
