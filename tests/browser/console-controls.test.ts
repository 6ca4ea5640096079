import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { CONSOLE_PEOPLE } from '../../deploy/local/identity/settings.ts';
import { sampleDelivery } from '../../services/shared/ledger/samples.ts';
import type { Control, Delivery, Suppression } from '../../services/shared/ledger/types.ts';
import { useBrowser } from '../support/browser/chromium.ts';
import { axeFaults, htmlFaults, overflow } from '../support/browser/look.ts';
import { type AtWork, openOperator } from '../support/browser/operator.ts';
import { type Code, WITH_SIGN_IN } from '../support/browser/visitor.ts';
import { deliveryIn, eventOf, publish } from '../support/e2e/notices.ts';
import { person } from '../support/e2e/people.ts';
import { useStage } from '../support/e2e/stage.ts';

const stage = useStage(WITH_SIGN_IN);
const held = useBrowser();
jest.setTimeout(60_000);
const BECAUSE = 'the gateway is being repaired';
const HOUR_MS = 3_600_000;

const pictures = process.env.PICTURES;

/** Where axe looks in the second language as well: what it tests is the same in both but for direction and script. */
const LOOKED_AT_TWICE = new Set(['controls', 'control-fault', 'suppressions', 'unknown']);

/** Nothing is wrong with the page, wide or narrow. */
async function look({ page, language }: AtWork, name: string): Promise<void> {
  const isTested = language === 'en' || LOOKED_AT_TWICE.has(name);
  const faults = [...(isTested ? await axeFaults(page) : []), ...htmlFaults(await page.content())];
  const shot = async (width: string) =>
    void (
      pictures && (await page.screenshot({ path: `${pictures}/${name}-${language}-${width}.png`, fullPage: true }))
    );
  await shot('wide');
  await page.setViewportSize({ width: 360, height: 800 });
  const wider = await overflow(page);
  await shot('narrow');
  await page.setViewportSize({ width: 1280, height: 900 });
  expect([name, faults, wider]).toEqual([name, [], 0]);
}

/** Messages of which nobody knows whether they went. */
async function holdUnknown(count: number): Promise<void> {
  const at = new Date();
  const fields = { status: 'unknown', unknowns: 1, provider: 'sns-sms', updatedAt: at, createdAt: at } as const;
  const expiresAt = new Date(at.getTime() + HOUR_MS);
  const some = Array.from({ length: count }, (_, n) =>
    sampleDelivery({ ...fields, expiresAt, dueAt: expiresAt, _id: `d_${String(n + 1).padStart(32, '0')}` }),
  );
  await stage.runtime.ledger.deliveries.collection.insertMany(some as never);
}

