import { describe, expect, it } from '@jest/globals';
import { PEOPLE } from '../../deploy/local/demo/people.ts';
import { register } from '../../deploy/local/demo/register.ts';
import { useBrowser } from '../support/browser/chromium.ts';
import { furnish } from '../support/browser/furnish.ts';
import { filled } from '../support/browser/pages.ts';
import { openVisitor, WITH_SIGN_IN } from '../support/browser/visitor.ts';
import { useStage } from '../support/e2e/stage.ts';

const stage = useStage(WITH_SIGN_IN);
const held = useBrowser();
const open = () => openVisitor(held.browser, stage, { language: 'en' });
const cookieOf = async (visitor: Awaited<ReturnType<typeof open>>) =>
  (await visitor.context.cookies(stage.url)).find(({ name }) => name === 'notifyme');
const stored = () => stage.runtime.ledger.connection.collection('sessions').find().toArray();

describe('sessions', () => {
  it('get another id at the sign-in, and hold neither it nor a national number in the clear', async () => {
    const visitor = await open();
    await visitor.go('/sign-in');
    await visitor.press('form button');
    const before = await cookieOf(visitor);
    await visitor.page.locator(`button[value="${PEOPLE.adam.subject}"]`).click();
    await visitor.page.waitForURL(/welcome/);
    const after = await cookieOf(visitor);
    expect(after).toMatchObject({ httpOnly: true, sameSite: 'Lax', path: '/' });
    expect(after!.value).not.toBe(before!.value);
    const all = JSON.stringify(await stored());
    expect(all).toContain('person');
    expect(all).not.toContain(PEOPLE.adam.subject);
    expect(all).not.toContain(PEOPLE.adam.subject.split(':')[1]);
    const id = /^s:([^.]+)\./.exec(decodeURIComponent(after!.value))![1]!;
    expect(all).not.toContain(id);
    await visitor.close();
  });

  it('are gone after signing out: the old cookie opens nothing', async () => {
    const visitor = await open();
    await visitor.signIn(PEOPLE.sara, '/inbox');
    const { value } = (await cookieOf(visitor))!;
    await visitor.page.locator('header form button').click();
    await visitor.page.waitForURL(/session\/end/);
    const again = await fetch(`${stage.url}/en/inbox`, {
      headers: { cookie: `notifyme=${value}` },
      redirect: 'manual',
    });
    expect(again.headers.get('location')).toBe('/en/sign-in?next=%2Finbox');
    await visitor.close();
  });

  it('know no answer that was not asked for', async () => {
    const answer = await fetch(`${stage.url}/sign-in/callback?code=stolen&state=guessed`, { redirect: 'manual' });
    expect(answer.status).toBe(303);
    expect(answer.headers.get('location')).toMatch(/^\/(ar|en)\/sign-in$/);
  });

  it('need a sign-in that was not cancelled', async () => {
    const visitor = await open();
    await visitor.go('/inbox');
    await visitor.press('form button');
    await visitor.page.locator('button[name=back]').click();
    await visitor.page.waitForURL(/\/en\/sign-in/);
    expect(await visitor.page.locator('[role=status]').textContent()).toBe('The sign-in was cancelled.');
    await visitor.close();
  });
});

describe('requests that are not ours', () => {
  const post = (headers: Record<string, string>) =>
    fetch(`${stage.url}/en/sign-in`, { method: 'POST', headers, redirect: 'manual' });

  it('a form of another site changes nothing', async () => {
    expect((await post({ origin: 'https://evil.example' })).status).toBe(403);
    expect((await post({ 'sec-fetch-site': 'cross-site' })).status).toBe(403);
    expect((await post({})).status).toBe(403);
    expect((await post({ origin: stage.url })).status).toBe(303);
  });

  it.each(['/en/inbox?after[$ne]=x', '/en/inbox?after=a&after=b', '/en/sign-in?next[]=a'])(
    'operators and repeated parameters are refused: %s',
    async (path) => {
      const visitor = await open();
      await visitor.signIn(PEOPLE.huda, '/inbox');
      const answer = await visitor.page.goto(stage.url + path);
      expect(answer!.status()).toBe(400);
      await visitor.close();
    },
  );

  it('a foreign way back after the sign-in leads home', async () => {
    const visitor = await open();
    await visitor.go('/sign-in?next=//evil.example/x');
    await visitor.press('form button');
    await visitor.page.locator(`button[value="${PEOPLE.huda.subject}"]`).click();
    await visitor.page.waitForURL(`${stage.url}/en/welcome`);
    await visitor.close();
  });

  it('another person’s contact and notice are as unknown as none', async () => {
    const theirs = await furnish(PEOPLE.adam, stage);
    await register(PEOPLE.omar, stage.platform);
    const visitor = await open();
    await visitor.signIn(PEOPLE.omar, '/inbox');
    await visitor.goStronger(PEOPLE.omar, '/contacts/add/email');
    const pages = ['/inbox/{notice}', '/contacts/{contact}/remove', '/contacts/{unverified}/verify'];
    const places = await Promise.all(pages.map((path) => filled(path, theirs, stage)));
    const seen: string[] = [];
    for (const path of [...places, `/inbox/n_${'0'.repeat(32)}`, `/contacts/c_${'f'.repeat(32)}/remove`]) {
      const answer = await visitor.page.goto(`${stage.url}/en${path}`);
      expect(answer!.status()).toBe(404);
      seen.push(await visitor.page.locator('main').innerHTML());
    }
    expect(new Set(seen).size).toBe(1);
    await visitor.close();
  });
});

describe('headers', () => {
  it('forbid inline script and style, frames, and everything from outside', async () => {
    const { headers } = await fetch(`${stage.url}/en`);
    const policy = headers.get('content-security-policy')!;
    expect(policy).toMatch(/default-src 'none'/);
    expect(policy).toMatch(/frame-ancestors 'none'/);
    expect(policy).not.toMatch(/unsafe|data:|https:(?!\/\/)|\*/);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('referrer-policy')).toBe('same-origin');
    expect(headers.get('cache-control')).toBe('no-store');
  });

  it('lead a person to their language, and a program that follows an email link to the API', async () => {
    const lead = async (path: string, headers: Record<string, string>) =>
      (await fetch(stage.url + path, { headers, redirect: 'manual' })).headers.get('location');
    expect(await lead('/', { 'accept-language': 'en-GB,en;q=0.9' })).toBe('/en');
    expect(await lead('/', { 'accept-language': 'ar-BH' })).toBe('/ar');
    expect(await lead('/v1/unsubscribe/abc', { accept: 'text/html,*/*;q=0.8', 'accept-language': 'en' })).toBe(
      '/en/unsubscribe/abc',
    );
    expect((await fetch(`${stage.url}/v1/unsubscribe/abc`)).headers.get('content-type')).toMatch(/problem\+json/);
  });
});
