import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { parse } from 'parse5';
import type { Page } from 'playwright-core';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const OPTIONS = JSON.stringify({
  runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
  resultTypes: ['violations'],
});
const RUN = `axe.run(document, ${OPTIONS}).then(({ violations }) =>
  violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => id + ': ' + html.slice(0, 200))))`;

/** The page with script that shows what one without script shows: axe is a script itself. */
const twins = new WeakMap<Page, Page>();

/** Lets `axeFaults` look at a page whose script is off through another one, whose script is on. */
export const lookThrough = (page: Page, twin: Page): void => void twins.set(page, twin);

/** What axe has to say against a page, as `rule: element`. Our pages have no frames, so it runs in the page alone. */
export async function axeFaults(page: Page): Promise<string[]> {
  const seen = await twinOf(page);
  await seen.evaluate(AXE);
  return seen.evaluate<string[]>(RUN);
}

async function twinOf(page: Page): Promise<Page> {
  const twin = twins.get(page);
  if (!twin) return page;
  const body = await page.content();
  await twin.unrouteAll();
  await twin.route(page.url(), (route) => route.fulfill({ contentType: 'text/html; charset=utf-8', body }));
  await twin.setViewportSize(page.viewportSize() ?? { width: 1200, height: 800 });
  await twin.goto(page.url());
  return twin;
}

/** Nothing is wrong with the page as it stands, and it fits 320 pixels: the faults that there are. */
export async function faultsAt320(page: Page): Promise<string[]> {
  await page.setViewportSize({ width: 320, height: 800 });
  const wider = await overflow(page);
  const faults = [...(await axeFaults(page)), ...htmlFaults(await page.content())];
  await page.setViewportSize({ width: 1200, height: 800 });
  return wider === 0 ? faults : [...faults, `wider than its window by ${wider} pixels`];
}

/** What is wrong with a page's HTML: parse errors (WHATWG HTML) and ids that stand twice. */
export function htmlFaults(html: string): string[] {
  const faults: string[] = [];
  parse(html, {
    sourceCodeLocationInfo: true,
    onParseError: ({ code, startLine }) => faults.push(`${code} in line ${startLine}`),
  });
  const ids = [...html.matchAll(/\sid="([^"]*)"/g)].map(([, id]) => id);
  return [...faults, ...ids.filter((id, i) => ids.indexOf(id) !== i).map((id) => `id ${id} stands twice`)];
}

/** How many pixels a page is wider than its window (WCAG 2.2, 1.4.10 Reflow). */
export const overflow = (page: Page): Promise<number> =>
  page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');

export type Shape = { title: string; h1: string[]; lang: string; dir: string; focused: string };

/** What every page must have right. */
export async function shapeOf(page: Page): Promise<Shape> {
  return page.evaluate(`({
    title: document.title,
    h1: [...document.querySelectorAll('h1')].map((one) => one.textContent),
    lang: document.documentElement.lang,
    dir: document.documentElement.dir,
    focused: document.activeElement ? document.activeElement.className : '',
  })`);
}
