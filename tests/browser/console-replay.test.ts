import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CONSOLE_PEOPLE } from '../../deploy/local/identity/settings.ts';
import { auditOf } from '../../services/shared/audit/append.ts';
import { useBrowser } from '../support/browser/chromium.ts';
import { axeFaults, htmlFaults, overflow } from '../support/browser/look.ts';
import { type AtWork, openOperator } from '../support/browser/operator.ts';
import { WITH_SIGN_IN } from '../support/browser/visitor.ts';
import { signIn } from '../support/console/agent.ts';
import { type Member, publishToCrowd, registerCrowd } from '../support/console/crowd.ts';
import { type SnsSink, startSnsSink } from '../support/console/sns-sink.ts';
import { useStage } from '../support/e2e/stage.ts';
import { eventually } from '../support/eventually.ts';
import { dryRun } from '../support/replay.ts';

const CROWD = 5_000;
const CODES = 5;
/** Who is left out, and why: before the dry run, and between it and the sending. */
const [OUT_BEFORE, EXPIRED_BEFORE, OUT_AFTER, EXPIRED_AFTER] = [40, 30, 25, 20];
const PLANNED = CROWD - OUT_BEFORE - EXPIRED_BEFORE;
const REACHED = PLANNED - OUT_AFTER - EXPIRED_AFTER;
/** Some 20 s on two quiet cores. */
const WITHIN_MS = 240_000;

const held: { sink?: SnsSink } = {};
const open: AtWork[] = [];
// Before the platform stops: pages that watch a job hold connections open.
afterAll(async () => {
  for (const one of open) await one.close();
});
const stage = useStage({
  env: { ...WITH_SIGN_IN.env, REPLAY_APPROVAL_ABOVE: '1000', REPLAY_PER_SECOND: '5000', SMS_SEGMENT_PRICE: '0.012' },
  around: async () => {
    held.sink = await startSnsSink();
    return { SNS_ENDPOINT: held.sink.endpoint };
  },
});
const browser = useBrowser();
afterAll(() => held.sink?.stop());

const as = async (who: keyof typeof CONSOLE_PEOPLE, language: 'en' | 'ar' = 'en') => {
  const opened = await openOperator(browser.browser, stage, CONSOLE_PEOPLE[who], { language });
  open.push(opened);
  return opened;
};
const sound = async ({ page }: AtWork, name: string) => {
  const faults = [...(await axeFaults(page)), ...htmlFaults(await (await page.request.get(page.url())).text())];
  await page.setViewportSize({ width: 360, height: 800 });
  expect([name, faults, await overflow(page)]).toEqual([name, [], 0]);
  await page.setViewportSize({ width: 1280, height: 900 });
};
const numberOf = async ({ page }: AtWork, label: string): Promise<number> => {
  const figure = page.locator('.figure').filter({ has: page.locator('dt', { hasText: new RegExp(`^${label}$`) }) });
  return Number((await figure.locator('dd').textContent())?.replaceAll(',', ''));
};

