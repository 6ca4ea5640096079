import { describe, expect, it } from '@jest/globals';
import { PEOPLE, type Person } from '../../deploy/local/demo/people.ts';
import { register } from '../../deploy/local/demo/register.ts';
import type { Contact } from '../../services/shared/ledger/types.ts';
import { useBrowser } from '../support/browser/chromium.ts';
import { codeAt, openVisitor, WITH_SIGN_IN } from '../support/browser/visitor.ts';
import { useStage } from '../support/e2e/stage.ts';

const stage = useStage(WITH_SIGN_IN);
const held = useBrowser();
const NEW_MOBILE = '+97336009123';
const open = () => openVisitor(held.browser, stage, { language: 'en' });
const contactsOf = async ({ subject }: { subject: string }): Promise<Contact[]> => {
  const { ledger, blind } = stage.runtime;
  const found = await ledger.subscribers.findOne({ _id: { $eq: blind.subscriberId(subject) } }).lean();
  return found?.contacts ?? [];
};
const mobilesOf = async (person: { subject: string }) =>
  (await contactsOf(person)).filter(({ kind }) => kind === 'mobile');
const setContact = async ({ subject }: { subject: string }, change: Partial<Contact>) => {
  const { ledger, blind } = stage.runtime;
  const set = Object.fromEntries(Object.entries(change).map(([name, value]) => [`contacts.0.${name}`, value]));
  await ledger.subscribers.updateOne({ _id: { $eq: blind.subscriberId(subject) } }, { $set: set });
};

describe('a contact', () => {
  it('that is changed stays in use until the new one is proved, which then takes its place and rank', async () => {
    await register(PEOPLE.huda, stage.platform);
    const visitor = await open();
    await visitor.signIn(PEOPLE.huda, '/contacts');
    await visitor.press('a[href$="/change"]');
    expect(visitor.path()).toBe('/sign-in/stronger');
    const [before] = await contactsOf(PEOPLE.huda);
    await visitor.goStronger(PEOPLE.huda, `/contacts/${before!.id}/change`);
    await visitor.page.fill('#address', '3600 9123');
    await visitor.press('#form button');
    expect((await mobilesOf(PEOPLE.huda)).map(({ state }) => state)).toEqual(['verified', 'unverified']);
    await visitor.page.fill('#code', await codeAt(NEW_MOBILE, stage));
    await visitor.press('#form button');
    expect((await mobilesOf(PEOPLE.huda)).map(({ state, main }) => ({ state, main }))).toEqual([
      { state: 'verified', main: true },
    ]);
    await visitor.close();
  });

  it('that was not confirmed for too long is confirmed with one click', async () => {
    await register(PEOPLE.omar, stage.platform);
    const old = new Date(Date.now() - 700 * 86_400_000);
    await setContact(PEOPLE.omar, { confirmedAt: old, verifiedAt: old });
    const visitor = await open();
    await visitor.signIn(PEOPLE.omar);
    expect(visitor.path()).toBe('/without-alerts');
    await visitor.go('/contacts');
    expect(await visitor.page.locator('.card').textContent()).toContain('To be confirmed');
    await visitor.press('form[action$="/confirm"] button');
    expect(await visitor.page.locator('.card').textContent()).toContain('Verified on');
    const [contact] = await contactsOf(PEOPLE.omar);
    expect(Date.now() - contact!.confirmedAt!.getTime()).toBeLessThan(60_000);
    await visitor.close();
  });

  it('that bounced is mended by proving it again: from suspect to verified', async () => {
    await register(PEOPLE.adam, stage.platform);
    await setContact(PEOPLE.adam, { state: 'suspect', reason: 'unreachable_phone' });
    stage.outbox.clear();
    const visitor = await open();
    await visitor.signIn(PEOPLE.adam);
    expect(await visitor.page.locator('main').textContent()).toContain('did not arrive');
    await visitor.goStronger(PEOPLE.adam, '/contacts/add/email');
    await visitor.go('/contacts');
    await visitor.press('form[action$="/code"] button');
    expect(visitor.path()).toMatch(/\/verify$/);
    await visitor.page.fill('#code', await codeAt(PEOPLE.adam.mobile, stage));
    await visitor.press('#form button');
    expect((await contactsOf(PEOPLE.adam))[0]).toMatchObject({ state: 'verified', reason: null });
    await visitor.close();
  });

  it('that an operator has blocked says so in words, also that the law’s notices still arrive', async () => {
    await register(PEOPLE.huda, stage.platform);
    const { ledger, blind } = stage.runtime;
    const [contact] = await mobilesOf(PEOPLE.huda);
    const _id = blind.addressId('sms', stage.runtime.sealer.open(contact!.address, 'address'));
    const list = (source: string) =>
      ledger.suppressions.collection.updateOne(
        { _id: _id as never },
        {
          $set: { channel: 'sms', source, because: 'passed on by her brother', by: 'op', at: new Date(), until: null },
        },
        { upsert: true },
      );
    const visitor = await open();
    await visitor.signIn(PEOPLE.huda);
    for (const [source, words] of [
      ['operator', 'nothing is sent here'],
      ['complaint', 'Mandatory notices still arrive'],
    ] as const) {
      await list(source);
      await visitor.go('/contacts');
      expect(await visitor.page.locator('.card .note.warn').textContent()).toContain(words);
      expect(await visitor.page.content()).not.toContain('brother');
    }
    await ledger.suppressions.deleteMany({});
    await visitor.close();
  });

  it('that is the last one is not removed without a word, and nobody signs out silent by accident', async () => {
    const sleeper: Person = { ...PEOPLE.sleeper, quietNow: false };
    await register(sleeper, stage.platform);
    const visitor = await open();
    await visitor.signIn(PEOPLE.sleeper, '/contacts');
    const [contact] = await contactsOf(PEOPLE.sleeper);
    await visitor.goStronger(PEOPLE.sleeper, `/contacts/${contact!.id}/remove`);
    expect(await visitor.page.locator('.panel.warn').textContent()).toContain('last one');
    await visitor.press('#form button');
    expect(visitor.path()).toBe('/without-alerts');
    await visitor.page.locator('header form button').click();
    await visitor.page.waitForURL(/sign-out$/);
    expect(await visitor.page.locator('h1').textContent()).toBe('Nothing can reach you yet');
    await visitor.page.locator('main form button').click();
    await visitor.page.waitForURL(/session\/end/);
    await visitor.close();
  });

  it('that was typed before the stronger sign-in is there after it', async () => {
    await register(PEOPLE.sara, stage.platform);
    const visitor = await open();
    await visitor.signIn(PEOPLE.sara, '/contacts');
    await visitor.goStronger(PEOPLE.sara, '/contacts/add/email');
    await visitor.page.fill('#address', 'sara@example.com');
    // Meanwhile the strong sign-in has grown old.
    const sessions = stage.runtime.ledger.connection.collection('sessions');
    await sessions.updateMany({}, { $set: { 'session.person.provedAt': Date.now() - 3_600_000 } });
    await visitor.press('#form button');
    expect(visitor.path()).toBe('/sign-in/stronger');
    expect(JSON.stringify(await sessions.find().toArray())).not.toContain('sara@example.com');
    await visitor.press('form button');
    // The sign-in service saw this person a moment ago and sends them straight back.
    await visitor.page.waitForURL(/contacts\/add\/email/);
    expect(await visitor.page.inputValue('#address')).toBe('sara@example.com');
    await visitor.close();
  });
});
