import { afterAll, describe, expect, it } from '@jest/globals';
import { eventually } from '../../deploy/local/demo/eventually.ts';
import { PEOPLE } from '../../deploy/local/demo/people.ts';
import { eventFor } from '../../deploy/local/demo/story.ts';
import { useBrowser } from '../support/browser/chromium.ts';
import { axeFaults } from '../support/browser/look.ts';
import { type Code, codeAt, openVisitor, type Visitor, WITH_SIGN_IN } from '../support/browser/visitor.ts';
import { useStage } from '../support/e2e/stage.ts';

const stage = useStage(WITH_SIGN_IN);
const held = useBrowser();
const open: Visitor[] = [];
afterAll(async () => {
  for (const visitor of open) await visitor.close();
});

const WORDS = {
  en: {
    can: 'You can be notified',
    renewed: 'Licence renewed',
    delivered: /Text message to \*\d{4}: delivered/,
    always: /Always on/,
  },
  ar: {
    can: 'يمكن إشعارك',
    renewed: 'تجديد الترخيص',
    delivered: /الرسالة النصية إلى \*\d{4}: وصل/,
    always: /مفعّلة دائماً/,
  },
};

const WALKS = [
  {
    name: 'in English',
    language: 'en',
    person: PEOPLE.adam,
    script: true,
    typed: (code: string) => `${code.slice(0, 3)}-${code.slice(3)}`,
  },
  // Arabic-Indic digits (U+0660) with a space, as a telephone's keyboard gives them.
  { name: 'in Arabic', language: 'ar', person: PEOPLE.noor, script: true, typed: arabicIndic },
  {
    name: 'in Arabic without script',
    language: 'ar',
    person: PEOPLE.bakery,
    script: false,
    typed: (code: string) => ` ${code} `,
  },
] as const;

function arabicIndic(code: string): string {
  const digits = [...code].map((digit) => String.fromCharCode(0x660 + Number(digit)));
  return `${digits.slice(0, 3).join('')} ${digits.slice(3).join('')}`;
}

describe.each(WALKS)('a person $name', ({ language, person, script, typed }) => {
  const words = WORDS[language as Code];
  let visitor: Visitor;
  const clean = async () => {
    expect(await axeFaults(visitor.page)).toEqual([]);
  };

  it('signs in and is asked for a language first', async () => {
    visitor = await openVisitor(held.browser, stage, { language: language as Code, script });
    open.push(visitor);
    await visitor.signIn(person);
    expect(visitor.path()).toBe('/welcome');
    await visitor.page.check(`input[value=${language}]`);
    await visitor.press('#form button');
    expect(visitor.path()).toBe('/sign-in/stronger');
    await clean();
  });

  it('is told what is missed without an alert channel', async () => {
    await visitor.go('/home');
    expect(visitor.path()).toBe('/without-alerts');
    await clean();
  });

  it('registers a mobile and proves it with the code from the handset', async () => {
    await visitor.goStronger(person, '/contacts/add/mobile');
    expect(visitor.path()).toBe('/contacts/add/mobile');
    await visitor.page.fill('#address', person.mobile.replace('+973', ''));
    await visitor.press('#form button');
    expect(visitor.path()).toMatch(/^\/contacts\/c_[0-9a-f]{32}\/verify$/);
    await visitor.page.fill('#code', typed(await codeAt(person.mobile, stage)));
    await visitor.press('#form button');
    expect(visitor.path()).toBe('/home');
    expect(await visitor.page.locator('main').textContent()).toContain(words.can);
    await clean();
  });

  it('adds an email address the same way', async () => {
    await visitor.go('/contacts/add/email');
    await visitor.page.fill('#address', person.email.toUpperCase());
    await visitor.press('#form button');
    await visitor.page.fill('#code', await codeAt(person.email, stage));
    await visitor.press('#form button');
    await visitor.go('/contacts');
    expect(await visitor.page.locator('.tag.good').count()).toBe(2);
    await clean();
  });

  it('sets preferences and quiet hours', async () => {
    await visitor.go('/preferences/sijilat');
    await visitor.page.uncheck('input[name="on.announcements"][value=email]');
    await visitor.press('#form button');
    expect(visitor.path()).toBe('/preferences');
    await visitor.go('/preferences/sijilat');
    expect(await visitor.page.isChecked('input[name="on.announcements"][value=email]')).toBe(false);
    expect(await visitor.page.isChecked('input[name="on.licences"][value=email]')).toBe(true);
    await visitor.go('/settings');
    await visitor.page.check('input[name=quiet][value=off]');
    await visitor.page.selectOption('select[name=area]', 'muharraq');
    await visitor.press('#form button');
    await clean();
    expect(await visitor.page.inputValue('select[name=area]')).toBe('muharraq');
  });

  it('receives a notice of an entity and reads it, with what was sent where', async () => {
    const scene = { shows: '', example: 'sijilat-licence-renewed', to: 'noor', way: 'http' } as const;
    const event = eventFor({ ...scene, id: `walk-${language}-${script}` }, person.subject, 0);
    const { notificationId } = await stage.entities.publish(event, 'http');
    await eventually('the outcome', async () => {
      const found = await stage.runtime.ledger.notifications.findOne({
        _id: { $eq: notificationId },
        outcomeAt: { $ne: null },
      });
      return found ? true : null;
    });
    await visitor.go('/inbox');
    expect(await visitor.page.locator('.notice.fresh').count()).toBe(1);
    await visitor.press('.notice a');
    expect(await visitor.page.locator('h1').textContent()).toBe(words.renewed);
    expect(await visitor.page.locator('.letter').textContent()).toMatch(/\S{3}/);
    expect(await visitor.page.locator('.timeline').textContent()).toMatch(words.delivered);
    await clean();
    await visitor.go('/inbox');
    expect(await visitor.page.locator('.notice.fresh').count()).toBe(0);
  });

  it('unsubscribes by the link of the email: looking changes nothing, the button stops that category only', async () => {
    const mail = stage.outbox.mail().findLast(({ to, headers }) => to.includes(person.email) && linkOf(headers));
    await visitor.page.goto(linkOf(mail!.headers)!);
    expect(visitor.path()).toMatch(/^\/unsubscribe\//);
    await clean();
    await visitor.go('/preferences/sijilat');
    expect(await visitor.page.isChecked('input[name="on.licences"][value=email]')).toBe(true);
    await visitor.page.goto(linkOf(mail!.headers)!);
    await visitor.press('#form button');
    await clean();
    await visitor.go('/preferences/sijilat');
    expect(await visitor.page.isChecked('input[name="on.licences"][value=email]')).toBe(false);
    expect(await visitor.page.isChecked('input[name="on.licences"][value=sms]')).toBe(true);
    expect(await visitor.page.locator('.category').nth(1).textContent()).toMatch(words.always);
  });

  it('signs out, here and at the sign-in service', async () => {
    const answered = visitor.page.waitForURL(/session\/end/);
    await visitor.page.locator('header form button').click();
    await answered;
    const back = visitor.page.waitForURL((url) => url.origin === stage.url);
    await visitor.page.locator('button[name=logout]').click();
    await back;
    expect(visitor.path()).toBe('/signed-out');
    await visitor.go('/inbox');
    expect(visitor.path()).toBe('/sign-in');
  });
});

const linkOf = (headers: { name: string; value: string }[]): string | undefined =>
  /<(https?:[^>]+)>/.exec(headers.find(({ name }) => name.toLowerCase() === 'list-unsubscribe')?.value ?? '')?.[1];
