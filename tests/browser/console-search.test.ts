import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { REASONS } from '../../contracts/status.ts';
import { CONSOLE_PEOPLE } from '../../deploy/local/identity/settings.ts';
import { verifyBundle } from '../../services/console/evidence/verify.ts';
import { auditOf } from '../../services/shared/audit/append.ts';
import { createRecordAccess } from '../../services/shared/record-access.ts';
import { useBrowser } from '../support/browser/chromium.ts';
import { axeFaults, htmlFaults, overflow } from '../support/browser/look.ts';
import { type AtWork, openOperator } from '../support/browser/operator.ts';
import { WITH_SIGN_IN } from '../support/browser/visitor.ts';
import { type Agent, signIn } from '../support/console/agent.ts';
import { EMAIL, hex, MOBILE, NUMBER, seedNotice, seedPerson, seedReasons } from '../support/console/seed.ts';
import { useStage } from '../support/e2e/stage.ts';

const stage = useStage(WITH_SIGN_IN);
const held = useBrowser();
const BECAUSE = 'call 4711, nothing arrived';
let person: Awaited<ReturnType<typeof seedPerson>>;
let notice: Awaited<ReturnType<typeof seedNotice>>;

beforeAll(async () => {
  person = await seedPerson(stage.runtime);
  notice = await seedNotice(stage.runtime, person, 1);
  for (let n = 2; n <= 8; n += 1) await seedNotice(stage.runtime, person, n);
}, 60_000);

const acts = async () =>
  (await auditOf(stage.runtime.ledger).find().sort({ _id: 1 }).toArray()).map(({ act, actor, targets, reason }) => ({
    ...{ act, by: actor.id, targets, reason },
  }));
/** Whether a page holds a text; a failed test need not print the page. */
const says = async (answer: Promise<Response>, text: string) => (await (await answer).text()).includes(text);
const lookups = async () =>
  (await createRecordAccess(stage.runtime.ledger, stage.runtime.sealer)).list(person.id, 1_000);

/** Nothing is wrong with the page as it stands, and it fits a telephone. A picture of it is kept where PICTURES says. */
async function faultsOf(page: Page, name: string): Promise<string[]> {
  const picture = async (size: string) => {
    const folder = process.env.PICTURES;
    if (folder) await page.screenshot({ path: `${folder}/${name}-${size}.png`, fullPage: true });
  };
  const faults = [...(await axeFaults(page)), ...htmlFaults(await page.content())];
  await picture('wide');
  await page.setViewportSize({ width: 360, height: 800 });
  const wider = await overflow(page);
  await picture('narrow');
  await page.setViewportSize({ width: 1280, height: 900 });
  return wider === 0 ? faults : [...faults, `wider than its window by ${wider} pixels`];
}