describe.each(['en', 'ar'] as const)('in %s', (language: Code) => {
  let at: AtWork;
  const ledger = () => stage.runtime.ledger;
  beforeAll(async () => {
    at = await openOperator(held.browser, stage, CONSOLE_PEOPLE.operator, { language });
  }, 60_000);
  afterAll(() => at?.close());

  it('an operator sees what a pause would do, pauses, sees what waits on every page, and ends it', async () => {
    const { page } = at;
    const who = await person(stage, { channels: ['sms'] });
    await at.go('/controls');
    expect(await page.locator('.banners').count()).toBe(0);
    await look(at, 'controls-none');

    await at.go('/controls/new');
    await look(at, 'control-new');
    await page.selectOption('#channel', 'sms');
    await page.fill('#because', BECAUSE);
    await at.press('form#form .button');
    expect(await page.locator('.summary a').getAttribute('href')).toBe('#codes');
    await look(at, 'control-fault');
    await page.check('input[name=codes][value=send]');
    await at.press('form#form .button');
    expect(await ledger().controls.countDocuments({ state: 'active' })).toBe(0);
    await look(at, 'control-preview');
    await at.press('.button.danger');
    expect(await ledger().controls.find({ state: 'active' }).lean<Control[]>()).toMatchObject([
      { _id: 'hold:channel=sms', kind: 'pause', holdsCodes: false, because: BECAUSE },
    ]);

    expect(await page.locator('.banners li').count()).toBe(1);
    const notice = await publish(stage, eventOf('sijilat-licence-renewed', who.subject));
    const waiting = await deliveryIn(stage, notice, 'sms', 'deferred');
    expect([waiting.reason, waiting.attempts]).toEqual(['paused', []]);
    await at.go('/');
    expect(await page.locator('.banners li').count()).toBe(1);
    await at.go('/controls');
    expect(await page.locator('.card .facts dd').first().textContent()).toContain('1');
    await look(at, 'controls');

    await at.press('.card .button');
    await look(at, 'control-end');
    await page.fill('#because', BECAUSE);
    await at.press('form#form .button');
    await deliveryIn(stage, notice, 'sms', 'sent', 'delivered');
  });

  it('weighs a provider, and goes back to the settings', async () => {
    const { page } = at;
    await at.go('/controls/weight?provider=smtp');
    await page.fill('#weight', '7');
    await page.fill('#because', BECAUSE);
    await look(at, 'control-weight');
    await at.press('form#form .button');
    await look(at, 'control-weight-preview');
    await at.press('.button.danger');
    expect(await ledger().controls.findById('weight:provider=smtp').lean<Control>()).toMatchObject({ weight: 7 });
    await look(at, 'controls-weight');
    await at.press('.card .button');
    await page.fill('#because', BECAUSE);
    await at.press('form#form .button');
    expect(await ledger().controls.findById('weight:provider=smtp').lean()).toBeNull();
  });

  it('suppresses a number, looks it up, and takes it off', async () => {
    const { page } = at;
    const entries = () => ledger().suppressions.find().lean<Suppression[]>();
    await at.go('/suppressions/add');
    await page.fill('#address', '3600 1234');
    await page.fill('#because', BECAUSE);
    await look(at, 'suppression-add');
    await at.press('form#form .button');
    expect([await entries(), (await page.content()).includes('36001234')]).toEqual([[], false]);
    await look(at, 'suppression-preview');
    await at.press('.button.danger');
    expect(await entries()).toMatchObject([{ channel: 'sms', source: 'operator' }]);
    await look(at, 'suppressions');
    await at.go('/suppressions/look-up');
    await page.fill('#address', '+97336001234');
    await page.fill('#because', BECAUSE);
    await at.press('form#form .button');
    await look(at, 'suppression-look-up');
    await at.press('.panel .button');
    await look(at, 'suppression-remove');
    await page.fill('#because', BECAUSE);
    await at.press('form#form .button');
    expect(await entries()).toEqual([]);
  });

  it('brings a list, pasted or as a file that was mended, and takes it away as blind ids', async () => {
    const { page } = at;
    await at.go('/suppressions/import');
    const file = { name: 'list.csv', mimeType: 'text/csv', buffer: Buffer.from('number\n36001234\n') };
    await page.setInputFiles('#csvFile', file);
    await page.fill('#because', BECAUSE);
    await at.press('form#form .button');
    expect(await page.inputValue('#csv')).toBe('number\n36001234');
    await page.fill('#csv', 'address\n36001234\nnobody\n');
    await look(at, 'suppression-import');
    await at.press('form#form .button');
    await at.press('.button.danger');
    expect(await ledger().suppressions.countDocuments()).toBe(1);
    await at.go('/suppressions/import');
    await page.setInputFiles('#csvFile', {
      ...file,
      buffer: Buffer.from('address\n36001234\nnobody\nnoor@example.com\n'),
    });
    await page.fill('#because', BECAUSE);
    await at.press('form#form .button');
    await look(at, 'suppression-import-preview');
    await at.press('.button.danger');
    expect(await ledger().suppressions.countDocuments()).toBe(2);
    await at.go('/suppressions/export');
    await look(at, 'suppression-export');
    await page.fill('#because', BECAUSE);
    const [download] = await Promise.all([page.waitForEvent('download'), page.click('form#form .button')]);
    const csv = await (await download.createReadStream()).setEncoding('utf8').toArray();
    expect(csv.join('').match(/^a_[0-9a-f]{32},/gm)).toHaveLength(2);
    expect(csv.join('')).not.toMatch(/36001234|example\.com/);
    await ledger().suppressions.deleteMany({});
  });

  it('sends held messages once more or gives them up, after a look at what that means', async () => {
    const { page } = at;
    await holdUnknown(3);
    await at.go('/unknown');
    await look(at, 'unknown');
    await at.press('button[value=release]');
    expect(await page.locator('.summary a').count()).toBe(1);
    await page.locator('input[name=id]').first().check();
    await at.press('button[value=give_up]');
    await look(at, 'unknown-preview');
    await at.press('.button.danger');
    expect(await page.locator('#because-error').count()).toBe(1);
    await page.fill('#because', BECAUSE);
    await at.press('.button.danger');
    await at.go('/unknown');
    await page.check('#all');
    await at.press('button[value=release]');
    await page.fill('#because', BECAUSE);
    await at.press('.button.danger');
    const ids = [1, 2, 3].map((n) => `d_${String(n).padStart(32, '0')}`);
    const after = await ledger()
      .deliveries.find({ _id: { $in: ids } })
      .lean<Delivery[]>();
    expect(after.map(({ status }) => status).filter((status) => status === 'unknown')).toEqual([]);
    expect(after.map(({ replays }) => replays).toSorted()).toEqual([0, 1, 1]);
    await ledger().deliveries.deleteMany({ _id: { $in: ids } });
  });

  it('counts an audience, pauses a notice to one and stops it', async () => {
    const { page } = at;
    await at.go('/audiences/count');
    await at.press('form#form .button');
    await look(at, 'audience-count');
    const _id = `n_${'a'.repeat(32)}`;
    await ledger().audiences.collection.replaceOne(
      { _id: _id as never },
      {
        ...{ entity: 'sijilat', segment: 'persons', event: '', test: false, position: 'p', status: 'waiting' },
        ...{ acceptedAt: new Date(), checkpoint: '', counts: { people: 1_500, routed: 1_400, notReached: 100 } },
        ...{ dueAt: new Date(Date.now() + HOUR_MS), claim: null },
      } as never,
      { upsert: true },
    );
    await at.go('/audiences');
    await look(at, 'audiences');
    await at.press('td a[href*="act=pause"]');
    await look(at, 'audience-act');
    await page.fill('#because', BECAUSE);
    await at.press('form#form .button');
    expect((await ledger().audiences.findById(_id).lean())?.status).toBe('paused');
    await at.press('td a[href*="act=stop"]');
    await page.fill('#because', BECAUSE);
    await at.press('form#form .button');
    expect((await ledger().audiences.findById(_id).lean())?.status).toBe('stopped');
    await ledger().audiences.deleteMany({ _id });
  });
});
