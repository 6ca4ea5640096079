import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { REPLAYABLE } from '../../services/console/replay/query.ts';
import { readBox } from '../../services/console/search/box.ts';
import type { Place, SearchFilter } from '../../services/console/search/filter.ts';
import { search } from '../../services/console/search/find.ts';
import { findPeople } from '../../services/console/search/people.ts';
import { loadCatalogue } from '../../services/shared/catalogue.ts';
import { createBlind } from '../../services/shared/crypto/blind.ts';
import { freshKeyRing, parseKeyRing } from '../../services/shared/crypto/keyring.ts';
import { connectLedger, type Ledger } from '../../services/shared/ledger/index.ts';
import { NOON, sampleDelivery, sampleNotification, sampleSubscriber } from '../../services/shared/ledger/samples.ts';

const DAY = 86_400_000;
const MANY = 20_000;
const PLANTED = 12_345;
const LIMIT = 50;
const hex = (prefix: string, n: number) => `${prefix}_${n.toString(16).padStart(8, '0')}${'0'.repeat(24)}`;
const ENTITIES = ['sijilat', 'ofoq', 'health', 'social'];

describe('a search among 20,000', () => {
  let ledger: Ledger;
  const catalogue = loadCatalogue();
  const blind = createBlind(parseKeyRing(freshKeyRing()));
  const number = blind.subscriberId('cpr:900100001');
  const clock = () => new Date(NOON.getTime() + DAY);
  const find = (filter: Partial<SearchFilter>, limit = LIMIT, more = {}) =>
    search({ what: 'deliveries', ...filter }, limit, { ledger, catalogue, clock, ...more });
  const idsOf = async (filter: Partial<SearchFilter>, limit = LIMIT) =>
    (await find(filter, limit)).items.map(({ _id }) => _id);

  beforeAll(async () => {
    ledger = await connectLedger({
      ...{ uri: process.env.MONGODB_URI ?? '', dbName: `search-${randomBytes(4).toString('hex')}` },
    });
    for (let from = 0; from < MANY; from += 2_000) {
      const numbers = Array.from({ length: 2_000 }, (_, n) => from + n);
      await ledger.notifications.collection.insertMany(numbers.map(noticeOf) as never[]);
      await ledger.deliveries.collection.insertMany(numbers.map(deliveryOf) as never[]);
    }
    await ledger.subscribers.collection.insertOne(sampleSubscriber({ _id: number }) as never);
    await ledger.owners.create({ _id: blind.addressId('sms', '+97336001234'), subscriberId: number, at: NOON });
  }, 60_000);
  afterAll(async () => {
    await ledger.connection.dropDatabase();
    await ledger.close();
  });

  // A week of notices, one each 30 s; the planted one differs in everything that can be searched for.
  const momentOf = (n: number) => new Date(NOON.getTime() - n * 30_000);
  const noticeOf = (n: number) =>
    sampleNotification({
      ...{ _id: hex('n', n), eventId: `evt-${n}`, acceptedAt: momentOf(n), entity: ENTITIES[n % 4], status: 'reached' },
      ...(n === PLANTED && { correlationId: 'case-7', subscriberId: number, status: 'partly_reached' }),
    });
  const deliveryOf = (n: number) => {
    const planted = { provider: 'gateway', reason: 'mailbox_full', channel: 'email', status: 'failed' } as const;
    return sampleDelivery({
      ...{ _id: hex('d', n), notificationId: hex('n', n), entity: ENTITIES[n % 4], createdAt: momentOf(n) },
      ...{ status: 'delivered', provider: 'sns', ...(n === PLANTED && { ...planted, subscriberId: number }) },
    });
  };
  const window = { since: momentOf(PLANTED + 5), until: momentOf(PLANTED - 5) };

  it.each<[string, Partial<SearchFilter>]>([
    ['the provider', { provider: 'gateway' }],
    ['the reason', { reason: 'mailbox_full' }],
    ['the channel', { channel: 'email' }],
    ['the status', { status: 'failed' }],
    ['entity and status', { entity: ENTITIES[PLANTED % 4], status: 'failed' }],
    ['time and channel', { ...window, channel: 'email' }],
    ['all of them', { ...window, channel: 'email', status: 'failed', reason: 'mailbox_full', provider: 'gateway' }],
    ['an event', { key: `evt-${PLANTED}` }],
    ['a case', { key: 'case-7' }],
    ['a reference', { key: '0000-3039' }],
    ['a person', { people: [number] }],
    ['a notice', { ids: [hex('n', PLANTED)] }],
  ])('finds the planted delivery by %s, and says that it looked everywhere', async (_, filter) => {
    const { items, complete, next } = await find(filter);
    expect([items.map(({ _id }) => _id), complete, next]).toEqual([[hex('d', PLANTED)], true, null]);
  });

  it.each<[string, Partial<SearchFilter>]>([
    ['status', { status: 'partly_reached' }],
    ['event', { key: `evt-${PLANTED}` }],
    ['case and entity', { key: 'case-7', entity: ENTITIES[PLANTED % 4] }],
    ['person and time', { people: [number], ...window }],
  ])('finds the planted notice by %s', async (_, filter) => {
    expect(await idsOf({ what: 'notices', ...filter })).toEqual([hex('n', PLANTED)]);
  });

  it('finds nothing under conditions that do not meet in one record', async () => {
    expect(await idsOf({ key: 'case-7', channel: 'sms' })).toEqual([]);
    expect(await idsOf({ people: [number], until: momentOf(PLANTED + 5) })).toEqual([]);
    expect(await idsOf({ key: 'nothing-of-this-name' })).toEqual([]);
  });

  it('pages through all of an entity, each once, newest first', async () => {
    const seen: string[] = [];
    let after: Place | undefined;
    do {
      const page = await find({ entity: 'ofoq', after }, 1_000);
      seen.push(...page.items.map(({ _id }) => _id));
      after = page.next ?? undefined;
    } while (after);
    const numbers = Array.from({ length: MANY }, (_, n) => n).filter((n) => n % 4 === 1);
    expect(seen).toEqual(numbers.map((n) => hex('d', n)));
  }, 30_000);

  it.each<[string, Partial<SearchFilter>]>([
    ['without conditions', {}],
    ['of an entity', { entity: 'health' }],
    ['of a status', { status: 'delivered' }],
    ['of an entity at a status', { entity: 'social', status: 'delivered' }],
  ])('examines little more than it shows: a page %s, by the bounds of one index', async (_, filter) => {
    const { items, searchedBackTo } = await find(filter);
    expect(items).toHaveLength(LIMIT);
    // A page is filled inside of one slice: what lies in the slice is what the index gives out.
    const slice = { $gte: new Date(searchedBackTo.getTime() - 60_000 * 64), $lt: clock() };
    const bounds = {
      entity: filter.entity ?? { $in: ENTITIES },
      status: filter.status ?? { $in: ['delivered', 'failed'] },
      createdAt: slice,
    };
    expect(await ledger.deliveries.countDocuments(bounds as object)).toBeLessThan(4 * LIMIT);
    const plan = JSON.stringify(await ledger.deliveries.collection.find(bounds as object).explain());
    expect(plan).toMatch(/"(indexName|Index Name)":"search"/);
    expect(plan).not.toMatch(/COLLSCAN|Seq Scan/);
  });

  it.each([
    ['notifications', { eventId: 'evt-1', acceptedAt: { $gte: new Date(0) } }, 'of_event'],
    ['notifications', { correlationId: 'case-7' }, 'of_case'],
    ['notifications', { correlationId: { $in: ['case-7'] }, subscriberId: { $in: [hex('s', 1)] } }, 'of_case'],
    ['notifications', { entity: 'ofoq', status: 'reached', acceptedAt: { $gte: NOON } }, 'search'],
    ['notifications', { subscriberId: hex('s', 1), acceptedAt: { $gte: NOON } }, 'inbox'],
    ['deliveries', { status: { $in: REPLAYABLE }, updatedAt: { $gte: NOON } }, 'failed'],
  ])('asks %s for %j by the index %s', async (collection, query, name) => {
    const plan = JSON.stringify(
      await ledger.connection
        .collection(collection)
        .find(query as object)
        .explain(),
    );
    expect(plan).toMatch(new RegExp(`"(indexName|Index Name)":"${name}"`));
  });

  it('says that it stopped, and where, when the time is spent; going on finds the rest', async () => {
    const stopped = await find({ provider: 'gateway' }, LIMIT, { budgetMs: 0 });
    expect(stopped).toMatchObject({ complete: false, items: [], next: { id: '' } });
    expect(await idsOf({ provider: 'gateway', after: stopped.next! })).toEqual([hex('d', PLANTED)]);
  });

  it('finds a person by number and by proved address, and nobody by what nobody has', async () => {
    const people = async (typed: string) => {
      const boxed = readBox(typed, { blind, servedCountries: ['BH'] });
      return boxed.kind === 'personal' ? findPeople(boxed.personal, ledger) : boxed;
    };
    expect(await people('900100001')).toEqual([{ subscriberId: number, by: 'number', registered: true }]);
    expect(await people('3600 1234')).toEqual([{ subscriberId: number, by: 'address', registered: true }]);
    expect(await people('36009999')).toEqual([]);
    expect(await people('noor@example.com')).toEqual([]);
  });
});
