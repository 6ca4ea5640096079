import { beforeAll, describe, expect, it } from '@jest/globals';
import { anchors, bodyOf, isIsolated, textNodesWith, withDirection } from '../support/e2e/html.ts';
import { arrivedOf, deliveryIn, eventOf, outcomeOf, publish, publishStored } from '../support/e2e/notices.ts';
import { type Person, person } from '../support/e2e/people.ts';
import { useStage } from '../support/e2e/stage.ts';

const stage = useStage();
let arabic: Person;
let english: Person;

beforeAll(async () => {
  [arabic, english] = await Promise.all([person(stage, { language: 'ar' }), person(stage, { language: 'en' })]);
});

const renewed = (who: Person) => eventOf('sijilat-licence-renewed', who.subject);
const appointment = (who: Person) => eventOf('health-appointment-confirmed', who.subject);

/** Sends with data as it may be stored, and gives what arrived on every channel. */
async function send(event: ReturnType<typeof eventOf>, change: object) {
  const id = await publishStored(stage, event, { ...(event.data as object), ...change });
  await outcomeOf(stage, id);
  const { sms, mail, push } = arrivedOf(stage, id);
  return { id, sms: sms[0]!, mail: mail[0]!, push: push[0]! };
}

// 3GPP TS 23.038: 160 septets or 153 a part, an extension character takes two; UCS-2 70 units or 67 a part.
const FILLED = [
  { language: 'ar', fill: 'م', end: '', units: 70, parts: 1 },
  { language: 'ar', fill: 'م', end: '', units: 71, parts: 2 },
  { language: 'ar', fill: 'م', end: '', units: 134, parts: 2 },
  { language: 'ar', fill: 'م', end: '', units: 135, parts: 3 },
  { language: 'ar', fill: '[', end: 'م', units: 70, parts: 1 },
  { language: 'en', fill: 'a', end: '', units: 160, parts: 1 },
  { language: 'en', fill: 'a', end: '', units: 161, parts: 2 },
  { language: 'en', fill: '[', end: '', units: 160, parts: 1 },
  { language: 'en', fill: '[', end: 'a', units: 161, parts: 2 },
  { language: 'en', fill: 'a', end: '٣', units: 160, parts: 3 },
] as const;

it('C06: the parts that are recorded are those in which an SMS travels', async () => {
  const withPlace = (language: 'ar' | 'en', place: string) =>
    send(appointment(language === 'ar' ? arabic : english), { placeAr: place, placeEn: place });
  const [ar, en] = await Promise.all([withPlace('ar', 'م'), withPlace('en', 'a')]);
  const around = { ar: ar.sms.text.length - 1, en: en.sms.text.length - 1 };
  const recorded = await Promise.all(
    FILLED.map(async ({ language, fill, end, units }) => {
      const room = units - around[language] - end.length;
      const width = language === 'en' && fill === '[' ? 2 : 1;
      const { id, sms } = await withPlace(language, `${'a'.repeat(room % width)}${fill.repeat(room / width)}${end}`);
      const { segments } = await deliveryIn(stage, id, 'sms', 'delivered');
      return { language, fill, end, units, parts: segments, atTheCarrier: sms.parts };
    }),
  );
  expect(recorded).toEqual(FILLED.map((row) => ({ ...row, atTheCarrier: row.parts })));
});

it('C08: a number and a reference keep their direction inside Arabic, whatever a mail client drops', async () => {
  const [phone, ref] = ['+973 1700 1234', 'AB-2027/15'];
  const { mail, sms } = await send(renewed(arabic), { licenceNumber: ref, businessNameAr: phone });
  const body = bodyOf(mail.html!);
  expect(withDirection(body, 'rtl').length).toBeGreaterThan(0);
  for (const value of [phone, ref]) {
    const places = textNodesWith(body, value);
    expect(places.length).toBeGreaterThan(0);
    expect(places.every(isIsolated)).toBe(true);
    expect(mail.text).toMatch(new RegExp(`[\\u2066-\\u2068]${value.replace(/[+/]/g, '\\$&')}\\u2069`));
  }
  expect(sms.text).toMatch(/[\u2066-\u2068]AB-2027\/15\u2069/);
});

it('C10: markup in a value arrives as it is everywhere, and as text in HTML', async () => {
  const name = "Al-Noor & Sons' <a href=//e.example>x</a>";
  const { mail, sms, push } = await send(renewed(english), { licenceNumber: name, businessNameEn: name });
  for (const text of [mail.subject, mail.text, sms.text, push.body]) expect(text).toContain(name);
  const body = bodyOf(mail.html!);
  const [unsubscribe] = /(?<=<)http[^>]+/.exec(mail.headers.find(({ name }) => name === 'List-Unsubscribe')!.value)!;
  expect(anchors(body)).toEqual([unsubscribe]);
  expect(textNodesWith(body, name).length).toBeGreaterThan(0);
});

describe('C12: a line break in a value', () => {
  it.each(['\r\n', '\n', '\u2028'])('%j adds no header and moves no recipient', async (brk) => {
    const control = await send(renewed(english), { licenceNumber: 'Renewal' });
    const { mail } = await send(renewed(english), { licenceNumber: `Renewal${brk}Bcc: x@evil.example` });
    const names = (item: typeof mail) => item.headers.map((header) => header.name);
    expect(names(mail)).toEqual(names(control.mail));
    expect(mail.to).toEqual([english.email]);
    expect(mail.subject).toBe('Licence Renewal Bcc: x@evil.example has been renewed');
  });
});

it('C13: Arabic plurals take the form that CLDR gives for the number', async () => {
  const words: Record<number, string> = {
    ...{ 0: 'اليوم،', 1: 'بعد يوم واحد،', 2: 'بعد يومين،', 3: 'بعد 3 أيام،', 10: 'بعد 10 أيام،', 11: 'بعد 11 يوماً،' },
    ...{ 99: 'بعد 99 يوماً،', 100: 'بعد 100 يوم،', 102: 'بعد 102 يوم،', 103: 'بعد 103 أيام،', 111: 'بعد 111 يوماً،' },
  };
  const found = await Promise.all(
    Object.keys(words).map(async (days) => {
      const data = { validUntil: '2026-12-24', daysLeft: Number(days) };
      const id = await publish(stage, eventOf('idcard-card-expiring', arabic.subject, { data }));
      await deliveryIn(stage, id, 'push', 'sent', 'delivered');
      return [days, Object.values(words).filter((word) => arrivedOf(stage, id).push[0]!.body.includes(` ${word}`))];
    }),
  );
  expect(found).toEqual(Object.entries(words).map(([days, word]) => [days, [word]]));
});

it('C14: a moment near midnight is told in Bahrain time, Gregorian, with the digits of the specification', async () => {
  const change = { startsAt: '2027-02-28T21:30:00Z' };
  const [ar, en] = [await send(appointment(arabic), change), await send(appointment(english), change)];
  for (const text of [en.sms.text, en.mail.text]) expect(text).toMatch(/Monday,? 1 March 2027, 00:30/);
  for (const text of [ar.sms.text, ar.mail.text]) expect(text).toMatch(/الاثنين،? 1 مارس 2027، 00:30/);
});
