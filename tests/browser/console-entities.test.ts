import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { CONSOLE_PEOPLE } from '../../deploy/local/identity/settings.ts';
import { packageOfFiles } from '../../services/console/entities/files.ts';
import { entityTools } from '../../services/console/pages/entities-tools.ts';
import { useBrowser } from '../support/browser/chromium.ts';
import { axeFaults, htmlFaults, overflow } from '../support/browser/look.ts';
import { type AtWork, openOperator } from '../support/browser/operator.ts';
import { WITH_SIGN_IN } from '../support/browser/visitor.ts';
import { type Agent, signIn } from '../support/console/agent.ts';
import { ask } from '../support/e2e/ask.ts';
import { useStage } from '../support/e2e/stage.ts';
import { BERTH, BERTH_DATA, harbour } from '../support/entities/harbour.ts';

const stage = useStage(WITH_SIGN_IN);
const held = useBrowser();
const RENEWED = 'bh.gov.moic.sijilat.licence.renewed.v1';
const because = 'agreed in writing';
const KEY = /nk_test_[a-z0-9]{16}_[\w-]{43}/;

let operator: Agent;
let admin: Agent;
/** The test key of the harbour. */
let key = '';

beforeAll(async () => {
  [operator, admin] = await Promise.all([
    signIn(stage.url, CONSOLE_PEOPLE.operator),
    signIn(stage.url, CONSOLE_PEOPLE.entityadmin),
  ]);
}, 60_000);

/** Reads a page, which must be there. */
const read = async (agent: Agent, path: string): Promise<string> => {
  const answer = await agent.get(path);
  if (answer.status !== 200) throw new Error(`${path} answered ${answer.status}`);
  return answer.text();
};
const publish = (key: string, data: object = {}) =>
  ask(
    stage.url,
    'POST',
    '/v1/events',
    {
      ...{ specversion: '1.0', id: randomUUID(), source: '/harbour', type: BERTH },
      ...{ subject: 'simulator:delivered', data: BERTH_DATA, ...data },
    },
    { authorization: `Bearer ${key}`, 'content-type': 'application/cloudevents+json' },
  );

it("lets an entity's administrator see and change their own entity, and no other", async () => {
  expect(await read(admin, '/entities/sijilat')).toContain(RENEWED);
  expect(await read(admin, '/entities')).not.toContain('/entities/health');
  expect((await admin.post('/entities/sijilat/keys/new', { kind: 'test', because })).status).toBe(200);
  const others = ['', `/types/bh.gov.moh.health.result.ready.v1`, '/diff', '/keys/new', '/propose'];
  for (const path of others) expect((await admin.get(`/entities/health${path}`)).status).toBe(404);
  for (const path of ['/keys/new', '/propose'])
    expect((await admin.post(`/entities/health${path}`, { kind: 'live', because, package: '{}' })).status).toBe(404);
  expect(await stage.runtime.ledger.apiKeys.countDocuments({ entity: 'health' })).toBe(0);
  for (const path of ['/entities/sijilat/rights', '/entities/sijilat/state', '/entities/register'])
    expect((await admin.post(path, { state: 'suspended', because })).status).toBe(403);
  expect(stage.runtime.catalogue.stateOf('sijilat')).toBe('live');
});

it('registers an entity by a package, tells every fault of a bad one, and its test key works at once', async () => {
  const bad = harbour({ typePrefix: 'bh.gov.' });
  const refused = await operator.post('/entities/register', { package: JSON.stringify(bad), because });
  expect([refused.status, await refused.text()]).toEqual([422, expect.stringContaining('belongs to')]);
  const made = await operator.post('/entities/register', { package: JSON.stringify(harbour()), because });
  expect([made.status, made.headers.get('location')]).toEqual([303, '/console/en/entities/harbour']);
  const shown = await (await operator.post('/entities/harbour/keys/new', { kind: 'test', because })).text();
  key = KEY.exec(shown)?.[0] ?? '';
  expect(await publish(key)).toMatchObject({ status: 202 });
  expect(await read(operator, '/entities/harbour')).not.toContain(key);
  const unchecked = await operator.post('/entities/harbour/rights', { lanes: 'normal', quota: 'many', because });
  expect(unchecked.status).toBe(422);
});

it('keeps what an administrator proposes until an operator puts it in force', async () => {
  const types = stage.runtime.catalogue.bySource('/sijilat')!.types.length;
  const foreign = await admin.post('/entities/sijilat/propose', { package: JSON.stringify(harbour()), because });
  expect(foreign.status).toBe(422);
  const own = packageOfFiles('sijilat', entityTools({ context: stage.runtime } as never));
  const words = 'Sijilat: licence {{licenceNumber}} is good until {{date validUntil}}.\n';
  const file = 'licence-renewed/en/sms.hbs';
  const proposed = { ...own, templates: { ...own.templates, [file]: words } };
  const answer = await admin.post('/entities/sijilat/propose', { package: JSON.stringify(proposed), because });
  expect(answer.headers.get('location')).toBe('/console/en/entities/sijilat/diff?from=files&to=1');
  expect((await admin.post('/entities/sijilat/in-force/1', { because })).status).toBe(403);
  expect(stage.runtime.catalogue.templatesOf('sijilat')).toBeNull();
  expect((await operator.post('/entities/sijilat/in-force/1', { because })).status).toBe(303);
  expect(stage.runtime.catalogue.templatesOf('sijilat')?.[file]).toBe(words);
  expect(stage.runtime.catalogue.bySource('/sijilat')!.types).toHaveLength(types);
});

