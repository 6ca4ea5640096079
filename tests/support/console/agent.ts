import type { IdentityPerson } from '../../../deploy/local/identity/person.ts';

/** An operator without a browser: keeps cookies, and sends forms as a browser of the console's own pages would. */
export type Agent = {
  /** `path` behind `/console/en`; redirects are not followed. */
  get(path: string, headers?: Record<string, string>): Promise<Response>;
  post(path: string, fields?: Record<string, string>, headers?: Record<string, string>): Promise<Response>;
};

const MOST_STEPS = 12;

/** Nobody yet. */
export function createAgent(
  url: string,
): Agent & { walk(path: string): Promise<Response>; take(form: Form): Promise<Response> } {
  const jar = new Map<string, Map<string, string>>();
  const hop = async (to: string, init: RequestInit = {}): Promise<Response> => {
    const { host } = new URL(to);
    const cookies = jar.get(host) ?? new Map<string, string>();
    jar.set(host, cookies);
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const answer = await fetch(to, { ...init, redirect: 'manual', headers: { ...init.headers, cookie } });
    for (const line of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (/expires=Thu, 01 Jan 1970/i.test(line)) cookies.delete(name);
      else cookies.set(name, value);
    }
    return answer;
  };
  const follow = async (to: string, init?: RequestInit): Promise<Response> => {
    let [place, answer] = [to, await hop(to, init)];
    for (let n = 0; n < MOST_STEPS && answer.headers.has('location'); n += 1) {
      place = new URL(answer.headers.get('location')!, place).href;
      answer = await hop(place);
    }
    return Object.defineProperty(answer, 'url', { value: place });
  };
  const formOf = (fields: Record<string, string>, headers: Record<string, string> = {}): RequestInit => ({
    method: 'POST',
    body: new URLSearchParams(fields),
    headers: { 'sec-fetch-site': 'same-origin', ...headers },
  });
  const at = (path: string) => `${url}/console/en${path === '/' ? '' : path}`;
  return {
    get: (path, headers = {}) => hop(at(path), { headers }),
    post: (path, fields = {}, headers = {}) => hop(at(path), formOf(fields, headers)),
    walk: (path) => follow(at(path)),
    take: ({ to, fields }) => follow(to, formOf(fields)),
  };
}

type Form = { to: string; fields: Record<string, string> };

/** Signs in at the laptop's sign-in as one of CONSOLE_PEOPLE. Throws when the console does not let that person in. */
export async function signIn(url: string, who: Pick<IdentityPerson, 'subject'>): Promise<Agent> {
  const agent = createAgent(url);
  const chooser = await agent.take({ to: `${url}/console/en/sign-in`, fields: {} });
  const back = await agent.take({ to: chooser.url, fields: { person: who.subject } });
  if (new URL(back.url).pathname !== '/console/en') throw new Error(`the sign-in ended at ${back.url}`);
  return agent;
}
