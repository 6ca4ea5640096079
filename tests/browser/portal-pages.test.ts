import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { PEOPLE } from '../../deploy/local/demo/people.ts';
import { DESK_OFFICER } from '../../deploy/local/identity/settings.ts';
import { STRINGS } from '../../services/registry/portal/kit/places.ts';
import { sampleSubscriber } from '../../services/shared/ledger/samples.ts';
import { invent } from '../../services/shared/subject/invented.ts';
import { loadLanguages } from '../../services/shared/web/languages.ts';
import { useBrowser } from '../support/browser/chromium.ts';
import { furnish } from '../support/browser/furnish.ts';
import { axeFaults, htmlFaults, overflow, shapeOf } from '../support/browser/look.ts';
import {
  DESK_PAGES,
  EMPTY_PAGES,
  FORMS,
  filled,
  KIOSK_PAGES,
  NEW_PAGES,
  OPEN_PAGES,
  SIGNED_IN_PAGES,
  STATUS,
} from '../support/browser/pages.ts';
import { type Code, openVisitor, type Visitor, WITH_SIGN_IN } from '../support/browser/visitor.ts';
import { useStage } from '../support/e2e/stage.ts';
import { eventually } from '../support/eventually.ts';

// Little is sent here: loops that look ten times a second would take the time that the browser needs.
const CALM = { SCHEDULER_REST_MS: '1000', SETTLE_REST_MS: '1000' };
const stage = useStage({ ...WITH_SIGN_IN, env: { ...WITH_SIGN_IN.env, ...CALM } });
const held = useBrowser();
jest.setTimeout(90_000);
const FULL = PEOPLE.adam;
const EMPTY = PEOPLE.sara;
const FRESH = PEOPLE.nobody;
const LANGUAGES = loadLanguages(STRINGS).all.map(({ code, dir }) => ({ code: code as Code, dir }));
const TEXT = Object.fromEntries(loadLanguages(STRINGS).all.map(({ code, text }) => [code, text]));
let subscriberId = '';

