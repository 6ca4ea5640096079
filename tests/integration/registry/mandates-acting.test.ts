import { beforeAll, describe, expect, it } from '@jest/globals';
import { auditOf } from '../../../services/shared/audit/append.ts';
import { notificationId } from '../../../services/shared/ids.ts';
import { sampleNotification } from '../../../services/shared/ledger/samples.ts';
import { type Json, type Person, useRegistry } from './setup.ts';

const t = useRegistry();
const idOf = ({ subject }: Person) => t.registry.context.blind.subscriberId(subject);
const OTHER_LANGUAGE = { language: 'en' };

/** A principal with a phone and a notice, their delegate, and calls made by the delegate under the mandate. */
async function acting(scope: string[]) {
  const [old, helper] = [await t.person(), await t.person()];
  await t.verified(old, t.mobile());
  const notice = sampleNotification({
    _id: notificationId('/sijilat', `acting-${t.people}`, idOf(old)),
    ...{ subscriberId: idOf(old), data: t.registry.context.sealer.seal('{"licenceNumber":"12345-1"}', 'data') },
  });
  await t.ledger.notifications.create(notice);
  const validUntil = new Date(t.clock + 90 * 86_400_000).toISOString();
  const wish = { as: 'principal', kind: 'helper', scope, validUntil };
  const { code, mandate } = (await old.call('POST', '/me/mandates', wish)).body;
  await helper.call('POST', '/me/mandates/accept', { code });
  const header = { 'NotifyMe-Mandate': mandate.id as string };
  const call = (method: string, path: string, body?: unknown) => helper.call(method, path, body, header);
  return { old, helper, call, header, id: mandate.id as string, notice };
}
const answerOf = ({ status, body }: { status: number; body: Json }) => [status, body?.code];
const CLOSED = [403, 'mandate_closed'];

describe('a request under a mandate', () => {
  let a: Awaited<ReturnType<typeof acting>>;
  beforeAll(async () => {
    a = await acting(['notices', 'receive']);
  });

  it('reads what its scope opens of the principal, and without the header the own record', async () => {
    const theirs = await a.call('GET', '/me/notifications');
    expect(theirs.body.items).toMatchObject([{ id: a.notice._id, data: { licenceNumber: '12345-1' } }]);
    expect((await a.call('POST', `/me/notifications/${a.notice._id}/read`)).body.read).toBe(true);
    expect((await a.helper.call('GET', '/me/notifications')).body.items).toEqual([]);
  });

  it.each([
    ['GET', '/me'],
    ['PUT', '/me'],
    ['DELETE', '/me'],
    ['GET', '/me/record'],
    ['GET', '/me/export'],
    ['GET', '/me/contacts'],
    ['POST', '/me/contacts'],
    ['GET', '/me/preferences'],
    ['PUT', '/me/preferences'],
    ['GET', '/me/mandates'],
    ['POST', '/me/mandates'],
  ])('is refused %s %s, which the scope does not open', async (method, path) => {
    const body = method === 'GET' || method === 'DELETE' ? undefined : {};
    expect(answerOf(await a.call(method, path, body))).toEqual(CLOSED);
  });

  it('changes contacts and choices where it may, and the history says that somebody else did', async () => {
    const b = await acting(['contacts', 'preferences']);
    expect((await b.call('PUT', '/me', OTHER_LANGUAGE)).status).toBe(200);
    const off = [{ entity: 'sijilat', category: '*', channel: 'email', allow: false }];
    expect((await b.call('PUT', '/me/preferences', { preferences: off })).status).toBe(200);
    expect((await b.call('GET', '/me/contacts')).body.contacts).toHaveLength(1);
    expect(answerOf(await b.call('GET', '/me/notifications'))).toEqual(CLOSED);
    expect((await b.old.call('GET', '/me')).body.language).toBe('en');
    const { consents } = (await b.old.call('GET', '/me/record')).body;
    const byOthers = consents.filter(({ by }: Json) => by === 'other').map(({ what }: Json) => what);
    expect(byOthers.toSorted()).toEqual(['preferences', 'profile']);
    expect((await b.helper.call('GET', '/me')).body.code).toBe('not_registered');
  });

  it('is written down each time, and a refused one is not a use', async () => {
    const uses = () => auditOf(t.ledger).countDocuments({ targets: a.id, act: 'mandate_used' });
    const before = await uses();
    await a.call('GET', '/me/notifications');
    await a.call('GET', '/me/contacts');
    const [last] = await auditOf(t.ledger).find({ targets: a.id }).sort({ _id: -1 }).limit(1).toArray();
    expect([(await uses()) - before, last?.act, last?.actor]).toEqual([
      1,
      'mandate_used',
      { id: idOf(a.helper), role: 'delegate' },
    ]);
  });

  it('needs a mandate of the caller that holds now', async () => {
    const stranger = await t.person();
    const officer = await t.person({ subject: a.helper.subject, by: 'officer' });
    const path = '/me/notifications';
    expect(answerOf(await stranger.call('GET', path, undefined, a.header))).toEqual(CLOSED);
    expect(answerOf(await officer.call('GET', path, undefined, a.header))).toEqual(CLOSED);
    for (const odd of ['m_1', '', `m_${'0'.repeat(32)}`])
      expect(answerOf(await a.helper.call('GET', path, undefined, { 'NotifyMe-Mandate': odd }))).toEqual(CLOSED);
    await a.old.call('POST', `/me/mandates/${a.id}/revoke`);
    expect(answerOf(await a.call('GET', path))).toEqual(CLOSED);
  });
});

describe('did you send me this', () => {
  it('answers anybody by reference, with the sender and the time and nobody’s name', async () => {
    const { notice } = await acting(['notices']);
    const reference = `${notice._id.slice(2, 6)}-${notice._id.slice(6, 10)}`;
    const found = await t.call('GET', `/check?reference=${reference}`);
    expect(found.body).toEqual({
      ours: [{ entity: expect.any(Object), title: expect.any(Object), at: notice.acceptedAt.toISOString() }],
    });
    expect((await t.call('GET', '/check?reference=00000000')).body).toEqual({ ours: [] });
    expect((await t.call('GET', '/check?reference[$ne]=1')).status).toBe(400);
  });
});
