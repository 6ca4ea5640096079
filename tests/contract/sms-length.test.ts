import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { LANGUAGES, type Language } from '../../contracts/status.ts';
import { loadCatalogue } from '../../services/shared/catalogue.ts';
import { createRenderer, type RenderCatalogue } from '../../services/shared/render/index.ts';

type Schema = {
  type: string;
  format?: string;
  enum?: string[];
  pattern?: string;
  maxLength?: number;
  maximum?: number;
  examples?: unknown[];
  properties?: Record<string, Schema>;
};

const catalogue = loadCatalogue();
const portal = { name: { en: 'NotifyMe', ar: 'أبلغني' }, host: 'notifyme.bh.example' };
const dir = join(import.meta.dirname, '..', '..', 'templates');
const renderer = createRenderer({ dir, catalogue: catalogue as RenderCatalogue, portal });

/** A text as long as the schema allows; the dot at its end is what an isolate costs two more units for. */
const filled = (letter: string, length: number) => `${letter.repeat(length - 1)}.`;

/** The value of a field that makes the longest SMS. */
function longest(name: string, schema: Schema): unknown {
  const { type, format, maxLength = 0, maximum, examples } = schema;
  if (type === 'integer') return maximum;
  // A Wednesday in September: the longest names of a day and of a month.
  if (format === 'date') return '2026-09-23';
  if (format === 'date-time') return '2026-09-23T10:30:00+03:00';
  if (schema.enum) return schema.enum.toSorted((a, b) => b.length - a.length)[0];
  if (name !== 'crNumber' && name.endsWith('Number')) return `${'A'.repeat(maxLength - 2)}-1`;
  if (name.endsWith('Ar')) return filled('م', maxLength);
  if (name.endsWith('En') || name === 'device' || name === 'masked') return filled('m', maxLength);
  return examples?.[0] ?? [{ nameAr: 'م', nameEn: 'm' }];
}

const longestData = (schema: Schema) =>
  Object.fromEntries(Object.entries(schema.properties ?? {}).map(([name, part]) => [name, longest(name, part)]));

const types = catalogue.entities.flatMap((entity) =>
  entity.types.filter(({ plan }) => plan.some(({ channels }) => channels.includes('sms'))),
);
const cases = types.flatMap((type) => LANGUAGES.map((language) => [type.type, language, type] as const));

describe('the price of an SMS', () => {
  it.each(cases)(
    '%s in %s fits two segments, a code one, with the longest values that the schema takes',
    (_, language, type) => {
      const data = longestData(type.dataSchema as Schema);
      expect(catalogue.type(type.type)?.validateData(data)).toEqual([]);
      expect(segments(type.type, language, data)).toBeLessThanOrEqual(type.lane === 'urgent' ? 1 : 2);
    },
  );
});

function segments(type: string, language: Language, data: unknown): number {
  const request = { type, language, data, notificationId: 'n_1a2b3c4d', sensitivity: 'open' as const };
  const message = renderer.render({ ...request, channel: 'sms' });
  return message.channel === 'sms' ? message.segments : Number.NaN;
}