/** Valid, light with its stylesheet, and nothing in it that another host or the page itself would run. */
async function sound(html: string, headers: Record<string, string>): Promise<void> {
  expect(htmlFaults(html)).toEqual([]);
  expect(headers['content-encoding']).toBe('gzip');
  expect(gzipSync(html).length + (await weightOf(/href="([^"]+\.css)"/.exec(html)![1]!))).toBeLessThan(60 * 1024);
  expect([...html.matchAll(/(?:src|href|action)="(https?:)?\/\/[^"]*"/g)].map(([all]) => all)).toEqual([]);
  expect(html).not.toMatch(/<script(?![^>]*\ssrc=)|<style|\sstyle=|\son\w+=/);
}

const weights = new Map<string, number>();
async function weightOf(path: string): Promise<number> {
  if (!weights.has(path)) {
    const css = await fetch(new URL(path, stage.url));
    weights.set(path, gzipSync(await css.text()).length);
  }
  return weights.get(path)!;
}

/** A desk officer to whom a visitor is about to read the code. */
async function beginDesk(officer: Visitor, code: Code): Promise<void> {
  const n = code === 'en' ? 1 : 2;
  await officer.signIn(DESK_OFFICER, '/settings');
  await officer.goStronger(DESK_OFFICER, '/desk');
  await officer.page.locator('#number').fill(invent('cpr', 7_600_000 + n).replace('cpr:', ''));
  await officer.page.locator('#mobile').fill(`+9733600910${n}`);
  await officer.page.locator('#consent').check();
  await officer.press('form button');
}

beforeAll(async () => {
  const { ledger, sealer, blind } = stage.runtime;
  const bare = { _id: blind.subscriberId(EMPTY.subject), subject: sealer.seal(EMPTY.subject, 'subject'), contacts: [] };
  await ledger.subscribers.create(sampleSubscriber(bare));
  subscriberId = await furnish(FULL, stage);
}, 60_000);

describe.each(LANGUAGES)('in $code', ({ code, dir }) => {
  let stranger: Visitor;
  let full: Visitor;
  let empty: Visitor;
  let fresh: Visitor;
  let officer: Visitor;
  let kiosk: Visitor;

  beforeAll(async () => {
    const open = () => openVisitor(held.browser, stage, { language: code });
    stranger = await open();
    full = await open();
    empty = await open();
    fresh = await open();
    officer = await open();
    kiosk = await open();
    await full.signIn(FULL);
    await full.goStronger(FULL, '/contacts/add/mobile');
    await empty.signIn(EMPTY, '/inbox');
    await fresh.signIn(FRESH, '/welcome');
    await beginDesk(officer, code);
    await kiosk.go('/kiosk');
    await kiosk.press('form button');
    await kiosk.signIn(FULL, '/home');
  }, 120_000);
  afterAll(() => Promise.all([stranger, full, empty, fresh, officer, kiosk].map((visitor) => visitor?.close())));

  async function lookAt({ page }: Visitor): Promise<void> {
    const shape = await shapeOf(page);
    expect(shape).toMatchObject({ lang: code, dir });
    expect(shape.h1).toHaveLength(1);
    expect(shape.title).toContain(shape.h1[0]!.trim());
    expect(await axeFaults(page)).toEqual([]);
    await page.setViewportSize({ width: 320, height: 640 });
    expect(await overflow(page)).toBe(0);
    await page.setViewportSize({ width: 1200, height: 800 });
  }

  /** Goes there, and looks at what came over the line and at what is shown. */
  async function visit(visitor: Visitor, path: string): Promise<void> {
    const place = await filled(path, subscriberId, stage);
    const answer = await visitor.page.goto(`${stage.url}/${code}${place}`);
    expect([visitor.path(), answer!.status()]).toEqual([place.split('?')[0], STATUS[path] ?? 200]);
    await sound(await answer!.text(), answer!.headers());
    await lookAt(visitor);
  }

  it.each(OPEN_PAGES)('anybody can use "%s"', async (path) => {
    await visit(stranger, path);
    const signedIn = await full.context.request.get(`${stage.url}/${code}${path}`);
    expect(signedIn.status()).toBe(STATUS[path] ?? 200);
    await sound(await signedIn.text(), signedIn.headers());
  });

  it.each(SIGNED_IN_PAGES)('a person with much in the register can use "%s"', (path) => visit(full, path));
  it.each(NEW_PAGES)('somebody who has not registered can use "%s"', (path) => visit(fresh, path));
  it.each(EMPTY_PAGES)('a person with nothing yet can use "%s"', (path) => visit(empty, path));
  it.each(DESK_PAGES)('a desk officer can use "%s"', (path) => visit(officer, path));
  it.each(KIOSK_PAGES)('a person at a kiosk can use "%s"', (path) => visit(kiosk, path));

  describe.each(FORMS)('the form of $path', ({ path, empty: emptyFaults, wrong, faults }) => {
    const cases = [
      {
        name: 'sent empty',
        typed: Object.fromEntries(Object.keys(wrong).map((name) => [name, ''])),
        expected: emptyFaults,
      },
      { name: 'sent wrong', typed: wrong, expected: faults },
    ];
    it.each(cases)(
      '$name: a summary with focus and links, the same words at the fields, nothing lost',
      async ({ typed, expected }) => {
        const { page } = full;
        await full.go(await filled(path, subscriberId, stage));
        if (path === '/settings') await page.check('input[name=quiet][value=on]');
        for (const [name, value] of Object.entries(typed)) await page.fill(`#${name}`, value);
        await full.press('#form button:not([name=_show])');
        // The browser focuses what has `autofocus` once the page is painted (WHATWG HTML, 6.6.7).
        await eventually(async () => expect((await shapeOf(page)).focused).toBe('summary'));
        const { title } = await shapeOf(page);
        expect(title.startsWith(TEXT[code]!.plain('error.prefix'))).toBe(true);
        const links = page.locator('.summary a');
        expect(await links.evaluateAll((all) => all.map((one) => one.getAttribute('href')))).toEqual(
          expected.map((name) => `#${name}`),
        );
        for (const [i, name] of expected.entries()) {
          expect(await page.locator(`#${name}-error`).textContent()).toContain(await links.nth(i).textContent());
          expect(await page.locator(`#${name}`).getAttribute('aria-describedby')).toContain(`${name}-error`);
        }
        for (const [name, value] of Object.entries(typed)) expect(await page.inputValue(`#${name}`)).toBe(value);
        await lookAt(full);
        await links.first().click();
        expect(await page.evaluate('document.activeElement.id')).toBe(expected[0]);
      },
    );
  });

  it('the footer leads to the public performance page in the same language, but not at a kiosk', async () => {
    const link = ({ page }: Visitor) => page.locator('footer a[href^="/performance"]');
    await stranger.go('');
    await Promise.all([stranger.page.waitForURL('**/performance/*'), link(stranger).click()]);
    expect(await stranger.page.locator('html').getAttribute('lang')).toBe(code);
    expect(await stranger.page.locator('.figure').count()).toBeGreaterThan(0);
    await kiosk.go('/home');
    expect(await link(kiosk).count()).toBe(0);
  });

  it('switching the language keeps path, query and what was typed', async () => {
    const other = LANGUAGES.find((one) => one.code !== code)!;
    await full.go('/contacts/add/email?from=letter');
    await full.page.fill('#address', 'half an addr');
    const answered = full.page.waitForNavigation();
    await full.page.locator(`header [lang=${other.code}]`).click();
    await answered;
    expect(full.page.url()).toBe(`${stage.url}/${other.code}/contacts/add/email?from=letter`);
    expect(await full.page.inputValue('#address')).toBe('half an addr');
    expect(await full.page.locator('html').getAttribute('dir')).toBe(other.dir);
    expect(await full.page.locator('.summary').count()).toBe(0);
    await full.go('/inbox');
    await full.page.locator(`header [lang=${other.code}]`).click();
    await full.page.waitForURL(`${stage.url}/${other.code}/inbox`);
  });
});
