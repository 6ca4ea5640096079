import { Agent, request as ask } from 'undici';
import { CHANGES, type Ids, LOOKS, type Request } from '../../support/register/requests.ts';
import type { SignedIn } from '../../support/register/site.ts';

export type User = SignedIn & { ids: Ids };
export type LoadResult = {
  requests: number;
  errors: number;
  perSecond: number;
  p50: number;
  p95: number;
  p99: number;
  max: number;
};

// What takes away what the next look would need, or is refused after a while by rule, is not part of a load.
const STAYS = /^(PUT \/v1\/me$|PUT \/v1\/me\/preferences$|POST \/v1\/me\/notifications\/\{notice\}\/read$)/;
const MIX: Request[] = [
  // People look far more often than they change something.
  ...LOOKS.filter(({ path }) => !/everything|export|mandates\/\{/.test(path)).flatMap((one) => Array(4).fill(one)),
  ...CHANGES.filter(({ method, path }) => STAYS.test(`${method} ${path}`)),
];

/**
 * So many people at once for so long, each asking for the next page as soon as the last one is there (or after
 * `pauseMs`). Times are in milliseconds, from the first byte sent to the last one read; an error is no answer or a 5xx.
 */
export async function loadWith(url: string, users: User[], seconds: number, pauseMs: number): Promise<LoadResult> {
  const agent = new Agent({ connections: users.length, pipelining: 1 });
  const times: number[] = [];
  let errors = 0;
  const until = performance.now() + seconds * 1000;
  const visit = async (user: User, n: number) => {
    for (let turn = n * 7; performance.now() < until; turn++) {
      const began = performance.now();
      const status = await send(agent, url, user, MIX[turn % MIX.length]!).catch(() => 0);
      times.push(performance.now() - began);
      if (status === 0 || status >= 500 || status === 429) errors += 1;
      if (pauseMs > 0) await new Promise((resolve) => setTimeout(resolve, pauseMs * (0.5 + Math.random())));
    }
  };
  await Promise.all(users.map(visit));
  await agent.close();
  const sorted = times.sort((a, b) => a - b);
  const at = (share: number) => Math.round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0);
  const [p50, p95, p99, max] = [at(0.5), at(0.95), at(0.99), at(1)];
  return { requests: sorted.length, errors, perSecond: Math.round(sorted.length / seconds), p50, p95, p99, max };
}

async function send(dispatcher: Agent, url: string, user: User, { method, path, body }: Request): Promise<number> {
  const place = path.replace(/\{(\w+)\}/g, (_, name: keyof Ids) => user.ids[name]);
  const { statusCode, body: answer } = await ask(`${url}${place}`, {
    dispatcher,
    method: method as 'GET',
    headers: {
      ...(path.startsWith('/v1') ? { authorization: user.authorization } : { cookie: user.cookie }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  await answer.arrayBuffer();
  return statusCode;
}
