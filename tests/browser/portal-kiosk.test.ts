import { afterAll, describe, expect, it, jest } from '@jest/globals';
import { PEOPLE } from '../../deploy/local/demo/people.ts';
import { useBrowser } from '../support/browser/chromium.ts';
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

const sound = async ({ page, path }: Visitor) => expect([path(), await faultsAt320(page)]).toEqual([path(), []]);

describe.each([
  { name: 'in English', language: 'en', script: true, person: PEOPLE.adam },
  { name: 'in Arabic without script', language: 'ar', script: false, person: PEOPLE.noor },
] as const)('a kiosk, $name', ({ language, script, person }) => {
  it('is large, asks who is idle, ends by itself, and leaves nothing behind', async () => {
    const visitor = await openVisitor(held.browser, stage, { language, script });
    open.push(visitor);
    const { page } = visitor;
    const go = async (path: string) => (await page.goto(`${stage.url}/${language}${path}`))!;
    expect((await go('/kiosk')).headers().refresh).toBeUndefined();
    await sound(visitor);
    expect((await go('/kiosk/idle')).status()).toBe(404);
    await go('/kiosk');
    await visitor.press('form button');
    await sound(visitor);
    const asked = page.waitForRequest(/prompt=login/);
    await visitor.press('form button');
    await asked;
    await page.locator(`button[value="${person.subject}"]`).click();
    await page.waitForURL((url) => url.origin === stage.url);
    const answer = await go('/settings');
    expect(answer.headers()).toMatchObject({
      'cache-control': 'no-store',
      refresh: expect.stringMatching(new RegExp(`^90; url=/${language}/kiosk/idle\\?from=`)),
    });
    for (const box of await page.locator('main .button, header .quiet').all())
      expect((await box.boundingBox())!.height).toBeGreaterThanOrEqual(56);
    const idle = await go('/kiosk/idle?from=/contacts');
    expect(idle.headers().refresh).toBe(`30; url=/${language}/kiosk/end`);
    await sound(visitor);
    expect(await page.locator('main a.button').getAttribute('href')).toBe(`/${language}/contacts`);
    const sessions = () =>
      stage.runtime.ledger.connection.collection('sessions').countDocuments({ 'session.person': { $exists: true } });
    const before = await sessions();
    const left = page.waitForRequest(/session\/end/);
    await go('/kiosk/end');
    await left;
    expect(await sessions()).toBe(before - 1);
    // Those of the laptop's sign-in stand on the same host.
    const cookies = (await visitor.context.cookies(stage.url)).filter(({ name }) => !name.startsWith('_'));
    expect(cookies.map(({ name }) => name)).toEqual(['notifyme-kiosk']);
    await go('/contacts');
    expect(visitor.path()).toBe('/sign-in');
  });
});
