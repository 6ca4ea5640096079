import { request } from 'node:http';
import { beforeAll, describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import { CONSOLE_PEOPLE, IDENTITY_PEOPLE } from '../../deploy/local/identity/settings.ts';
import { type Agent, createAgent, signIn } from '../support/console/agent.ts';
import { type Person, stranger } from '../support/e2e/people.ts';
import { useStage } from '../support/e2e/stage.ts';

// The same inputs at every run; FUZZ_SEED looks further.
fc.configureGlobal({ seed: Number(process.env.FUZZ_SEED ?? 20_261_125) });

const stage = useStage({ env: { OIDC_ISSUER: undefined } });

// Generous on a busy machine.
jest.setTimeout(90_000);

const PORTAL = [
  ...[
    '',
    '/home',
    '/inbox',
    '/inbox/:id',
    '/contacts',
    '/contacts/:id/verify',
    '/preferences',
    '/preferences/:id',
    '/settings',
  ],
  ...[
    '/devices',
    '/mandates',
    '/mandates/:id',
    '/mandates/accept',
    '/record',
    '/record/export',
    '/check',
    '/privacy',
    '/kiosk',
  ],
  ...['/sign-in', '/sign-in/callback', '/desk', '/erased', '/nothing-here'],
];
const CONSOLE = [
  ...[
    '/',
    '/search',
    '/replay',
    '/replay/:id',
    '/dead-letters',
    '/controls',
    '/unknown',
    '/audiences',
    '/suppressions',
  ],
  ...[
    '/audit',
    '/entities',
    '/entities/:id',
    '/notifications/:id',
    '/api/notifications/:id',
    '/contacts-lookup/:id',
    '/nothing-here',
  ],
];
const API = [
  ...[
    '/v1/me',
    '/v1/me/notifications',
    '/v1/me/notifications/:id',
    '/v1/me/mandates',
    '/v1/me/preferences',
    '/v1/me/record',
  ],
  ...[
    '/v1/outcomes',
    '/v1/webhooks',
    '/v1/webhooks/:id',
    '/v1/notifications/:id',
    '/v1/events/status',
    '/v1/unsubscribe/:id',
  ],
  ...['/problems/:id', '/open-data/performance.json', '/performance', '/metrics'],
];
const FORMS = {
  portal: [
    '/contacts',
    '/settings',
    '/preferences',
    '/preferences/:id',
    '/check',
    '/mandates/new',
    '/inbox/:id/feedback',
    '/kiosk/begin',
    '/record/erase',
  ],
  console: [
    '/search',
    '/search/person',
    '/replay',
    '/controls/new',
    '/controls/place',
    '/suppressions/add',
    '/unknown/ask',
    '/audiences/count',
  ],
};

const NAMES = [
  'q',
  'search',
  'page',
  'after',
  'before',
  'cursor',
  'limit',
  'from',
  'to',
  'since',
  'until',
  'entity',
  'type',
  'channel',
  'status',
  'reason',
  'id',
  'source',
  'code',
  'state',
  'lang',
  'only',
  'language',
  'address',
];
const WORDS = [
  '',
  '-1',
  '0',
  '1e99',
  'NaN',
  '9'.repeat(400),
  'a'.repeat(3_000),
  '2026-13-45',
  '2026-02-30T25:00:00Z',
  '+275760-09-13',
  'n_0123456789abcdef0123456789abcdef',
  'd_0123456789abcdef0123456789abcdef',
  '<script>alert(1)</script>',
  '{{7*7}}',
  "' or 1=1 --",
  '$where',
  '../../etc/passwd',
  '\u0000',
  '\ud800',
  '\u202e',
  'constructor',
  '__proto__',
  'cpr:900100001',
  '/health',
  'null',
];
const RAW = [
  '%',
  '%ff',
  '%00',
  '%c3%28',
  '&&&=',
  'a[$ne]=1',
  'a[]=1&a[]=2',
  '__proto__[x]=1',
  'constructor[prototype][x]=1',
  `${'x[a]'.repeat(60)}=1`,
  'q=1&q=2&q=3',
];

const value = fc.oneof(
  fc.constantFrom(...WORDS),
  fc.string({ maxLength: 40 }),
  fc.string({ unit: 'binary', maxLength: 20 }),
);
const name = fc.oneof({ weight: 5, arbitrary: fc.constantFrom(...NAMES) }, fc.string({ maxLength: 10 }));
const encoded = (text: string) => encodeURIComponent(text.toWellFormed());
const pair = fc.tuple(name, value).map(([key, text]) => `${encoded(key)}=${encoded(text)}`);
const query = fc
  .array(fc.oneof({ weight: 4, arbitrary: pair }, fc.constantFrom(...RAW)), { maxLength: 4 })
  .map((parts) => parts.join('&'));
const place = (paths: string[]) =>
  fc
    .tuple(fc.constantFrom(...paths), value)
    .map(([path, id]) => path.replace(':id', encoded(id).replaceAll('.', '%2E') || 'x'));

let operator: Agent;
let citizen: Agent;
let who: Person;
beforeAll(async () => {
  operator = await signIn(stage.url, CONSOLE_PEOPLE.operator);
  citizen = await signInAtPortal();
  who = await stranger(stage);
}, 60_000);

/** The same agent serves for the portal's pages, by a path that leads out of the console. */
const atPortal = (path: string) => `/../../en${path}`;
async function signInAtPortal(): Promise<Agent> {
  const agent = createAgent(stage.url);
  const chooser = await agent.take({ to: `${stage.url}/en/sign-in`, fields: {} });
  await agent.take({ to: chooser.url, fields: { person: IDENTITY_PEOPLE[0]!.subject } });
  await agent.post(atPortal('/welcome'), { language: 'en' });
  expect((await agent.get(atPortal('/inbox'))).status).toBe(200);
  return agent;
}

/** No 5xx, nothing of our insides, and nobody's script. */
async function expectCalm(what: string, answer: Response): Promise<void> {
  const text = await answer.text();
  const inside = /\bat .+:\d+:\d+|node_modules|services\/\w+\/|\[object Object\]/.exec(text)?.[0] ?? null;
  const script = text.includes('<script>alert(1)') && /html/.test(answer.headers.get('content-type') ?? '');
  expect({ what, status: answer.status < 500 ? 'ok' : answer.status, inside, script }).toEqual({
    what,
    status: 'ok',
    inside: null,
    script: false,
  });
}

describe('any query string', () => {
  it('of the citizens’ pages, signed in', async () => {
    await fc.assert(
      fc.asyncProperty(place(PORTAL), query, async (path, asked) => {
        await expectCalm(`${path}?${asked}`, await citizen.get(atPortal(`${path}?${asked}`)));
      }),
      { numRuns: 100 },
    );
  });

  it('of the operators’ pages, signed in', async () => {
    await fc.assert(
      fc.asyncProperty(place(CONSOLE), query, async (path, asked) => {
        await expectCalm(`${path}?${asked}`, await operator.get(`${path}?${asked}`));
      }),
      { numRuns: 100 },
    );
  });

  it('of the API, as a person and as an entity', async () => {
    const key = await stage.entities.key('health');
    const token = who.token;
    await fc.assert(
      fc.asyncProperty(place(API), query, async (path, asked) => {
        const bearer = /^\/v1\/me/.test(path) ? token : key;
        const answer = await fetch(`${stage.url}${path}?${asked}`, { headers: { authorization: `Bearer ${bearer}` } });
        await expectCalm(`${path}?${asked}`, answer);
      }),
      { numRuns: 150 },
    );
  });
});

describe('any form', () => {
  const fields = fc.dictionary(name, value, { maxKeys: 6 });
  it.each(['portal', 'console'] as const)('of the %s', async (where) => {
    await fc.assert(
      fc.asyncProperty(place(FORMS[where]), fields, async (path, given) => {
        const clean = Object.fromEntries(Object.entries(given).map(([key, text]) => [key, text.toWellFormed()]));
        const answer =
          where === 'portal' ? await citizen.post(atPortal(path), clean) : await operator.post(path, clean);
        await expectCalm(`${path} ${JSON.stringify(clean)}`, answer);
      }),
      { numRuns: 80 },
    );
  });
});

describe('a request line that is no address', () => {
  it.each([
    '/%',
    '/en/%ff',
    '//',
    '/en//..//inbox',
    '/console/en/%c3%28',
    '/v1/me?%',
    '/v1/notifications/%E0%A4%A',
    '/\\..\\x',
    '/en/inbox/%00',
  ])('is refused calmly: %s', async (path) => {
    const { port } = new URL(stage.url);
    const { status, text } = await new Promise<{ status: number; text: string }>((resolve, reject) => {
      const sent = request({ host: '127.0.0.1', port, path, method: 'GET' }, async (res) => {
        resolve({ status: res.statusCode ?? 0, text: Buffer.concat(await res.toArray()).toString() });
      });
      sent.on('error', reject).end();
    });
    expect(status).toBeLessThan(500);
    expect(text).not.toMatch(/\bat .+:\d+:\d+|node_modules/);
  });
});
