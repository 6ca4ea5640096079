import { afterAll, describe, expect, it } from '@jest/globals';
import { eventually } from '../../deploy/local/demo/eventually.ts';
import { PEOPLE } from '../../deploy/local/demo/people.ts';
import { register } from '../../deploy/local/demo/register.ts';
import { useBrowser } from '../support/browser/chromium.ts';
import { axeFaults } from '../support/browser/look.ts';
import { openVisitor, type Visitor, WITH_SIGN_IN } from '../support/browser/visitor.ts';
import { useStage } from '../support/e2e/stage.ts';

const stage = useStage(WITH_SIGN_IN);
const held = useBrowser();
const open: Visitor[] = [];
afterAll(async () => {
  for (const visitor of open) await visitor.close();
});

// The push service of Chromium is far away, so its answer stands in; everything else is the browser's own.
const standIn = (subscription: { endpoint: string }) => `
  const given = ${JSON.stringify(subscription)};
  const made = { endpoint: given.endpoint, toJSON: () => given,
    unsubscribe: async () => { sessionStorage.removeItem('on'); return true; } };
  PushManager.prototype.subscribe = async () => { sessionStorage.setItem('on', '1'); return made; };
  PushManager.prototype.getSubscription = async () => (sessionStorage.getItem('on') ? made : null);`;

describe('notices on this device', () => {
  it('are switched on, shown by the worker, and switched off', async () => {
    const person = PEOPLE.huda;
    await register({ ...person, fcmToken: undefined }, stage.platform);
    const visitor = await openVisitor(held.browser, stage, { language: 'en' });
    open.push(visitor);
    const { page, context } = visitor;
    await context.grantPermissions(['notifications'], { origin: stage.url });
    await page.addInitScript(standIn(stage.providers.createPushSubscription() as { endpoint: string }));
    await visitor.signIn(person);
    await visitor.goStronger(person, '/devices');
    await page.locator('[data-state=off]').waitFor({ state: 'visible' });
    expect(await axeFaults(page)).toEqual([]);
    await visitor.press('#switch-on button');
    await page.locator('[data-state=on]').waitFor({ state: 'visible' });
    expect(await axeFaults(page)).toEqual([]);
    const id = stage.runtime.blind.subscriberId(person.subject);
    const push = async () =>
      (await stage.runtime.ledger.subscribers.findOne({ _id: { $eq: id } }).lean())!.contacts.filter(
        ({ channel, state }) => channel === 'push' && state === 'verified',
      ).length;
    expect(await push()).toBe(1);

    const cdp = await context.newCDPSession(page);
    const versions: { registrationId: string; status: string }[] = [];
    cdp.on('ServiceWorker.workerVersionUpdated', (event) => versions.push(...(event.versions as typeof versions)));
    await cdp.send('ServiceWorker.enable');
    const worker = await eventually('the worker', () => versions.find(({ status }) => status === 'activated') ?? null);
    const data = { title: 'Licence renewed', body: 'Until 2027', lang: 'en', dir: 'ltr', notificationId: 'n_1' };
    // Chromium drops what it is given before it listens; a repeated message replaces the one of the same tag.
    const shown = await eventually('the notice', async () => {
      await cdp.send('ServiceWorker.deliverPushMessage', {
        origin: stage.url,
        registrationId: worker.registrationId,
        data: JSON.stringify(data),
      });
      const all = await page.evaluate(
        'navigator.serviceWorker.ready.then((own) => own.getNotifications()).then((all) => all.map(({ title, body, lang }) => ({ title, body, lang })))',
      );
      return (all as unknown[]).length > 0 ? all : null;
    });
    expect(shown).toEqual([{ title: data.title, body: data.body, lang: 'en' }]);

    await visitor.press('#switch-off button');
    await page.locator('[data-state=off]').waitFor({ state: 'visible' });
    expect(await push()).toBe(0);
  }, 60_000);

  it('without script the page says what is needed', async () => {
    const visitor = await openVisitor(held.browser, stage, { language: 'ar', script: false });
    open.push(visitor);
    await register(PEOPLE.adam, stage.platform);
    await visitor.signIn(PEOPLE.adam);
    await visitor.goStronger(PEOPLE.adam, '/devices');
    expect(await visitor.page.locator('#this-device p').first().textContent()).toMatch(/جافا سكربت/);
    expect(await visitor.page.locator('.card').count()).toBe(1);
  }, 60_000);

  it('the worker and security.txt stand where others look for them', async () => {
    const worker = await fetch(`${stage.url}/push-worker.js`);
    expect(worker.headers.get('content-type')).toMatch(/^text\/javascript/);
    const text = await (await fetch(`${stage.url}/.well-known/security.txt`)).text();
    const expires = Date.parse(/^Expires: (.+)$/m.exec(text)![1]!);
    expect(expires - Date.now()).toBeGreaterThan(0);
    expect(expires - Date.now()).toBeLessThan(366 * 86_400_000);
  });
});
