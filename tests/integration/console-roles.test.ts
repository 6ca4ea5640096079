import { beforeAll, describe, expect, it } from '@jest/globals';
import pLimit from 'p-limit';
import { CONSOLE_PEOPLE, DESK_OFFICER } from '../../deploy/local/identity/settings.ts';
import { ROLES, type Role, type RouteRule } from '../../services/console/access.ts';
import { createConsole } from '../../services/console/index.ts';
import { type ConsoleSettings, consoleSettings } from '../../services/console/settings.ts';
import { WITH_SIGN_IN } from '../support/browser/visitor.ts';
import { type Agent, createAgent, signIn } from '../support/console/agent.ts';
import { useStage } from '../support/e2e/stage.ts';

const stage = useStage({ env: { ...WITH_SIGN_IN.env, CONSOLE_REQUESTS_PER_MINUTE: '1000000' } });

/** One person a role. */
const WHO: Record<Role, { subject: string }> = {
  viewer: CONSOLE_PEOPLE.viewer,
  operator: CONSOLE_PEOPLE.operator,
  approver: CONSOLE_PEOPLE.approver,
  entity_admin: CONSOLE_PEOPLE.entityadmin,
  privacy_officer: CONSOLE_PEOPLE.privacy,
  desk: CONSOLE_PEOPLE.desk,
};

/** What nobody needs to sign in for. */
const OPEN = ['GET /sign-in', 'POST /sign-in', 'POST /sign-out', 'GET /signed-out'];
/** Questions that are sent as forms, so that no number stands in an address. */
const QUESTIONS = ['POST /search'];

let routes: RouteRule[] = [];
const agents = {} as Record<Role, Agent>;
let nobody: Agent;

beforeAll(async () => {
  const settings = consoleSettings(stage.runtime.settings) as ConsoleSettings;
  routes = (await createConsole(stage.runtime, settings)).routes;
  nobody = createAgent(stage.url);
  for (const role of ROLES) agents[role] = await signIn(stage.url, WHO[role]);
}, 60_000);

const guarded = () => routes.filter(({ may }) => may !== 'anybody');
const nameOf = ({ method, path }: RouteRule) => `${method} ${path}`;

/** The status of a route for somebody; what is held open is let go. */
async function statusFor(agent: Agent, { method, path }: RouteRule, headers?: Record<string, string>): Promise<number> {
  const place = path.replace(/:\w+/g, 'nonsense');
  const answer = await (method === 'GET' ? agent.get(place, headers) : agent.post(place, {}, headers));
  await answer.body?.cancel();
  return answer.status;
}

/** What is odd about the statuses of routes, several asked at a time. */
async function oddOnes(
  some: RouteRule[],
  agent: Agent,
  isRight: (status: number, route: RouteRule) => boolean,
  headers?: Record<string, string>,
): Promise<string[]> {
  const limit = pLimit(8);
  const look = async (route: RouteRule) => {
    const status = await statusFor(agent, route, headers);
    return isRight(status, route) ? [] : [`${nameOf(route)}: ${status}`];
  };
  return (await Promise.all(some.map((route) => limit(look, route)))).flat();
}

describe('the roles of the console', () => {
  it('are asked for on every route but those of the sign-in', () => {
    expect(guarded().length).toBeGreaterThan(2);
    expect(routes.filter(({ may }) => may === 'anybody').map(nameOf)).toEqual(OPEN);
  });

  it.each(ROLES)(
    '%s may use the routes that name the role, and is refused every other',
    async (role) => {
      const mayUse = ({ may }: RouteRule) => (may as readonly Role[]).includes(role);
      const isRight = (status: number, route: RouteRule) => (status !== 403) === mayUse(route) && status < 500;
      expect(await oddOnes(guarded(), agents[role], isRight)).toEqual([]);
    },
    60_000,
  );

  it('open nothing to whoever has not signed in', async () => {
    expect(await oddOnes(guarded(), nobody, (status) => status === 303 || status === 401)).toEqual([]);
  }, 60_000);

  it('do not help a form of another site', async () => {
    const posts = routes.filter(({ method }) => method === 'POST');
    for (const site of ['cross-site', 'same-site'])
      expect(await oddOnes(posts, agents.operator, (status) => status === 403, { 'sec-fetch-site': site })).toEqual([]);
  }, 60_000);

  it('let a viewer send nothing but questions', () => {
    const sends = ({ method, may }: RouteRule) => method === 'POST' && may !== 'anybody' && may.includes('viewer');
    expect(routes.filter(sends).map(nameOf)).toEqual(QUESTIONS);
  });

  it('are refused what is no route', async () => {
    expect((await agents.operator.get('/nowhere')).status).toBe(404);
    expect((await agents.operator.post('/')).status).toBe(404);
  });
});

describe('the sign-in of the console', () => {
  it('lets nobody in who works elsewhere', async () => {
    await expect(signIn(stage.url, DESK_OFFICER)).rejects.toThrow('the sign-in ended at');
  });

  it('is over after a sign-out', async () => {
    const agent = await signIn(stage.url, CONSOLE_PEOPLE.operator2);
    expect((await agent.get('/')).status).toBe(200);
    expect((await agent.post('/sign-out')).status).toBe(303);
    expect((await agent.get('/')).status).toBe(303);
  });

  it('gives each session a cookie that script and other sites do not get, and that is not the portal’s', async () => {
    const answer = await fetch(`${stage.url}/console/en/sign-in`, {
      method: 'POST',
      redirect: 'manual',
      headers: { 'sec-fetch-site': 'same-origin' },
    });
    const [cookie = ''] = answer.headers.getSetCookie();
    expect(cookie).toMatch(/^notifyme-console=/);
    expect(cookie).toMatch(/; HttpOnly/i);
    expect(cookie).toMatch(/; SameSite=Lax/i);
    expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'");
  });

  it('ends when nobody touched a page for too long, whatever a live part did meanwhile', async () => {
    const agent = await signIn(stage.url, CONSOLE_PEOPLE.viewer);
    const sessions = stage.runtime.ledger.connection.collection('console_sessions');
    const old = Date.now() - 16 * 60_000;
    await sessions.updateMany(
      { 'session.operator.id': CONSOLE_PEOPLE.viewer.subject },
      { $set: { 'session.operator.seenAt': old } },
    );
    expect((await agent.get('/live')).status).toBe(401);
    expect((await agent.get('/')).status).toBe(303);
  });
});

describe('a live part', () => {
  // Left open on purpose: a process must be able to stop while screens are watching.
  it('brings the piece as HTML at once, and is ended by the process that stops', async () => {
    const answer = await agents.approver.get('/live?span=day');
    expect(answer.headers.get('content-type')).toMatch(/^text\/event-stream/);
    const reader = answer.body!.pipeThrough(new TextDecoderStream()).getReader();
    let text = '';
    while (!text.includes('event: fragment\ndata: ')) text += (await reader.read()).value;
    expect(text).toMatch(/^retry: 3000\n\n/);
  });
});
