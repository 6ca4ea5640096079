import type { Browser, BrowserContext, Page } from 'playwright-core';
import { eventually } from '../../../deploy/local/demo/eventually.ts';
import type { Person } from '../../../deploy/local/demo/people.ts';
import type { Stage, StageOptions } from '../e2e/stage.ts';
import { lookThrough } from './look.ts';

/** A stage with the laptop's sign-in, and so with the citizens' pages. */
export const WITH_SIGN_IN: StageOptions = { env: { OIDC_ISSUER: undefined } };

export type Code = 'en' | 'ar';
export type VisitorOptions = { language: Code; script?: boolean; width?: number };

/** A person in front of a browser. Paths are without language. */
export type Visitor = {
  page: Page;
  context: BrowserContext;
  language: Code;
  go(path: string): Promise<void>;
  /** Presses the button or follows the link with this selector inside `main`, and waits for the page behind it. */
  press(selector: string): Promise<void>;
  /** Through the sign-in and back to `path`. */
  signIn(person: Pick<Person, 'subject'>, path?: string): Promise<void>;
  /** Goes to a page that asks for a stronger sign-in first. */
  goStronger(person: Pick<Person, 'subject'>, path: string): Promise<void>;
  path(): string;
  close(): Promise<void>;
};

export async function openVisitor(
  browser: Browser,
  stage: Stage,
  { language, script = true, width = 1200 }: VisitorOptions,
): Promise<Visitor> {
  const context = await browser.newContext({
    viewport: { width, height: 800 },
    locale: language,
    javaScriptEnabled: script,
  });
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  const looking = script ? null : await browser.newContext({ locale: language });
  if (looking) lookThrough(page, await looking.newPage());
  const go = async (path: string) => {
    await page.goto(`${stage.url}/${language}${path}`);
  };
  const press = async (selector: string) => {
    const answered = page.waitForNavigation();
    await page.locator(`main ${selector}`).first().click();
    await answered;
  };
  const choose = async ({ subject }: Pick<Person, 'subject'>) => {
    await press('form button');
    const answered = page.waitForURL((url) => url.origin === stage.url);
    await page.locator(`button[value="${subject}"]`).click();
    await answered;
  };
  const path = () => new URL(page.url()).pathname.replace(`/${language}`, '');
  return {
    page,
    context,
    language,
    go,
    press,
    path,
    async signIn(person, target = '/home') {
      await go(target);
      await choose(person);
    },
    async goStronger(person, target) {
      await go(target);
      if (path() === '/sign-in/stronger') await choose(person);
    },
    close: async () => {
      await looking?.close();
      await context.close();
    },
  };
}

/** The newest six digits that came to a number or an address. */
export function codeAt(address: string, { outbox }: Stage): Promise<string> {
  return eventually(`a code at ${address.slice(-4)}`, () => {
    const texts = [
      ...outbox.sms().flatMap(({ to, text }) => (to === address ? [text] : [])),
      ...outbox.mail().flatMap(({ to, text }) => (to.includes(address) ? [text] : [])),
    ];
    return texts.map((text) => /\b(\d{6})\b/.exec(text)?.[1]).findLast((code) => code !== undefined) ?? null;
  });
}
