import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CONSOLE_PEOPLE } from '../../deploy/local/identity/settings.ts';
import { beginOf, stepFrom } from '../../services/shared/counters/types.ts';
import { useBrowser } from '../support/browser/chromium.ts';
import { axeFaults, htmlFaults, overflow } from '../support/browser/look.ts';
import { type AtWork, openOperator } from '../support/browser/operator.ts';
import { WITH_SIGN_IN } from '../support/browser/visitor.ts';
import { aBusyHour, countAt } from '../support/console/counted.ts';
import { useStage } from '../support/e2e/stage.ts';
import { eventually } from '../support/eventually.ts';

const stage = useStage(WITH_SIGN_IN);
const held = useBrowser();
const KEY = { channel: 'sms', entity: 'sijilat', lane: 'normal' } as const;

beforeAll(async () => {
  const { ledger } = stage.runtime;
  await aBusyHour(ledger, new Date());
  // Whole days are published: yesterday with ordinary counts, the day before with one that is too small.
  const today = beginOf('day', new Date());
  await countAt(ledger, stepFrom('day', today, -1), (counters) => {
    counters.flow({ ...KEY, channel: null }, 'accepted', 1_200);
    counters.flow(KEY, 'sent', 1_100);
    for (let i = 0; i < 40; i += 1) counters.handoff(KEY, 900);
  });
  await countAt(ledger, stepFrom('day', today, -2), (counters) => counters.flow(KEY, 'failed', 7));
}, 60_000);

const figure = ({ page }: AtWork, n: number) => page.locator('.figure dd').nth(n).textContent();

describe.each(['en', 'ar'] as const)('in %s', (language) => {
  let viewer: AtWork;
  beforeAll(async () => {
    viewer = await openOperator(held.browser, stage, CONSOLE_PEOPLE.viewer, { language });
  }, 60_000);
  afterAll(() => viewer?.close());

  it.each(['/', '/nowhere'])('"%s" can be used by everybody', async (path) => {
    const { page } = viewer;
    await viewer.go(path);
    expect(await page.locator('html').getAttribute('dir')).toBe(language === 'ar' ? 'rtl' : 'ltr');
    await page.locator('details').evaluateAll((all) => all.map((one) => one.setAttribute('open', '')));
    expect(await axeFaults(page)).toEqual([]);
    expect(htmlFaults(await (await page.request.get(page.url())).text())).toEqual([]);
    await page.setViewportSize({ width: 320, height: 800 });
    expect(await overflow(page)).toBe(0);
    await page.setViewportSize({ width: 1280, height: 900 });
  });

  it('the public page can be used by everybody without sign-in, and has what was counted', async () => {
    const page = await held.browser.newPage({ viewport: { width: 1280, height: 900 }, locale: language });
    await page.goto(`${stage.url}/performance`);
    expect(new URL(page.url()).pathname).toBe(`/performance/${language}`);
    expect(await page.locator('.figure dd').first().textContent()).toBe('1,200');
    await page.locator('details').evaluateAll((all) => all.map((one) => one.setAttribute('open', '')));
    expect(await axeFaults(page)).toEqual([]);
    expect(htmlFaults(await (await page.request.get(page.url())).text())).toEqual([]);
    await page.setViewportSize({ width: 320, height: 800 });
    expect(await overflow(page)).toBe(0);
    await page.close();
  });
});

describe('the overview', () => {
  it('changes by itself, and comes back to where the reader was', async () => {
    const viewer = await openOperator(held.browser, stage, CONSOLE_PEOPLE.operator, { language: 'en' });
    await viewer.go('/?channel=push&lane=bulk');
    expect(await figure(viewer, 1)).toBe('0');
    await viewer.page.locator('#time-table summary').click();
    await viewer.page.locator('h1').click();
    await countAt(stage.runtime.ledger, new Date(), (counters) =>
      counters.flow({ ...KEY, channel: 'push', lane: 'bulk' }, 'sent', 321),
    );
    await eventually(async () => expect(await figure(viewer, 1)).toBe('321'), 30_000);
    expect(await viewer.page.locator('#time-table').getAttribute('open')).not.toBeNull();
    await viewer.page.locator('[data-live-pause]').click();
    await countAt(stage.runtime.ledger, new Date(), (counters) =>
      counters.flow({ ...KEY, channel: 'push', lane: 'bulk' }, 'sent', 1),
    );
    await viewer.page.locator('[data-live-pause]').click();
    await eventually(async () => expect(await figure(viewer, 1)).toBe('322'), 30_000);
    await viewer.close();
  }, 90_000);

  it('does without script, by a link that loads it anew', async () => {
    const viewer = await openOperator(held.browser, stage, CONSOLE_PEOPLE.entityadmin, {
      language: 'en',
      script: false,
    });
    await viewer.go('/?span=month&entity=ofoq');
    expect(await viewer.page.locator('[data-live-pause]').isVisible()).toBe(false);
    // An entity administrator sees one entity, and nothing of the machinery.
    expect(await viewer.page.locator('#by-entity + .scroll tbody tr').count()).toBe(1);
    expect(await viewer.page.locator('#providers, #entity').count()).toBe(0);
    await viewer.press('.live-tools a');
    expect(new URL(viewer.page.url()).search).toBe('?span=month&entity=ofoq');
    await viewer.close();
  }, 60_000);
});

describe('open data', () => {
  it('leaves small counts out, and is the same for programs and in a table', async () => {
    const answer = await fetch(`${stage.url}/open-data/performance.json`);
    const json = (await answer.json()) as { totals: object; rows: { date: string; measure: string }[] };
    expect(json.totals).toMatchObject({ accepted: 1_200, sent: 1_100, failed: 10 });
    const failed = json.rows.filter(({ measure }) => measure === 'failed');
    expect(failed).toMatchObject([
      { count: null, suppressed: true },
      { count: 0, suppressed: false },
    ]);
    const csv = await (await fetch(`${stage.url}/open-data/performance.csv`)).text();
    expect(csv.split('\r\n')).toContain(`${failed[0]?.date},sijilat,sms,failed,,true`);
    expect(csv.trim().split('\r\n')).toHaveLength(json.rows.length + 1);
  });
});