describe('a provider that refused 5,000 texts', () => {
  let crowd: Member[];
  const ids = (from: number, many: number) => crowd.slice(from, from + many).map(({ subscriberId }) => subscriberId);
  const optOut = (from: number, many: number) =>
    stage.runtime.ledger.subscribers.collection.updateMany({ _id: { $in: ids(from, many) as never } }, {
      $set: { preferences: [{ entity: '*', category: '*', channel: '*', allow: false, at: new Date() }] },
    } as object);
  const expire = async (from: number, many: number) => {
    const [filter, past] = [
      { subscriberId: { $in: ids(from, many) } },
      { $set: { expiresAt: new Date(Date.now() - 1) } },
    ];
    await stage.runtime.ledger.deliveries.collection.updateMany(filter, past);
    await stage.runtime.ledger.notifications.collection.updateMany(filter, past);
  };

  beforeAll(async () => {
    const { runtime } = stage;
    crowd = await registerCrowd(runtime, CROWD);
    held.sink!.refuse(true);
    await publishToCrowd(runtime, 'sijilat-licence-renewed', crowd);
    await publishToCrowd(runtime, 'ekey-sign-in-code', crowd.slice(-CODES));
    const failed = { status: 'failed', dueAt: null } as const;
    await eventually(
      async () => expect(await runtime.ledger.deliveries.countDocuments(failed)).toBe(CROWD + CODES),
      WITHIN_MS,
      100,
    );
    held.sink!.refuse(false);
    await optOut(0, OUT_BEFORE);
    await expire(100, EXPIRED_BEFORE);
  }, WITHIN_MS);

  it(
    'is found, tried dry, approved by a second person, sent again, and watched to its end',
    async () => {
      const operator = await as('operator');
      await operator.go('/replay');
      await operator.press('a[href$="/replay/new"]');
      await operator.press('form button');
      expect(await operator.page.locator('.summary a').getAttribute('href')).toBe('#entity');
      await operator.page.locator('#channel').selectOption('sms');
      await operator.page.locator('#reason').selectOption('provider_refused');
      await operator.press('form button');
      await eventually(async () => {
        await operator.page.reload();
        expect(await operator.page.locator('h1').textContent()).toBe('Dry run: nothing was sent');
      });
      expect(await numberOf(operator, 'Found')).toBe(CROWD + CODES);
      expect(await numberOf(operator, 'Would be sent')).toBe(PLANNED);
      expect(await numberOf(operator, 'People')).toBe(PLANNED);
      const refused = operator.page.locator('section[aria-labelledby="plan"] table').first().locator('td');
      expect((await refused.allTextContents()).toSorted()).toEqual(['30', '40', '5']);
      await sound(operator, 'dry-run-en');
      expect(held.sink!.taken()).toEqual([]);

      await optOut(200, OUT_AFTER);
      await expire(300, EXPIRED_AFTER);
      const form = 'section[aria-labelledby="confirm"] form .button.danger';
      await operator.page.locator('#because').fill('the provider is back');
      await operator.page.locator('#count').fill('4');
      await operator.press(form);
      expect(await operator.page.locator('.summary a').getAttribute('href')).toBe('#count');
      expect(await operator.page.locator('#because').inputValue()).toBe('the provider is back');
      await operator.page.locator('#count').fill(new Intl.NumberFormat('en').format(PLANNED));
      await operator.press(form);
      expect(await operator.page.locator('h1').textContent()).toBe('Replay that waits for a second person');
      expect(await operator.page.locator('section[aria-labelledby="approve"]').count()).toBe(0);

      const approver = await as('approver');
      await approver.go(operator.path());
      await sound(approver, 'approve-en');
      await approver.page.locator('#because').fill('seen, looks right');
      await approver.press('section[aria-labelledby="approve"] form .button.danger');

      // The operator's page was left open: it changes by itself.
      await operator.page.locator('#changed').click();
      await operator.page.locator('.tag.good', { hasText: /^done$/ }).waitFor({ timeout: WITHIN_MS });
      await operator.page.reload();
      expect(await operator.page.locator('h1').textContent()).toBe('Replay, done');
      expect(await numberOf(operator, 'Made due by this replay')).toBe(PLANNED - EXPIRED_AFTER);
      expect(await numberOf(operator, 'Still on their way')).toBe(0);
      await sound(operator, 'done-en');

      const taken = held.sink!.taken();
      const left = new Set(crowd.map(({ mobile }) => mobile));
      for (const [from, many] of [
        [0, OUT_BEFORE],
        [100, EXPIRED_BEFORE],
        [200, OUT_AFTER],
        [300, EXPIRED_AFTER],
      ])
        for (const { mobile } of crowd.slice(from, from! + many!)) left.delete(mobile);
      expect(taken).toHaveLength(REACHED);
      expect(new Set(taken)).toEqual(left);
      const results = await operator.page.locator('#results-table').textContent();
      expect(results).toContain(new Intl.NumberFormat('en').format(REACHED));
      expect(results).toContain(String(OUT_AFTER));
    },
    WITHIN_MS,
  );

  it('leaves a list of what was not sent, and every step in the trail', async () => {
    const operator = open[0]!;
    const coming = operator.page.waitForEvent('download');
    await operator.page.locator('button[value="csv"]').click();
    const lines = (await (await coming).createReadStream()).setEncoding('utf8');
    let csv = '';
    for await (const piece of lines) csv += piece;
    const rows = csv.split('\r\n').slice(1, -1);
    expect(rows).toHaveLength(OUT_BEFORE + EXPIRED_BEFORE + CODES + OUT_AFTER + EXPIRED_AFTER);
    const trail = await auditOf(stage.runtime.ledger)
      .find({ act: /^replay/ })
      .sort({ _id: 1 })
      .toArray();
    expect(trail.map(({ act }) => act)).toEqual([
      'replay_dry_run',
      'replay',
      'replay_approve',
      'replay_end',
      'replay_list',
    ]);
    expect(trail[2]!.actor.id).not.toBe(trail[1]!.actor.id);
  });

  it('is shown in Arabic as well', async () => {
    const operator = await as('operator', 'ar');
    for (const [name, path] of [
      ['list-ar', '/replay'],
      ['new-ar', '/replay/new'],
      ['done-ar', open[0]!.path()],
    ] as const) {
      await operator.go(path);
      await sound(operator, name);
    }
    await operator.go('/replay/new?channel=email&reason=mailbox_full');
    expect(await operator.page.locator('#channel').inputValue()).toBe('email');
    await operator.press('form button');
    await sound(operator, 'dry-run-ar');
  });
});

