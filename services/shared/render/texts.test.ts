import { describe, expect, it } from '@jest/globals';
import { CHANNELS } from '../../../contracts/status.ts';
import { PORTAL } from './fixture.ts';
import { createRenderer, type RenderCatalogue } from './index.ts';
import { diskTexts, textsBelow, textsOver } from './texts.ts';

const NONE = { read: () => null, list: () => [] };
const given = { 'renewed/template.json': '{}', 'renewed/en/sms.hbs': 'Hello', 'renewed/ar/sms.hbs': 'مرحبا' };

describe('texts in place of a folder', () => {
  const texts = textsOver('/t/harbour', given, { read: (path) => `disk ${path}`, list: () => ['disk'] });

  it('are read and listed as files would be, and hide what is on disk there', () => {
    expect(texts.read('/t/harbour/renewed/en/sms.hbs')).toBe('Hello');
    expect(texts.read('/t/harbour/renewed/en/push.hbs')).toBeNull();
    expect(texts.list('/t/harbour')).toEqual(['renewed']);
    expect(texts.list('/t/harbour/renewed')).toEqual(['ar', 'en', 'template.json']);
    expect(texts.list('/t/harbour/renew')).toEqual([]);
  });

  it('leave other folders alone, also one whose name begins the same', () => {
    expect(texts.read('/t/harbours/x')).toBe('disk /t/harbours/x');
    expect(texts.list('/t/layouts')).toEqual(['disk']);
  });

  it('never give what every object has', () => {
    expect(texts.read('/t/harbour/constructor')).toBeNull();
  });

  it('come back as they were given', () => {
    expect(textsBelow('/t/harbour', textsOver('/t/harbour', given, NONE))).toEqual(given);
  });
});

const TYPE = 'bh.gov.sample.harbour.berth.v1';
const manifest = '{"sample":{"name":"Palm"}}';
const set = (sms: string) =>
  Object.fromEntries([
    ['berth/template.json', manifest],
    ...['en', 'ar'].flatMap((language) => [[`berth/${language}/sms.hbs`, sms]]),
  ]);

/** A catalogue whose one entity may get another version. */
function changing() {
  const version = { texts: set('Berth {{name}}'), type: typeNow() };
  const entity = { entity: 'harbour', title: { en: 'Harbour', ar: 'الميناء' }, linkHosts: [] };
  const catalogue: RenderCatalogue = {
    entities: [{ ...entity, types: [version.type] }],
    type: (type) => (type === TYPE ? { entity, type: version.type } : null),
    templatesOf: () => version.texts,
  };
  const renderer = createRenderer({ dir: 'templates', catalogue, portal: PORTAL });
  const render = () => {
    const request = { type: TYPE, language: 'en', channel: 'sms', sensitivity: 'open' } as const;
    const message = renderer.render({ ...request, data: { name: 'Palm' }, notificationId: 'n_1a2b3c4d' });
    return message.channel === CHANNELS[0] ? message.text.split('\n')[0] : null;
  };
  return { version, render };
}

function typeNow() {
  return { type: TYPE, title: { en: 'Berth', ar: 'رصيف' }, template: 'berth', plan: [{ channels: ['sms' as const] }] };
}

describe('a published version', () => {
  it('is what messages are made of, and another takes its place while the process runs', () => {
    const { version, render } = changing();
    expect(render()).toBe('Berth Palm');
    Object.assign(version, { texts: set('Your berth: {{name}}'), type: typeNow() });
    expect(render()).toBe('Your berth: Palm');
  });

  it('that cannot be used makes its notices fail for a reason, not the process', () => {
    const { version, render } = changing();
    Object.assign(version, { texts: set('{{#if'), type: typeNow() });
    expect(render).toThrow(expect.objectContaining({ code: 'bad_template', retryable: false }));
  });
});

it('reads a folder of templates from disk as a package would hold it', () => {
  const texts = textsBelow('templates/ekey', diskTexts);
  expect(Object.keys(texts)).toEqual(expect.arrayContaining(['sign-in-code/ar/sms.hbs', 'sign-in-code/template.json']));
});