describe.each(['en', 'ar'] as const)('the pages in %s', (language) => {
  let operator: AtWork;
  let privacy: AtWork;
  beforeAll(async () => {
    operator = await openOperator(held.browser, stage, CONSOLE_PEOPLE.operator, { language });
    privacy = await openOperator(held.browser, stage, CONSOLE_PEOPLE.privacy, { language });
  }, 60_000);
  afterAll(async () => {
    await operator?.close();
    await privacy?.close();
  });
  const faults = (page: Page, name: string) => faultsOf(page, `${name}-${language}`);

  it('search: results stand under the conditions, and everybody can use it', async () => {
    const { page } = operator;
    await operator.go('/search');
    await page.selectOption('#status', 'deferred');
    await operator.press('.filters button');
    expect(new URL(page.url()).searchParams.get('status')).toBe('deferred');
    expect(await page.locator('tbody tr').count()).toBe(8);
    expect(await faults(page, 'search')).toEqual([]);
    await page.fill('#text', '');
    await operator.press('#form button');
    expect(await page.locator('.summary').count()).toBe(1);
  });

  it('a number is found with a reason, and stands in no address line', async () => {
    const { page } = operator;
    const asked: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    await operator.go('/search');
    await page.fill('#text', NUMBER);
    await operator.press('#form button');
    expect(await page.locator('#because[aria-invalid]').count()).toBe(1);
    await page.fill('#because', BECAUSE);
    await operator.press('#form button');
    expect(new URL(page.url()).searchParams.get('person')).toBe(person.id);
    expect(await page.locator('tbody tr').count()).toBeGreaterThan(6);
    expect(asked.join()).not.toContain(NUMBER);
  });

  it('the story of a notice; an address is shown once, with a reason', async () => {
    const { page } = operator;
    await operator.go(`/notifications/${notice.id}`);
    expect(await page.content()).not.toContain(MOBILE.slice(4));
    expect(await faults(page, 'story')).toEqual([]);
    const delivery = page.locator(`article[id="${notice.sms}"]`);
    await delivery.locator('summary').click();
    await delivery.locator('input[name=because]').fill(BECAUSE);
    await operator.press(`article[id="${notice.sms}"] form button`);
    expect(await delivery.locator('strong').textContent()).toBe(MOBILE);
    await operator.go(`/notifications/${notice.id}`);
    expect(await page.content()).not.toContain(MOBILE);
  });

  it('every reason of the closed list is there in words, as a decision and on a delivery', async () => {
    const id = await seedReasons(stage.runtime, person, 900);
    await operator.go(`/notifications/${id}`);
    const told = await Promise.all(
      ['decisions', 'deliveries'].map((part) => operator.page.locator(`section:has(#${part})`).textContent()),
    );
    const missing = Object.entries(REASONS).filter(
      ([, words]) => !told.every((part) => part?.includes(words[language])),
    );
    expect(missing.map(([code]) => code)).toEqual([]);
  });

  it('contact look-up by an address', async () => {
    const { page } = operator;
    const { ledger, blind } = stage.runtime;
    const until = new Date(Date.now() + 86_400_000);
    await ledger.suppressions.collection.updateOne(
      { _id: blind.addressId('email', EMAIL) as never },
      { $set: { channel: 'email', source: 'operator', because: 'not hers any more', by: 'op', at: until, until } },
      { upsert: true },
    );
    await operator.go('/contacts-lookup');
    expect(await faults(page, 'contacts')).toEqual([]);
    await page.fill('#text', ` ${EMAIL.toUpperCase()}`);
    await page.fill('#because', BECAUSE);
    await operator.press('#form button');
    expect(operator.path()).toBe(`/contacts-lookup/${person.id}`);
    expect(await page.content()).toContain('n***@example.com');
    expect(await page.content()).not.toContain(EMAIL);
    expect(await page.locator('article', { hasText: 'n***@example.com' }).textContent()).toContain('not hers any more');
    expect(await page.locator('article .tag.bad').count()).toBe(1);
    expect(await faults(page, 'contacts-person')).toEqual([]);
    await ledger.suppressions.deleteMany({});
  });

  it('contact look-up of an address that nobody holds says whether it is suppressed', async () => {
    const { page } = operator;
    const { ledger, blind } = stage.runtime;
    const at = new Date();
    await ledger.suppressions.collection.insertOne({
      ...{ _id: blind.addressId('sms', '+97336999999') as never, channel: 'sms', source: 'complaint', hint: null },
      ...{ because: 'asked for by letter', by: 'op', at, until: null },
    });
    const found: string[] = [];
    for (const text of ['36999999', '36999998']) {
      await operator.go('/contacts-lookup');
      await page.fill('#text', text);
      await page.fill('#because', BECAUSE);
      await operator.press('#form button');
      found.push((await page.locator('section[role=status]').textContent()) ?? '');
      expect([operator.path(), (await page.content()).includes(text)]).toEqual(['/contacts-lookup', false]);
    }
    expect(found.map((text) => text.includes('asked for by letter'))).toEqual([true, false]);
    expect(await page.locator('.panel.info').count()).toBe(1);
    expect(await faults(page, 'contacts-nobodys')).toEqual([]);
    await ledger.suppressions.deleteMany({});
  });

  it('the audit trail, which is whole', async () => {
    const { page } = privacy;
    await privacy.go('/audit');
    expect(await page.locator('tbody tr').count()).toBeGreaterThan(2);
    await privacy.press('form[action$="/verify"] button');
    expect(await page.locator('.note.warn').count()).toBe(1);
    expect(await faults(page, 'audit')).toEqual([]);
  });
});