describe('a dead letter', () => {
  const SECRET = '{"subject":"cpr:809900070"}';
  const letter = (n: number) => ({
    ...{ _id: `x_${String(n).padStart(32, '0')}`, reason: 'key_unknown', detail: 'key "k9" is not in the key ring' },
    ...{ topic: stage.runtime.topics.events('health'), partition: 0, offset: String(n), headers: {}, key: null },
    original: stage.runtime.sealer.seal(Buffer.from(SECRET).toString('base64'), 'dead-letter'),
    ...{ at: new Date(), replayedAt: null },
  });
  const letters = () => stage.runtime.ledger.connection.collection('dead_letters');

  it.each(['en', 'ar'] as const)('is masked until somebody says why, and is put back once, in %s', async (language) => {
    await letters().deleteMany({});
    await letters().insertMany([letter(1), letter(2)] as never[]);
    const operator = await as('operator', language);
    await operator.go('/dead-letters?reason=nothing_like_it');
    const reasons = await operator.page.locator('#reason option').allTextContents();
    expect(reasons).toEqual(expect.arrayContaining(['key_unknown', 'nothing_like_it']));
    await operator.go('/dead-letters?reason=key_unknown');
    await sound(operator, `dead-list-${language}`);
    await operator.press('tbody a');
    expect(await operator.page.content()).not.toContain('809900070');
    await operator.press('form button');
    expect(await operator.page.locator('.summary a').getAttribute('href')).toBe('#because');
    await operator.page.locator('#because').fill('asked by the entity');
    await operator.press('form button');
    expect(await operator.page.locator('pre').textContent()).toBe(SECRET);
    expect(await axeFaults(operator.page)).toEqual([]);
    await operator.go('/dead-letters?reason=key_unknown');
    await operator.page.locator('#because').fill('the key is in the ring');
    await operator.press('section form button');
    // The router reads them again and puts them aside again, under other ids.
    const mine = { _id: { $in: [letter(1)._id, letter(2)._id] as never } };
    expect(await letters().countDocuments({ ...mine, replayedAt: null })).toBe(0);
    const said = { en: '2 messages were put back.', ar: 'أُعيدت رسالتان.' }[language];
    expect(await operator.page.locator('.note.good').textContent()).toBe(said);
  });
});

