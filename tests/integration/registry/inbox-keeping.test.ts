import { beforeAll, describe, expect, it } from '@jest/globals';
import { createSealer } from '../../../services/shared/crypto/field.ts';
import { notificationId } from '../../../services/shared/ids.ts';
import { shortReference } from '../../../services/shared/render/index.ts';
import { type Json, type Person, useRegistry } from './setup.ts';

const t = useRegistry();
let noor: Person;
let ids: Record<'licence' | 'customs' | 'old', string>;

beforeAll(async () => {
  noor = await t.person();
  const { id } = (await noor.call('PUT', '/me', {})).body;
  ids = {
    licence: await add(id, 'sijilat', 'bh.gov.moic.sijilat.licence.renewed.v1', '2026-11-20T09:00:00Z', 'LR-1'),
    // 22:30 UTC is half past one the next morning in Bahrain.
    customs: await add(id, 'ofoq', 'bh.gov.customs.ofoq.inspection.required.v1', '2026-11-21T22:30:00Z', 'CD-2'),
    old: await add(id, 'sijilat', 'bh.gov.moic.sijilat.licence.renewed.v1', '2026-10-01T09:00:00Z', 'LR-3'),
  };
});

async function add(subscriberId: string, entity: string, type: string, at: string, correlationId: string) {
  const _id = notificationId(`/${entity}`, correlationId, subscriberId);
  const data = createSealer(t.ring).seal('{}', 'data');
  const notice = { _id, subscriberId, entity, type, correlationId, data, source: `/${entity}`, eventId: correlationId };
  const plain = {
    status: 'reached',
    reason: null,
    category: 'licences',
    mandatory: false,
    decisions: [],
    readAt: null,
  };
  await t.ledger.notifications.insertMany([{ ...notice, ...plain, acceptedAt: new Date(at) }] as Json);
  return _id;
}

const found = async (query: string): Promise<string[]> =>
  (await noor.call('GET', `/me/notifications?${query}`)).body.items.map(({ id }: Json) => id);

describe('search in the inbox', () => {
  it('by reference, case, entity, words in either language, and day on Bahrain time', async () => {
    const { licence, customs, old } = ids;
    expect(await found(`q=${shortReference(customs)}`)).toEqual([customs]);
    expect(await found(`q=${shortReference(customs).toLowerCase().replace('-', ' ')}`)).toEqual([customs]);
    expect(await found('q=LR-3')).toEqual([old]);
    expect(await found('entity=sijilat')).toEqual([licence, old]);
    expect(await found('q=RENEWED')).toEqual([licence, old]);
    // "Renewal" without the article's letters and vowel signs, as people type it.
    expect(await found(`q=${encodeURIComponent('تجديد')}`)).toEqual([licence, old]);
    expect(await found('from=2026-11-22&to=2026-11-22')).toEqual([customs]);
    expect(await found('from=2026-11-01&to=2026-11-21&q=renewed')).toEqual([licence]);
    expect(await found('q=nothing+like+it')).toEqual([]);
  });

  it('refuses what it cannot read, with every fault', async () => {
    const { body } = await noor.call('GET', '/me/notifications?from=2026-02-30&box=bin&entity=nobody&to=today');
    expect(body.errors.map(({ pointer }: Json) => pointer).sort()).toEqual(['?box', '?entity', '?from', '?to']);
    expect((await noor.call('GET', '/me/notifications?q[$ne]=x')).status).toBe(400);
  });

  it('finds nothing of anybody else', async () => {
    const other = await t.person();
    await other.call('PUT', '/me', {});
    const reference = shortReference(ids.customs);
    expect((await other.call('GET', `/me/notifications?q=${reference}`)).body.items).toEqual([]);
  });
});

describe('a notice', () => {
  it('goes to the archive and comes back', async () => {
    const place = `/me/notifications/${ids.licence}/archive`;
    expect((await noor.call('PUT', place)).body.archivedAt).toBe(new Date(t.clock).toISOString());
    expect(await found('box=inbox')).not.toContain(ids.licence);
    expect(await found('box=archive')).toEqual([ids.licence]);
    expect(await found('')).toContain(ids.licence);
    await noor.call('DELETE', place);
    expect(await found('box=archive')).toEqual([]);
  });

  it('is unread until it is opened, and again when the person wants it so; that it was opened stays', async () => {
    const place = `/me/notifications/${ids.customs}/read`;
    expect(await found('box=unread')).toContain(ids.customs);
    const readAt = (await noor.call('POST', place)).body.readAt;
    expect(await found('box=unread')).not.toContain(ids.customs);
    expect((await noor.call('DELETE', place)).body).toMatchObject({ read: false, readAt });
    expect(await found('box=unread')).toContain(ids.customs);
    expect((await noor.call('POST', place)).body).toMatchObject({ read: true, readAt });
  });

  it('takes feedback for operators, who see no person with it; an officer gives none', async () => {
    const place = `/me/notifications/${ids.old}/feedback`;
    expect((await noor.call('PUT', place, { feedback: 'wrong_person' })).body.feedback).toBe('wrong_person');
    const stored = await t.ledger.connection.collection('feedback').find().toArray();
    expect(stored).toEqual([
      {
        _id: ids.old,
        entity: 'sijilat',
        type: 'bh.gov.moic.sijilat.licence.renewed.v1',
        value: 'wrong_person',
        at: new Date(t.clock),
      },
    ]);
    const officer = await t.person({ subject: noor.subject, by: 'officer' });
    expect((await officer.call('PUT', place, { feedback: 'useful' })).body.feedback).toBe('wrong_person');
    expect((await noor.call('PUT', place, { feedback: 'bad' })).status).toBe(422);
    const other = await t.person();
    expect((await other.call('PUT', place, { feedback: 'useful' })).body.code).toBe('notification_unknown');
  });
});
