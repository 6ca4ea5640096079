import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import type { NotifyMeEvent } from '../../contracts/generated/types.ts';
import eventSchema from '../../contracts/schemas/event.schema.json' with { type: 'json' };
import { loadCatalogue } from '../../services/shared/catalogue.ts';
import { checkEvent, type Fault, parseJson } from '../../services/shared/event/index.ts';
import { isProblemCode } from '../../services/shared/problems/index.ts';

type Invalid = {
  description: string;
  /** Whose key publishes it. */
  entity: string;
  /** Who can refuse it: the event schema alone, or only the rules of ingest. */
  by: 'schema' | 'ingest';
  expect: { code: string; pointer: string };
  event?: unknown;
  raw?: string;
};

const folder = join(import.meta.dirname, '..', '..', 'contracts', 'examples');
const read = <T>(kind: string): [string, T][] =>
  readdirSync(join(folder, kind))
    .sort()
    .map((file) => [file, JSON.parse(readFileSync(join(folder, kind, file), 'utf8')) as T]);

const valid = read<NotifyMeEvent>('valid');
const invalid = read<Invalid>('invalid');
const catalogue = loadCatalogue();
const ajv = new Ajv2020({ strict: true, allErrors: true });
addFormats.default(ajv);
const followsSchema = ajv.compile(eventSchema);
/** A moment at which the examples are published. */
const now = new Date('2026-11-24T12:00:00Z');

/** What ingest would say about a body. */
function refusals(body: string, entity: string): Pick<Fault, 'code' | 'pointer'>[] {
  const parsed = parseJson(Buffer.from(body));
  const checked = parsed.ok ? checkEvent(parsed.value, { catalogue, now, entity, keyKind: 'live' }) : parsed;
  return checked.ok ? [] : checked.faults.map(({ code, pointer }) => ({ code, pointer }));
}

describe('examples of valid events', () => {
  it('show every event type of the catalogue once', () => {
    const all = catalogue.entities.flatMap(({ types }) => types.map(({ type }) => type));
    expect(valid.map(([, { type }]) => type).sort()).toEqual(all.sort());
  });

  it('have ids of their own', () => {
    expect(new Set(valid.map(([, { source, id }]) => `${source} ${id}`)).size).toBe(valid.length);
  });

  it.each(valid)('%s follows the event schema, its data schema and the rules of ingest', (file, event) => {
    followsSchema(event);
    expect(followsSchema.errors).toBeNull();
    const entry = catalogue.type(event.type);
    expect(entry?.validateData(event.data)).toEqual([]);
    expect(file).toBe(`${entry?.entity.entity}-${entry?.type.template}.json`);
    expect(refusals(JSON.stringify(event), event.source.slice(1))).toEqual([]);
  });

  it.each(valid)('%s stays publishable: no moment in it runs out', (_file, event) => {
    expect(event).not.toHaveProperty('expirytime');
    expect(event).not.toHaveProperty('notbefore');
  });
});

describe('examples of events that are refused', () => {
  it.each(invalid)('%s says what is wrong', (_file, example) => {
    expect(example.description).toMatch(/\.$/);
    expect(isProblemCode(example.expect.code)).toBe(true);
    expect(Object.hasOwn(example, 'event')).not.toBe(Object.hasOwn(example, 'raw'));
  });

  const events = invalid.filter(([, example]) => example.event !== undefined);
  it.each(events)('%s is judged by the schema alone as it is marked', (_file, { event, by }) => {
    expect(followsSchema(event)).toBe(by === 'ingest');
  });

  it.each(invalid)('%s is refused for its own fault and no other', (_file, example) => {
    expect(refusals(example.raw ?? JSON.stringify(example.event), example.entity)).toEqual([example.expect]);
  });
});
