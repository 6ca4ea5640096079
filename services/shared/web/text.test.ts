import { describe, expect, it } from '@jest/globals';
import { createText, isolated } from './text.ts';

const arabic = createText('ar', {
  count: '{n, plural, zero {صفر} one {واحد} two {اثنان} few {# قليل} many {# كثير} other {# آخر}}',
  greet: 'مرحباً {name}',
});

describe('messages', () => {
  // CLDR 48, plural rules of Arabic: 3-10 few, 11-99 many, 100 other; by the last two digits.
  it.each([
    [0, 'صفر'],
    [1, 'واحد'],
    [2, 'اثنان'],
    [3, '3 قليل'],
    [10, '10 قليل'],
    [11, '11 كثير'],
    [99, '99 كثير'],
    [100, '100 آخر'],
    [103, '103 قليل'],
  ])('gives %d its Arabic form with digits that can be typed back', (n, words) => {
    expect(arabic.plain('count', { n })).toBe(words);
    expect(arabic.html('count', { n })).toBe(words);
  });

  it('escapes and isolates a value, so that neither markup nor direction leaks out of it', () => {
    expect(arabic.html('greet', { name: '<b>"Noor"</b>' })).toBe(
      'مرحباً <bdi>&#60;b&#62;&#34;Noor&#34;&#60;/b&#62;</bdi>',
    );
  });

  it('keeps the plus sign of a number on its left in an Arabic sentence', () => {
    expect(isolated('+973 3600 1234')).toBe('<bdi dir="ltr">+973 3600 1234</bdi>');
    expect(isolated('noor@example.com')).toBe('<bdi>noor@example.com</bdi>');
  });

  it('lets a message choose its words by a text value', () => {
    const text = createText('en', { by: '{channel, select, sms {Text message} other {Other}} to {to}' });
    expect(text.html('by', { channel: 'sms', to: '*1234' })).toBe('Text message to <bdi dir="ltr">*1234</bdi>');
  });

  it('throws for a message that is not there, and at start for one that cannot be read', () => {
    expect(() => arabic.plain('nothing')).toThrow('strings/ar.json has no "nothing"');
    expect(() => createText('en', { bad: '{n, plural, one {x}' })).toThrow('strings/en.json, "bad"');
  });
});
