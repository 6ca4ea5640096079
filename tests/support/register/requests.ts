import type { SignedIn, Site } from './site.ts';

/** A page or a call of the API; `{notice}`, `{contact}` and `{mandate}` stand for ids of the person who asks. */
export type Request = { method: string; path: string; body?: unknown };

const page = (path: string): Request => ({ method: 'GET', path: `/ar${path}` });
const call = (method: string, path: string, body?: unknown): Request => ({ method, path: `/v1${path}`, body });

/** What a signed-in person looks at. */
export const LOOKS: Request[] = [
  ...['/home', '/inbox', '/inbox?box=archive', '/inbox?box=inbox&q=licence', '/inbox/{notice}', '/contacts'].map(page),
  ...['/contacts/{contact}/change', '/preferences', '/preferences/sijilat', '/settings', '/devices'].map(page),
  ...['/mandates', '/mandates/{mandate}', '/record', '/record/everything'].map(page),
  ...['/me', '/me/contacts', '/me/preferences', '/me/notifications', '/me/notifications/{notice}'].map((path) =>
    call('GET', path),
  ),
  ...['/me/mandates', '/me/record', '/me/export', '/check?reference=1A2B-3C4D'].map((path) => call('GET', path)),
];

/** What a signed-in person changes. */
export const CHANGES: Request[] = [
  call('PUT', '/me', { language: 'en' }),
  call('POST', '/me/contacts', { channel: 'sms', address: '+97339999999' }),
  call('POST', '/me/contacts/{contact}/confirm'),
  call('PUT', '/me/contacts/{contact}/main'),
  call('POST', '/me/contacts/{contact}/verify', { code: '123456' }),
  call('PUT', '/me/preferences', {
    preferences: [{ entity: 'sijilat', category: '*', channel: 'email', allow: false }],
  }),
  call('POST', '/me/notifications/{notice}/read'),
  call('PUT', '/me/notifications/{notice}/archive'),
  call('PUT', '/me/notifications/{notice}/feedback', { feedback: 'useful' }),
  call('POST', '/me/mandates', {
    as: 'principal',
    kind: 'helper',
    scope: ['notices'],
    validUntil: '2027-06-01T00:00:00Z',
  }),
  call('POST', '/me/mandates/accept', { code: 'ABCDEFGHJKMN' }),
  call('POST', '/me/mandates/{mandate}/revoke'),
  call('DELETE', '/me/contacts/{contact}'),
  call('DELETE', '/me'),
];

export type Ids = { notice: string; contact: string; mandate: string };

/** The ids that stand in the addresses of one person's requests. */
export async function idsOf({ context: { ledger, blind } }: Site, subject: string): Promise<Ids> {
  const id = blind.subscriberId(subject);
  const [notice, person] = await Promise.all([
    ledger.notifications.findOne({ subscriberId: id }).lean<{ _id: string }>(),
    ledger.subscribers.findById(id).lean<{ contacts: { id: string }[] }>(),
  ]);
  return { notice: notice!._id, contact: person!.contacts[0]!.id, mandate: `m_${id.slice(2)}` };
}

/** Sends one request as the person and reads the answer to its end; gives the status. */
export async function send(site: Pick<Site, 'url'>, { cookie, authorization }: SignedIn, ids: Ids, request: Request) {
  const { method, path, body } = request;
  const place = path.replace(/\{(\w+)\}/g, (_, name: keyof Ids) => ids[name]);
  const isPage = !path.startsWith('/v1');
  const answer = await fetch(`${site.url}${place}`, {
    method,
    redirect: 'manual',
    headers: {
      ...(isPage ? { cookie } : { authorization }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  await answer.arrayBuffer();
  return answer.status;
}
