import { describe, expect, it } from '@jest/globals';
import { type DefaultTreeAdapterTypes, parse } from 'parse5';
import { everywhere, type Fixture, outputsOf } from './fixture.ts';

type Node = DefaultTreeAdapterTypes.ChildNode;

const NAME = "Al-Noor & Sons' <a href=//e.example>x</a>";
const URL_VALUE = 'https://pay.example/v?t=a=b&l=ar';

const fixture = (snippet: string, sample: Record<string, unknown>): Fixture => ({
  parts: everywhere(snippet),
  sample,
  linkHosts: ['pay.example'],
});

function elements(html: string, tag: string): DefaultTreeAdapterTypes.Element[] {
  const found: DefaultTreeAdapterTypes.Element[] = [];
  const walk = (nodes: Node[]) => {
    for (const node of nodes) {
      if ('tagName' in node && node.tagName === tag) found.push(node);
      if ('childNodes' in node) walk(node.childNodes);
    }
  };
  walk(parse(html).childNodes);
  return found;
}

const refusal = (url: string, snippet = '{{link url}}') => {
  const made = fixture(snippet, { url: URL_VALUE });
  return () => outputsOf(made, 'en', { url });
};

describe('values in each output', () => {
  it('C10 puts a name verbatim into subject, text, SMS and push', () => {
    const { subject, text, sms, title, body } = outputsOf(fixture('{{name}}', { name: NAME }), 'en');
    expect([subject, title, body]).toEqual([NAME, NAME, NAME]);
    expect(sms.split('\n')[0]).toBe(NAME);
    expect(text).toContain(`\n\n${NAME}\n\n`);
  });

  it('C10 escapes a name in HTML so that it adds no link', () => {
    const { html } = outputsOf(fixture('{{name}}', { name: NAME }), 'en');
    expect(elements(html, 'a')).toHaveLength(0);
    expect(html).toContain('Al-Noor &amp; Sons&#39; &lt;a href=//e.example&gt;x&lt;/a&gt;');
  });

  it('C10 keeps an address exactly: href after HTML parsing, and as it is in text and push', () => {
    const { sms: _, ...outputs } = outputsOf(fixture('{{link url}}', { url: URL_VALUE }), 'ar');
    const [anchor] = elements(outputs.html, 'a');
    expect(anchor!.attrs.find(({ name }) => name === 'href')!.value).toBe(URL_VALUE);
    expect(outputs.text).toContain(`\n${URL_VALUE}\n`);
    expect(outputs.body).toBe(URL_VALUE);
  });

  it('C10 leaves a plain address free of marks in Arabic text, where they would become a part of it', () => {
    const { text, sms, body } = outputsOf(fixture('{{url}}', { url: URL_VALUE }), 'ar');
    expect([sms.split('\n')[0], body]).toEqual([URL_VALUE, URL_VALUE]);
    expect(text).toContain(`\n${URL_VALUE}\n`);
  });

  it.each([
    'javascript:alert(1)',
    'https://e.example/',
    'https://pay.example@e.example/',
    'https://noor@pay.example/',
    'https://pay.example\\@e.example/',
    'https://pay.example:444/',
    'https://pay.example.e.example/',
    'https:\\\\pay.example\\',
    '//pay.example/',
    'ftp://pay.example/',
    'https://pay.example/ x',
    'https://pay.exámple/',
  ])('refuses the link %s', (url) => {
    expect(refusal(url)).toThrow(expect.objectContaining({ code: 'bad_link', variable: 'url', retryable: false }));
  });

  it('lets a link name the portal itself', () => {
    expect(refusal('https://portal.example/inbox')).not.toThrow();
  });

  it.each(['See https://e.example/x', 'www.e.example', 'HTTP://e.example'])(
    'refuses a plain value that carries a foreign address: %s',
    (url) => {
      expect(refusal(url, '{{url}}')).toThrow(expect.objectContaining({ code: 'bad_link', variable: 'url' }));
    },
  );

  it.each([
    ['Renewal\r\nBcc: x@evil.example', 'Renewal Bcc: x@evil.example'],
    ['a\nb', 'a b'],
    ['a\u2028b', 'a b'],
    ['a\u0085\tb', 'a b'],
    ['a\u0000b', 'ab'],
  ])('C12 keeps %j on one line', (title, line) => {
    const made = outputsOf(fixture('{{title}}', { title }), 'en');
    expect([made.subject, made.title, made.body, made.sms.split('\n')[0]]).toEqual([line, line, line, line]);
  });

  it('removes bidi overrides and isolates that would reorder the text around a value', () => {
    const { body } = outputsOf(fixture('{{name}}', { name: 'a\u202Eb\u2066c\u2069d\u202C' }), 'en');
    expect(body).toBe('abcd');
  });

  it('folds typographic characters of an English SMS into GSM-7', () => {
    const { sms } = outputsOf(fixture('“{{name}}” – it’s…', { name: 'Al\u00A0Noor' }), 'en');
    expect(sms.split('\n')[0]).toBe('"Al Noor" - it\'s...');
  });
});