it('says on every page that an entity is suspended, to those alone who may know', async () => {
  expect((await operator.post('/entities/health/state', { state: 'suspended', because })).status).toBe(303);
  const said = /nothing new is taken: .*health/;
  expect(await read(operator, '/')).toMatch(said);
  expect(await read(admin, '/entities/sijilat')).not.toMatch(/nothing new is taken/);
  expect((await operator.post('/entities/health/state', { state: 'live', because })).status).toBe(303);
  expect(await read(operator, '/')).not.toMatch(/nothing new is taken/);
});

describe('by clicks, without script', () => {
  let work: AtWork;
  beforeAll(async () => {
    const { operator: who } = CONSOLE_PEOPLE;
    work = await openOperator(held.browser, stage, who, { language: 'en', script: false });
  }, 60_000);
  const say = async (button = '#form button') => {
    await work.page.fill('#because', because);
    await work.press(button);
  };
  const upload = async (content: string) => {
    const file = { name: 'harbour.json', mimeType: 'application/json', buffer: Buffer.from(content) };
    await work.page.setInputFiles('#packageFile', file);
    await say();
  };

  it('a version comes as a file, its faults are mended in the text, and it is put in force', async () => {
    await work.go('/entities/harbour');
    await work.press('a[href$="/propose"]');
    const given = harbour();
    const [file = ''] = Object.keys(given.templates).filter((path) => path.endsWith('/en/sms.hbs'));
    const words = `${given.templates[file]!.trim()} Thank you.\n`;
    const better = JSON.stringify({ ...given, templates: { ...given.templates, [file]: words } });
    await upload(better.slice(1));
    expect(await work.page.locator('.summary a').getAttribute('href')).toBe('#package');
    expect(await work.page.inputValue('#package')).toBe(better.slice(1));
    await work.page.fill('#package', better);
    await say();
    expect(work.path()).toBe('/entities/harbour/diff');
    expect(stage.runtime.catalogue.templatesOf('harbour')?.[file]).not.toBe(words);
    await work.press('a[href*="/in-force/"]');
    await say();
    expect(work.path()).toBe('/entities/harbour');
    expect(stage.runtime.catalogue.templatesOf('harbour')?.[file]).toBe(words);
  });

  it('an entity goes live', async () => {
    await work.press('a[href$="/state"]');
    await work.page.locator('input[name="state"][value="live"]').check({ force: true });
    await say();
    expect(stage.runtime.catalogue.stateOf('harbour')).toBe('live');
    expect(await work.page.locator('main .meta .tag.good').first().textContent()).toBe('Live');
  });

  it('a key is rotated: the new one is shown once, and both work until the old one ends', async () => {
    await work.press('a[href$="/rotate"]');
    await work.page.fill('#days', '3');
    await say();
    const fresh = KEY.exec((await work.page.locator('.key-shown').textContent()) ?? '')?.[0] ?? '';
    expect(fresh).not.toBe(key);
    expect([(await publish(key)).status, (await publish(fresh)).status]).toEqual([202, 202]);
    await work.press('.actions a');
    expect(work.path()).toBe('/entities/harbour');
    expect(await work.page.content()).not.toContain(fresh);
    expect(
      await work.page
        .locator('tr', { hasText: key.slice(8, 24) })
        .locator('.tag')
        .textContent(),
    ).toBe('Ends');
    await work.close();
  });
});

const PAGES = [
  ['list', '/entities'],
  ['one', '/entities/sijilat'],
  ['type', `/entities/sijilat/types/${RENEWED}`],
  ['diff', '/entities/sijilat/diff?from=files&to=1'],
  ['rights', '/entities/sijilat/rights'],
  ['state', '/entities/sijilat/state'],
  ['key-new', '/entities/sijilat/keys/new'],
  ['register', '/entities/register'],
  ['put', '/entities/sijilat/in-force/files'],
] as const;

describe.each(['en', 'ar'] as const)('in %s', (language) => {
  let work: AtWork;
  beforeAll(async () => {
    work = await openOperator(held.browser, stage, CONSOLE_PEOPLE.operator, { language });
  }, 60_000);

  it.each(PAGES)('everybody can use %s', async (name, path) => {
    await work.page.setViewportSize({ width: 1280, height: 900 });
    expect((await operator.get(path)).status).toBe(200);
    await work.go(path);
    expect(await axeFaults(work.page)).toEqual([]);
    expect(htmlFaults(await work.page.content())).toEqual([]);
    await picture(work, `${name}-${language}-wide`);
    await work.page.setViewportSize({ width: 360, height: 800 });
    expect(await overflow(work.page)).toBe(0);
    await picture(work, `${name}-${language}-narrow`);
  });
});

async function picture({ page }: AtWork, name: string): Promise<void> {
  const folder = process.env.PICTURES;
  if (!folder) return;
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: `${folder}/entities-${name}.png`, fullPage: true });
}
