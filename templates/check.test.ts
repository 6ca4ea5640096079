import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import type { EntityCatalogue } from '../contracts/generated/types.ts';
import { buildCatalogue } from '../services/shared/catalogue.ts';
import { catalogueOf, everywhere, type Fixture, PORTAL, withTemplate } from '../services/shared/render/fixture.ts';
import { faultLine } from './check/fault.ts';
import { checkTemplates } from './check/index.ts';
import { main } from './check.ts';

const SCHEMA = {
  type: 'object',
  required: ['name', 'days', 'due', 'status', 'items', 'url', 'owner'],
  properties: {
    name: { type: 'string' },
    days: { type: 'integer' },
    due: { type: 'string', format: 'date' },
    status: { type: 'string', enum: ['paid', 'open'] },
    items: { type: 'array', items: { type: 'object', required: ['label'], properties: { label: { type: 'string' } } } },
    owner: { type: 'object', properties: { name: { type: 'string' } } },
    url: { type: 'string' },
    note: { type: 'string' },
  },
};
const SAMPLE = {
  name: 'Noor',
  days: 3,
  due: '2027-03-01',
  status: 'paid',
  items: [{ label: 'a' }],
  owner: { name: 'x' },
  url: 'https://pay.example/',
};

const PLURAL = '{{plural days zero="0" one="1" two="2" few="#" many="#" other="#"}}';

type Change = { schema?: object; touch?: (folder: string) => void } & Partial<Fixture>;

function check(parts: Record<string, string>, change: Change = {}) {
  const { schema = SCHEMA, touch, ...rest } = change;
  const fixture: Fixture = { parts, sample: SAMPLE, linkHosts: ['pay.example'], ...rest };
  const [entity] = catalogueOf(fixture).entities;
  const [type] = entity!.types;
  const full = { ...type, category: 'cases', sensitivity: 'open', dataSchema: schema };
  const catalogue = buildCatalogue([{ ...entity, types: [full] } as unknown as EntityCatalogue]);
  return withTemplate(fixture, (dir) => {
    touch?.(join(dir, 'sample', 'case-moved'));
    return checkTemplates(dir, catalogue, PORTAL);
  });
}

const faults = (sms: string, change?: Change) => check({ sms }, change).faults.map(faultLine);
const html = (body: string) => check({ ...everywhere('{{name}}'), 'email.html': body }).faults.map(faultLine);

