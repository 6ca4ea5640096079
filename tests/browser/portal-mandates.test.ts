import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { PEOPLE } from '../../deploy/local/demo/people.ts';
import { auditOf } from '../../services/shared/audit/append.ts';
import { useBrowser } from '../support/browser/chromium.ts';
import { furnish } from '../support/browser/furnish.ts';
import { faultsAt320 } from '../support/browser/look.ts';
import { openVisitor, type Visitor, WITH_SIGN_IN } from '../support/browser/visitor.ts';
import { useStage } from '../support/e2e/stage.ts';

const stage = useStage(WITH_SIGN_IN);
const held = useBrowser();
jest.setTimeout(90_000);
const open: Visitor[] = [];
afterAll(async () => {
  for (const visitor of open) await visitor.close();
});

const WALKS = [
  { name: 'in English', language: 'en', script: true, old: PEOPLE.adam, helper: PEOPLE.sara },
  { name: 'in Arabic without script', language: 'ar', script: false, old: PEOPLE.noor, helper: PEOPLE.huda },
] as const;

const sound = async ({ page, path }: Visitor) => expect([path(), await faultsAt320(page)]).toEqual([path(), []]);

describe.each(WALKS)('acting for another, $name', ({ language, script, old, helper }) => {
  let principal: Visitor;
  let delegate: Visitor;
  let code = '';
  const banner = () => delegate.page.locator('.acting');
  beforeAll(async () => {
    await furnish(old, stage);
    [principal, delegate] = await Promise.all([
      openVisitor(held.browser, stage, { language, script }),
      openVisitor(held.browser, stage, { language, script }),
    ]);
    open.push(principal, delegate);
  }, 60_000);

  it('begins with an invitation whose code is shown once', async () => {
    await principal.signIn(old, '/mandates');
    await sound(principal);
    await principal.goStronger(old, '/mandates/new');
    await principal.page.locator('#scope').uncheck();
    await principal.press('form button');
    expect(await principal.page.locator('.summary a').getAttribute('href')).toBe('#scope');
    await sound(principal);
    await principal.page.locator('#scope').check();
    await principal.press('form button');
    await sound(principal);
    code = (await principal.page.locator('.code-shown').textContent())!.trim();
    expect(code).toMatch(/^[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}$/);
    await principal.go('/mandates');
    expect(await principal.page.content()).not.toContain(code);
  });

  it('is accepted after a look at what it says', async () => {
    await delegate.signIn(helper, '/mandates');
    await delegate.goStronger(helper, '/mandates/accept');
    await delegate.page.locator('#code').fill('AAAA-BBBB-CCCC');
    await delegate.press('form button');
    expect(await delegate.page.locator('#code').getAttribute('aria-invalid')).toBe('true');
    await sound(delegate);
    await delegate.page.locator('#code').fill(code.toLowerCase());
    await delegate.press('form button');
    await sound(delegate);
    expect(await delegate.page.locator('.lead').textContent()).toContain(old.subject.slice(-4));
    await delegate.press('form button');
    expect(delegate.path()).toBe('/mandates');
    await sound(delegate);
  });

  it('shows the other person’s notices under a banner on every page, and nothing beyond the mandate', async () => {
    await delegate.press('.card form button');
    expect(delegate.path()).toBe('/inbox');
    expect(await banner().textContent()).toContain(old.subject.slice(-4));
    expect(await delegate.page.locator('.notice').count()).toBeGreaterThan(1);
    await sound(delegate);
    await delegate.press('.notice a');
    expect(await banner().count()).toBe(1);
    for (const path of ['/contacts', '/preferences', '/settings', '/record', '/record/export', '/home', '/mandates']) {
      const answer = await delegate.page.goto(`${stage.url}/${language}${path}`);
      expect([path, answer!.status(), await banner().count()]).toEqual([path, 403, 1]);
    }
    await sound(delegate);
    await delegate.page.goto(`${stage.url}/${language}/nowhere`);
    expect(await banner().count()).toBe(1);
  });

  it('is written down, and both can read it', async () => {
    await principal.go('/mandates');
    await principal.press('.card a');
    expect(await principal.page.locator('.timeline li').count()).toBeGreaterThanOrEqual(4);
    await sound(principal);
    const used = await auditOf(stage.runtime.ledger).findOne({ act: 'mandate_used' });
    expect(used).toMatchObject({ actor: { role: 'delegate' }, details: { how: 'read', page: 'inbox' } });
  });

  it('is over for the delegate at the very next page once the principal ended it', async () => {
    await delegate.go('/inbox');
    expect(await banner().count()).toBe(1);
    await principal.press('.danger');
    await sound(principal);
    await delegate.go('/inbox');
    expect(delegate.path()).toBe('/mandates');
    expect(await banner().count()).toBe(0);
    expect(await delegate.page.locator('[role=status]').count()).toBe(1);
    await delegate.go('/inbox');
    expect(await delegate.page.content()).not.toContain('class="acting"');
  });
});