describe('more dead letters than one person may put back', () => {
  /** One more than `REPLAY_APPROVAL_ABOVE`. */
  const MANY = 1_001;

  it('go back once a second person has approved their dry run', async () => {
    const { runtime } = stage;
    const letters = runtime.ledger.connection.collection('dead_letters');
    const original = runtime.sealer.seal(Buffer.from('{}').toString('base64'), 'dead-letter');
    const made = Array.from({ length: MANY }, (_, n) => ({
      ...{ _id: `x_${String(n).padStart(31, '0')}e`, reason: 'too_large', detail: '', partition: 0, offset: String(n) },
      ...{ topic: runtime.topics.events('health'), original, headers: {}, key: null, at: new Date(), replayedAt: null },
    }));
    await letters.insertMany(made as never[]);
    const operator = await as('operator');
    await operator.go('/dead-letters?reason=too_large');
    await operator.press('section form button');
    expect(operator.path()).toMatch(/^\/replay\/j_/);
    await eventually(async () => {
      await operator.page.reload();
      expect(await numberOf(operator, 'Would go back')).toBe(MANY);
    });
    await sound(operator, 'letters-plan-en');
    await operator.page.locator('#because').fill('the limit is higher now');
    await operator.page.locator('#count').fill(String(MANY));
    await operator.press('section[aria-labelledby="confirm"] form .button.danger');
    expect(await letters.countDocuments({ reason: 'too_large', replayedAt: null })).toBe(MANY);

    const approver = await as('approver', 'ar');
    await approver.go(operator.path());
    await sound(approver, 'letters-approve-ar');
    await approver.page.locator('#because').fill('نظرت في السبب');
    await approver.press('section[aria-labelledby="approve"] form .button.danger');
    await operator.page.reload();
    await operator.page.locator('.tag.good', { hasText: /^done$/ }).waitFor({ timeout: WITHIN_MS });
    expect(await letters.countDocuments({ reason: 'too_large', replayedAt: null })).toBe(0);
  });
});

describe('danger in proportion, over HTTP', () => {
  const MANY = 150;

  it('a reader and an approver get no button and a 403; an operator must type the number of many', async () => {
    const { deliveries } = stage.runtime.ledger;
    const some = await deliveries.find({ status: 'sent' }).limit(MANY).select('_id').lean<{ _id: string }[]>();
    const failed = { $set: { status: 'failed', reason: 'too_large', dueAt: null } } as const;
    await deliveries.collection.updateMany({ _id: { $in: some.map(({ _id }) => _id) as never } }, failed);
    const { _id, plan } = await dryRun({ reason: 'too_large' }, stage.runtime);
    expect(plan.send).toBe(MANY);
    const because = 'the provider is back';
    const confirmAs = async (who: keyof typeof CONSOLE_PEOPLE, fields: Record<string, string>) => {
      const agent = await signIn(stage.url, CONSOLE_PEOPLE[who]);
      return (await agent.post(`/replay/${_id}/confirm`, { because, ...fields })).status;
    };
    const reader = await signIn(stage.url, CONSOLE_PEOPLE.viewer);
    expect(await (await reader.get('/replay')).text()).not.toContain('/replay/new');
    expect((await reader.get('/replay/new')).status).toBe(403);
    expect(await (await reader.get(`/replay/${_id}`)).text()).not.toContain('/confirm');
    for (const who of ['viewer', 'approver', 'privacy', 'entityadmin'] as const)
      expect([who, await confirmAs(who, { count: String(MANY) })]).toEqual([who, 403]);
    expect(await confirmAs('operator', {})).toBe(422);
    expect(await confirmAs('operator', { count: '7' })).toBe(422);
    expect(await confirmAs('operator', { count: String(MANY), because: 'short' })).toBe(422);
    expect(await confirmAs('operator', { count: String(MANY) })).toBe(303);
    const again = await signIn(stage.url, CONSOLE_PEOPLE.operator2);
    const second = await again.post(`/replay/${_id}/confirm`, { because, count: String(MANY) });
    expect(await (await again.get(second.headers.get('location')!.replace('/console/en', ''))).text()).toContain(
      'Nothing was changed',
    );
  });
});
