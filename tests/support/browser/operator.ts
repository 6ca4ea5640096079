import type { Browser, BrowserContext, Page } from 'playwright-core';
import type { IdentityPerson } from '../../../deploy/local/identity/person.ts';
import type { Stage } from '../e2e/stage.ts';
import type { Code } from './visitor.ts';

export type OperatorOptions = { language: Code; script?: boolean; width?: number };

/** Somebody at work in front of the console. Paths are without `/console` and language. */
export type AtWork = {
  page: Page;
  context: BrowserContext;
  language: Code;
  go(path: string): Promise<void>;
  /** Presses the button or follows the link with this selector inside `main`, and waits for the page behind it. */
  press(selector: string): Promise<void>;
  path(): string;
  close(): Promise<void>;
};

/** Opens the console as one of CONSOLE_PEOPLE, signed in. The stage needs the laptop's sign-in (WITH_SIGN_IN). */
export async function openOperator(
  browser: Browser,
  stage: Stage,
  who: IdentityPerson,
  { language, script = true, width = 1280 }: OperatorOptions,
): Promise<AtWork> {
  const context = await browser.newContext({
    viewport: { width, height: 900 },
    locale: language,
    javaScriptEnabled: script,
  });
  const page = await context.newPage();
  page.setDefaultTimeout(30_000);
  const base = `${stage.url}/console/${language}`;
  await page.goto(`${base}/sign-in`);
  await page.locator('main form button').click();
  const answered = page.waitForURL((url) => url.origin === stage.url);
  await page.locator(`button[value="${who.subject}"]`).click();
  await answered;
  return {
    page,
    context,
    language,
    go: async (path) => void (await page.goto(`${base}${path === '/' ? '' : path}`)),
    async press(selector) {
      const next = page.waitForNavigation();
      await page.locator(`main ${selector}`).first().click();
      await next;
    },
    path: () => new URL(page.url()).pathname.replace(`/console/${language}`, '') || '/',
    close: () => context.close(),
  };
}