describe('what is asked over HTTP', () => {
  let operator: Agent;
  let viewer: Agent;
  let admin: Agent;
  let privacy: Agent;
  beforeAll(async () => {
    const p = CONSOLE_PEOPLE;
    operator = await signIn(stage.url, p.operator);
    viewer = await signIn(stage.url, p.viewer);
    admin = await signIn(stage.url, p.entityadmin);
    privacy = await signIn(stage.url, p.privacy);
  }, 60_000);

  it('tells a whole story in one call, without an address or content', async () => {
    const answer = await viewer.get(`/api/notifications/${notice.id}`);
    const text = await answer.text();
    expect(JSON.parse(text)).toMatchObject({
      id: notice.id,
      event: { id: 'evt-1', case: 'CASE-1', entity: { id: 'sijilat' } },
      decisions: [{ decision: 'send' }, { decision: 'defer', reason: { code: 'quiet_hours' } }, { decision: 'skip' }],
      deliveries: [
        { id: notice.sms, nextAt: expect.any(String), attempts: [{ code: '503' }, { code: '504' }] },
        { id: notice.email, nextAt: null, receipts: [{ id: notice.receipt, kind: 'delivered' }] },
      ],
      outcome: { status: 'partly_reached' },
    });
    for (const hidden of [MOBILE, EMAIL, NUMBER, 'invented']) expect(text).not.toContain(hidden);
  });

  it('shows an entity administrator its own entity alone, and no part of an address', async () => {
    await stage.runtime.ledger.notifications.collection.updateOne(
      { _id: hex('n', 2) as never },
      { $set: { entity: 'ofoq' } },
    );
    expect((await admin.get(`/notifications/${hex('n', 2)}`)).status).toBe(404);
    expect((await admin.get(`/api/notifications/${hex('n', 2)}`)).status).toBe(404);
    expect(await says(admin.get(`/notifications/${notice.id}`), notice.sms)).toBe(true);
    expect(await says(admin.get(`/notifications/${notice.id}`), '*1234')).toBe(false);
    expect(await says(admin.get('/search?what=notices&entity=ofoq'), hex('n', 2))).toBe(false);
    expect(await says(admin.get('/search?what=notices&key=evt-2'), hex('n', 2))).toBe(false);
  });

  it('finds by id, event, case and reference, typed into the box', async () => {
    const to = async (text: string) => (await viewer.post('/search', { text })).headers.get('location');
    expect(await to(notice.id)).toBe(`/console/en/notifications/${notice.id}`);
    expect(await to(notice.sms)).toBe(`/console/en/notifications/${notice.id}#${notice.sms}`);
    expect(await to(notice.receipt)).toBe(`/console/en/notifications/${notice.id}`);
    for (const text of ['evt-1', 'CASE-1']) {
      expect(await to(text)).toBe(`/console/en/search?what=notices&key=${text}`);
      expect(await says(viewer.get(`/search?what=notices&key=${text}`), notice.id)).toBe(true);
    }
    // The reference 0000-0001 may be a telephone number: it goes on as the notice's own id.
    expect(await to('0000-0001')).toBe(`/console/en/search?what=notices&id=${notice.id}`);
  });

  it('lets nobody search for a person without the role, or without a reason, also by an address line that was passed on', async () => {
    expect((await viewer.post('/search', { text: NUMBER, because: BECAUSE })).status).toBe(422);
    expect((await viewer.get(`/search?person=${person.id}`)).status).toBe(403);
    expect(await says(privacy.get(`/search?what=notices&person=${person.id}`), hex('n', 3))).toBe(false);
    expect((await privacy.post('/search/person', { person: person.id, because: 'short' })).status).toBe(422);
    expect((await privacy.post('/search/person', { person: person.id, because: BECAUSE })).status).toBe(303);
    expect(await says(privacy.get(`/search?what=notices&person=${person.id}`), hex('n', 3))).toBe(true);
  });

  it('writes every search and reveal into the trail, and into what the person can see', async () => {
    const [trailBefore, seenBefore] = [(await acts()).length, (await lookups()).length];
    expect((await operator.post('/search', { text: MOBILE, because: BECAUSE })).status).toBe(303);
    const body = { delivery: notice.email, because: BECAUSE };
    expect(await says(operator.post(`/notifications/${notice.id}/reveal`, body), EMAIL)).toBe(true);
    expect((await acts()).slice(trailBefore)).toMatchObject([
      { act: 'person_search', reason: BECAUSE, targets: [stage.runtime.blind.addressId('sms', MOBILE)] },
      { act: 'address_reveal', reason: BECAUSE, targets: [person.id, person.email] },
    ]);
    const seen = (await lookups()).slice(0, -seenBefore);
    expect(seen.map(({ what, because }) => [what, because]).sort()).toEqual([
      ...[
        ['contacts', BECAUSE],
        ['notices', null],
        ['record', BECAUSE],
      ],
    ]);
    expect(seen.every(({ by }) => by === 'operator')).toBe(true);
  });

  it('does nothing that it cannot write down: search, look-up, reveal and evidence are refused', async () => {
    const trail = auditOf(stage.runtime.ledger);
    // The store of the trail is broken: no record with a reason like this can be added.
    await trail.insertOne({ _id: -1, reason: 'the store is broken' } as never);
    await trail.createIndex(
      { reason: 1 },
      { unique: true, partialFilterExpression: { reason: 'the store is broken' }, name: 'broken' },
    );
    try {
      const because = 'the store is broken';
      const answers = [
        await operator.post('/search', { text: NUMBER, because }),
        await operator.post('/contacts-lookup', { text: NUMBER, because }),
        await operator.post(`/notifications/${notice.id}/reveal`, { delivery: notice.sms, because }),
        await operator.post(`/notifications/${notice.id}/evidence`, { form: 'json', because }),
      ];
      expect(answers.map(({ status }) => status)).toEqual([500, 500, 500, 500]);
      for (const answer of answers) expect(await answer.text()).not.toMatch(/36001234|payload/);
    } finally {
      await trail.dropIndex('broken');
      await trail.deleteOne({ _id: -1 });
    }
  });

  it('hands out evidence that a third party verifies with the published keys', async () => {
    const keys = await (await fetch(`${stage.url}/.well-known/notifyme-keys.json`)).json();
    for (const form of ['json', 'html']) {
      const answer = await privacy.post(`/notifications/${notice.id}/evidence`, {
        form,
        because: 'asked by the court',
      });
      const file = await answer.text();
      expect(answer.headers.get('content-disposition')).toContain(`.${form}`);
      expect(await verifyBundle(file, keys as never)).toMatchObject({ ok: true });
      expect(await verifyBundle(file.replace('e', 'f'), keys as never)).toMatchObject({ ok: false });
    }
    expect((await viewer.post(`/notifications/${notice.id}/evidence`, { because: BECAUSE })).status).toBe(403);
    expect((await acts()).at(-1)).toMatchObject({ act: 'evidence_export', targets: [notice.id] });
  });

  it('finds a record of the trail by act, person and target, and sees that it was changed', async () => {
    expect(await says(privacy.get(`/audit?act=address_reveal&target=${person.email}`), BECAUSE)).toBe(true);
    expect(await says(privacy.get('/audit?act=nothing_like_it'), BECAUSE)).toBe(false);
    expect((await operator.get('/audit')).status).toBe(403);
    const trail = auditOf(stage.runtime.ledger);
    const [first] = await trail.find().sort({ _id: 1 }).limit(1).toArray();
    await trail.updateOne({ _id: first!._id }, { $set: { reason: 'another reason' } });
    expect(await says(privacy.post('/audit/verify'), 'was changed after it was written')).toBe(true);
    await trail.updateOne({ _id: first!._id }, { $set: { reason: first!.reason } });
    expect(await says(privacy.post('/audit/verify'), 'none was changed')).toBe(true);
  });
});
