import { describe, expect, it } from '@jest/globals';
import { everywhere, outputsOf } from './fixture.ts';

const PHONE = '+973 1700 1234';
const REFERENCE = 'AB-2027/15';
const made = (snippet: string, sample: Record<string, unknown>) => ({ parts: everywhere(snippet), sample });
const isolated = (value: string) => `\u2066${value}\u2069`;
const ISOLATE = /[\u2066-\u2069]/;

describe('left-to-right values in Arabic', () => {
  const fixture = made('هاتف {{phone}} رقم {{ref}}', { phone: PHONE, ref: REFERENCE });

  it('C08 sets each value apart in plain text, SMS, subject and push', () => {
    const { sms, subject, text, body } = outputsOf(fixture, 'ar');
    for (const output of [sms, subject, text, body]) {
      expect(output).toContain(`هاتف ${isolated(PHONE)} رقم ${isolated(REFERENCE)}`);
    }
  });

  it('C08 sets each value apart in HTML by an element of its own', () => {
    const { html } = outputsOf(fixture, 'ar');
    expect(html).toContain(`<bdi dir="ltr">${PHONE}</bdi>`);
    expect(html).toContain(`<bdi dir="ltr">${REFERENCE}</bdi>`);
  });

  it('puts no mark into an English SMS, so that it stays in GSM-7', () => {
    const english = made('{{ltr phone}} {{name}}', { phone: PHONE, name: 'مخبز النخلة' });
    expect(outputsOf(english, 'en').sms).not.toMatch(ISOLATE);
  });

  it.each(['36001234', 'Sijilat', '45.000', '2027/15', 'مخبز النخلة (مثال)', 'مخبز A1 النخلة'])(
    'spends no SMS units on %s, which keeps its order',
    (value) => {
      const [first] = outputsOf({ parts: { sms: 'رقم {{value}} هنا' }, sample: { value } }, 'ar').sms.split('\n');
      expect(first).toBe(`رقم ${value} هنا`);
    },
  );

  it.each(['*1234', '2027-03-01', '1234-5678', 'Palm Bakery', '12%'])('isolates %s in an Arabic SMS', (value) => {
    expect(outputsOf({ parts: { sms: 'رقم {{value}} هنا' }, sample: { value } }, 'ar').sms).toContain(isolated(value));
  });

  it('isolates a word in push and forces it with ltr', () => {
    const parts = { push: 'عنوان\n\n{{value}} {{ltr digits}}' };
    const { body } = outputsOf({ parts, sample: { value: 'Sijilat', digits: '36001234' } }, 'ar');
    expect(body).toBe(`${isolated('Sijilat')} ${isolated('36001234')}`);
  });

  it('lets a value of both scripts choose its own direction', () => {
    const { html, body } = outputsOf(made('{{value}}', { value: 'شركة ABC Ltd.' }), 'ar');
    expect(html).toContain('<bdi>شركة ABC Ltd.</bdi>');
    expect(body).toBe('\u2068شركة ABC Ltd.\u2069');
  });

  it('sets an Arabic name apart in an English email', () => {
    expect(outputsOf(made('{{value}}', { value: 'مخبز النخلة' }), 'en').html).toContain('<bdi>مخبز النخلة</bdi>');
  });
});