describe('the check of templates', () => {
  it('finds nothing in a good template and tells what its SMS costs', () => {
    const { rows, faults: found } = check(
      everywhere('{{name}} {{#each items}}{{label}}{{#unless @last}}, {{/unless}}{{/each}} {{date due}}'),
    );
    expect(found).toEqual([]);
    expect(rows).toContainEqual(
      expect.objectContaining({
        language: 'en',
        encoding: 'GSM-7',
        segments: 1,
        units: 'Noor a 1 March 2027\nNotifyMe 7A2B-3C4D'.length,
      }),
    );
    expect(rows).toContainEqual(expect.objectContaining({ language: 'ar', encoding: 'UCS-2' }));
  });

  it.each([
    ['a value that the schema does not know', '{{nme}}', /nme is not in the data schema\. Known there: name, days/],
    ['one inside #if', '{{#if nme}}x{{/if}}', /nme is not/],
    ['one inside a comparison', '{{#if (eq nme "x")}}x{{/if}}', /nme is not/],
    ['one inside #each', '{{#each items}}{{name}}{{/each}}', /name is not in the data schema\. Known there: label/],
    ['one in a helper', '{{date nme}}', /nme is not/],
    ['one in an else branch', '{{#if name}}x{{else}}{{nme}}{{/if}}', /nme is not/],
    [
      'a value that may be missing',
      '{{note}}',
      /note may be missing \(note is not required\)\. Put it inside \{\{#has "note"\}\}/,
    ],
    ['a nested one that may be missing', '{{owner.name}}', /owner\.name may be missing/],
    ['an unknown @ variable', '{{@sender}}', /unknown variable @sender/],
    ['a loop variable outside a loop', '{{@index}}', /unknown variable @index/],
    ['a list that is printed', '{{items}}', /items is a list or an object/],
    ['a text that is looped over', '{{#each name}}x{{/each}}', /name is not a list/],
    ['raw output', '{{{name}}}', /raw output/],
    ['raw output with &', '{{&name}}', /raw output/],
    ['an unknown helper', '{{shout name}}', /unknown helper shout/],
    ['a partial', '{{> x}}', /partials are not allowed/],
    ['an unclosed block', '{{#if name}}x', /does not parse/],
    ['an option that does not exist', '{{date due calender="hijri"}}', /date has no option calender=/],
    ['a calendar that does not exist', '{{date due calendar="julian"}}', /calendar="julian" of date is not known/],
    ['a date helper on a number', '{{date days}}', /date cannot take days, which is integer/],
    ['a value of the enum without words', '{{choose status paid="P"}}', /choose of status lacks open/],
    ['words for a value that is not in the enum', '{{choose status paid="P" open="O" lost="L"}}', /unknown lost/],
    ['a link in an SMS', '{{link url}}', /a link in an SMS/],
    ['an address written out', 'See www.pay.example', /a web address is written out/],
    ['a Latin comma after Arabic', 'مرحبا, {{name}}', /Latin comma/],
    ['a direction mark', 'a\u200Eb', /invisible direction mark/],
  ])('refuses %s', (_, sms, line) => {
    const found = faults(sms);
    expect(found).not.toEqual([]);
    expect(found.every((text) => /^sample\/case-moved\/(ar|en)\/sms\.hbs: /.test(text))).toBe(true);
    expect(found).toContainEqual(expect.stringMatching(line));
  });

  it('C13 refuses a plural without an arm that CLDR requires for the language', () => {
    expect(faults(PLURAL)).toContainEqual(
      expect.stringContaining('en/sms.hbs: plural of days has an arm zero that is never used'),
    );
    const parts = { 'en/sms': '{{plural days one="#" other="#"}}', 'ar/sms': PLURAL.replace('two="2" ', '') };
    expect(check(parts).faults.map(faultLine)).toEqual([
      expect.stringContaining('ar/sms.hbs: plural of days lacks two'),
    ]);
  });

  it('accepts an optional value inside #has, and 0 options for what is always there', () => {
    expect(faults('{{#has "note"}}{{note}}{{else}}-{{/has}}{{#has "owner.name"}}{{owner.name}}{{/has}}')).toEqual([]);
  });

  it.each([
    ['a tag outside the list', '<div>x</div>', /the tag <div> is not allowed/],
    ['an anchor of its own', '<p><a href="x">{{name}}</a></p>', /the tag <a href="x"> is not allowed/],
    ['a style', '<p style="text-align:right">{{name}}</p>', /has attributes/],
    ['an unclosed tag', '<p><strong>{{name}}</p>', /closes nothing that is open/],
  ])('refuses %s in HTML', (_, body, line) => {
    expect(html(body)).toContainEqual(expect.stringMatching(line));
  });

  it('refuses a fixed link to a host that is not listed', () => {
    expect(html('<p>{{name}} {{link "https://e.example/" text="x"}}</p>')).toContainEqual(
      expect.stringContaining('e.example/ is not an address of a listed host'),
    );
    expect(html('<p>{{name}} {{link "https://pay.example/" text="x"}}</p>')).toEqual([]);
  });

  it('wants both languages to tell the same; nameAr stands for nameEn', () => {
    expect(check({ 'en/sms': '{{name}} {{days}}', 'ar/sms': '{{name}}' }).faults.map(faultLine)).toEqual([
      expect.stringContaining('ar/sms.hbs: it leaves out days'),
    ]);
    const schema = {
      type: 'object',
      required: ['nameAr', 'nameEn'],
      properties: { nameAr: { type: 'string' }, nameEn: { type: 'string' } },
    };
    const sample = { nameAr: 'نور', nameEn: 'Noor' };
    expect(check({ 'en/sms': '{{nameEn}}', 'ar/sms': '{{nameAr}}' }, { schema, sample }).faults).toEqual([]);
  });

  it('finds files that are missing, unknown, or that no type uses', () => {
    expect(faults('{{name}}', { touch: (folder) => rmSync(join(folder, 'ar', 'sms.hbs')) })).toContainEqual(
      expect.stringContaining('ar/sms.hbs: the file is missing'),
    );
    expect(faults('{{name}}', { touch: (folder) => writeFileSync(join(folder, 'en', 'email.txt.hbs'), 'x') })).toEqual([
      expect.stringContaining('en/email.txt.hbs: no channel reads this file'),
    ]);
    expect(faults('{{name}}', { touch: (folder) => mkdirSync(join(folder, '..', 'old')) })).toEqual([
      expect.stringContaining('sample/old: no event type of the catalogue uses this template'),
    ]);
  });

  it('wants a sample that follows the data schema', () => {
    expect(faults('{{name}}', { sample: { ...SAMPLE, days: 'three' } })).toEqual([
      expect.stringContaining('template.json: the sample does not follow the data schema: /days must be integer'),
    ]);
  });

  it('wants a code in front, bound to its host, in one SMS in each language', () => {
    const schema = {
      type: 'object',
      required: ['code', 'host'],
      properties: { code: { type: 'string' }, host: { type: 'string' } },
    };
    const change = { schema, sample: { code: '314159', host: 'pay.example' }, manifest: { layout: 'code' } };
    expect(faults('{{code}} is your code {{host}}', change)).toEqual([]);
    expect(faults(`The long code is {{code}} {{host}}`, change)).toContainEqual(
      expect.stringContaining('first 12 characters'),
    );
    const found = check(
      { 'en/sms': '{{code}} {{host}}', 'ar/sms': `{{code}} {{host}}${'م'.repeat(60)}` },
      change,
    ).faults;
    expect(found.map(faultLine)).toEqual([expect.stringContaining('case-moved/ar: sms.hbs: a code must fit one SMS')]);
  });

  it('refuses a data property with the name of a helper', () => {
    const schema = { ...SCHEMA, properties: { ...SCHEMA.properties, date: { type: 'string' } } };
    expect(faults('{{name}}', { schema })).toEqual([
      expect.stringContaining('the data property date has the name of a helper'),
    ]);
  });
});

describe('npm run templates', () => {
  const run = (...args: string[]) => {
    let text = '';
    const status = main(args, (part) => {
      text += part;
    });
    return { status, text };
  };

  it('finds no fault in the templates of this repository', () => {
    const { status, text } = run();
    expect(text.split('\n').filter((line) => /^[a-z].*: /.test(line))).toEqual([]);
    expect(status).toBe(0);
  });

  it('speaks JSON and helps', () => {
    expect(JSON.parse(run('--json').text)).toMatchObject({ rows: expect.any(Array), faults: [] });
    expect(run('--help').text).toContain('Usage: npm run templates');
  });
});
