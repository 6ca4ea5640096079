import { afterAll, describe, expect, it } from '@jest/globals';
import { PEOPLE } from '../../deploy/local/demo/people.ts';
import { DESK_OFFICER } from '../../deploy/local/identity/settings.ts';
import { actsOn } from '../../services/shared/audit/append.ts';
import { invent } from '../../services/shared/subject/invented.ts';
import { useBrowser } from '../support/browser/chromium.ts';
import { faultsAt320 } from '../support/browser/look.ts';
import { codeAt, openVisitor, type Visitor, WITH_SIGN_IN } from '../support/browser/visitor.ts';
import { useStage } from '../support/e2e/stage.ts';

const stage = useStage(WITH_SIGN_IN);
const held = useBrowser();
const open: Visitor[] = [];
afterAll(async () => {
  for (const visitor of open) await visitor.close();
});

const sound = async ({ page, path }: Visitor) => expect([path(), await faultsAt320(page)]).toEqual([path(), []]);

const nationalNumber = ({ subject }: { subject: string }) => subject.split(':')[1]!;

describe.each([
  { name: 'in English', language: 'en', script: true, guest: PEOPLE.adam },
  { name: 'in Arabic without script', language: 'ar', script: false, guest: PEOPLE.noor },
] as const)('the service desk, $name', ({ language, script, guest }) => {
  let officer: Visitor;

  it('is not there for anybody but an officer', async () => {
    const visitor = await openVisitor(held.browser, stage, { language, script });
    open.push(visitor);
    await visitor.signIn(PEOPLE.sara, '/settings');
    await visitor.goStronger(PEOPLE.sara, '/desk');
    for (const page of ['desk', 'desk/guardian'])
      expect((await visitor.page.goto(`${stage.url}/${language}/${page}`))!.status()).toBe(404);
    expect(await visitor.page.locator('nav a[href$="/desk"]').count()).toBe(0);
  });

  it('registers a visitor who agreed, with the code from their own phone, and the visitor can see it', async () => {
    officer = await openVisitor(held.browser, stage, { language, script });
    open.push(officer);
    const { page } = officer;
    await officer.signIn(DESK_OFFICER, '/settings');
    await officer.goStronger(DESK_OFFICER, '/desk');
    expect(await page.locator('nav a[href$="/desk"]').count()).toBe(1);
    await officer.press('form button');
    const at = await page.locator('.summary a').evaluateAll((links) => links.map((link) => link.getAttribute('href')));
    expect(at).toEqual(['#number', '#mobile', '#consent']);
    await sound(officer);
    await page.locator('#number').fill(nationalNumber(guest));
    await page.locator('#mobile').fill(guest.mobile);
    await officer.press('form button');
    const { subscribers } = stage.runtime.ledger;
    const subscriberId = stage.runtime.blind.subscriberId(guest.subject);
    expect(await subscribers.countDocuments({ _id: subscriberId })).toBe(0);
    await page.locator('#consent').check();
    await officer.press('form button');
    expect(officer.path()).toBe('/desk/code');
    await sound(officer);
    expect(await page.content()).not.toContain(guest.mobile.slice(4));
    await page.locator('#code').fill(await codeAt(guest.mobile, stage));
    await officer.press('form button');
    expect(officer.path()).toBe('/desk');
    await sound(officer);
    const registered = await subscribers.findById(subscriberId).lean();
    expect(registered?.contacts).toMatchObject([{ channel: 'sms', state: 'verified' }]);
    const acts = await actsOn(stage.runtime.ledger, subscriberId);
    expect(acts.map(({ act, actor }) => [act, actor.role])).toEqual([
      ['desk_verify', 'desk'],
      ['desk_register', 'desk'],
    ]);
    const visitor = await openVisitor(held.browser, stage, { language, script });
    open.push(visitor);
    await visitor.signIn(guest, '/record');
    const words = language === 'en' ? 'An officer at a service desk' : 'موظف في مركز خدمة';
    expect(await visitor.page.locator('main').textContent()).toContain(words);
  }, 90_000);

  it('registers the guardian of a child without an eKey, and ends it', async () => {
    const { page } = officer;
    const child = nationalNumber({ subject: invent('cpr', language === 'en' ? 7_000_001 : 7_000_002) });
    await page.goto(`${stage.url}/${language}/desk/guardian`);
    await officer.press('#form button');
    const at = await page.locator('.summary a').evaluateAll((links) => links.map((link) => link.getAttribute('href')));
    expect(at).toEqual(['#childNumber', '#guardianNumber', '#paper']);
    await sound(officer);
    const fill = async (what: 'register' | 'end') => {
      await page.locator(`input[name=what][value=${what}]`).check();
      await page.locator('#childNumber').fill(child);
      await page.locator('#guardianNumber').fill(nationalNumber(guest));
      await page.locator('input[name=paper][value=birth_certificate]').check();
      await officer.press('#form button');
    };
    const mandates = stage.runtime.ledger.connection.collection('mandates');
    const ofGuest = { delegateId: stage.runtime.blind.subscriberId(guest.subject), kind: 'guardian' };
    for (const [what, state] of [
      ['register', 'active'],
      ['end', 'revoked'],
    ] as const) {
      await fill(what);
      expect([officer.path(), await page.locator('.summary').count()]).toEqual(['/desk/guardian', 0]);
      expect(await mandates.find(ofGuest).toArray()).toMatchObject([{ state, invitedBy: 'desk' }]);
    }
    await sound(officer);
  }, 90_000);
});
