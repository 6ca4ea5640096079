import { readFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from '@jest/globals';
import { PEOPLE } from '../../deploy/local/demo/people.ts';
import { useBrowser } from '../support/browser/chromium.ts';
import { furnish } from '../support/browser/furnish.ts';
import { axeFaults } from '../support/browser/look.ts';
import { openVisitor, type Visitor, WITH_SIGN_IN } from '../support/browser/visitor.ts';
import { useStage } from '../support/e2e/stage.ts';

const stage = useStage(WITH_SIGN_IN);
const held = useBrowser();
const open: Visitor[] = [];
afterAll(async () => {
  for (const visitor of open) await visitor.close();
});

const WALKS = [
  { language: 'en', person: PEOPLE.adam, script: true },
  { language: 'ar', person: PEOPLE.noor, script: false },
] as const;

describe.each(WALKS)('a person, in $language with script: $script', ({ language, person, script }) => {
  it('takes everything along, and has it erased: nothing is left, here and on another device', async () => {
    await furnish(person, stage);
    const [visitor, other] = await Promise.all([
      openVisitor(held.browser, stage, { language, script }),
      openVisitor(held.browser, stage, { language }),
    ]);
    open.push(visitor, other);
    await other.signIn(person);
    await visitor.signIn(person, '/record');
    expect(await visitor.page.locator('.facts').textContent()).toContain(person.subject.replace('cpr:', ''));
    await visitor.goStronger(person, '/record/everything');
    expect(await visitor.page.locator('section.card').count()).toBe(4);
    await visitor.go('/record');
    const [download] = await Promise.all([
      visitor.page.waitForEvent('download'),
      visitor.page.locator('main a[href$="/record/export"]').click(),
    ]);
    const file = JSON.parse(readFileSync(await download.path(), 'utf8'));
    expect(file.nationalNumber).toBe(person.subject);
    expect(file.notices).toHaveLength(4);

    await visitor.go('/record/erase');
    await visitor.page.check('#sure');
    await visitor.press('#form button.danger');
    expect(visitor.path()).toBe('/erased');
    expect(await axeFaults(visitor.page)).toEqual([]);
    const { ledger, blind } = stage.runtime;
    const id = blind.subscriberId(person.subject);
    expect(await ledger.subscribers.countDocuments({ _id: { $eq: id } })).toBe(0);
    expect(await ledger.notifications.countDocuments({ subscriberId: { $eq: id } })).toBe(0);
    for (const each of [visitor, other]) {
      await each.go('/inbox');
      expect(each.path()).toBe('/sign-in');
    }
  }, 60_000);
});
