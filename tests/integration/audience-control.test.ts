import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { deliverBatch } from '../../services/channels/deliver.ts';
import {
  listAudiences,
  pauseAudience,
  previewAudience,
  resumeAudience,
  stopAudience,
} from '../../services/console/audiences.ts';
import type { RouterDeps } from '../../services/router/deps.ts';
import { routeBatch } from '../../services/router/route.ts';
import { spreadPage } from '../../services/router/spread.ts';
import { buildCatalogue } from '../../services/shared/catalogue.ts';
import { notificationId } from '../../services/shared/ids.ts';
import { NOON } from '../../services/shared/ledger/samples.ts';
import type { Audience } from '../../services/shared/ledger/types.ts';
import { type Harness, startHarness } from '../support/harness.ts';
import { TYPES } from '../support/pipeline-catalogue.ts';

const [PAGE, ALL] = [4, 'audience:all'];
const preference = (category: string, allow: boolean) => ({
  entity: '*',
  category,
  channel: '*' as const,
  allow,
  at: NOON,
});
let h: Harness;
let offset = 0;

beforeAll(async () => {
  h = await startHarness('audience-control');
  // Ten people: the first two without a mailbox, the third opted out, the fourth asked for the category.
  for (let n = 0; n < 10; n++) {
    await h.person({
      subject: `cpr:90010${String(n).padStart(4, '0')}`,
      contacts: n < 2 ? [] : [{ channel: 'email', kind: 'email', address: `person-${n}@example.com` }],
      preferences: n === 2 ? [preference('cases', false)] : n === 3 ? [preference('cases', true)] : [],
      language: n < 6 ? 'ar' : 'en',
      kind: n === 9 ? 'company' : 'person',
    });
  }
}, 60_000);
afterAll(() => h?.stop());
afterEach(async () => {
  h.setClock(0);
  h.providers.email.calls.length = 0;
  await h.ledger.audiences.deleteMany({});
  await h.ledger.deliveries.deleteMany({});
});

async function announce(more: Record<string, unknown> = {}): Promise<string> {
  const event = h.event({ type: TYPES.campaign, subject: ALL, ...more });
  await routeBatch([await h.message(event, ++offset)], 'office', h.deps);
  return notificationId('/office', String(event.id), h.deps.blind.subscriberId(String(event.subject)));
}
const tools = () => h.deps;
const audience = (id: string) => h.ledger.audiences.findById(id).lean<Audience>();
const members = (id: string) => h.ledger.notifications.countDocuments({ audienceOf: id });
const outcomes = (id: string) => h.told(h.topics.outcomes('office')).filter(({ notificationId: of }) => of === id);
async function spreadAll(deps: RouterDeps = h.deps): Promise<number> {
  let pages = 0;
  while (await spreadPage(deps, PAGE)) pages += 1;
  return pages;
}
async function deliverAll(): Promise<void> {
  const messages = (await h.deliveries()).map(({ _id }, n) => ({
    ...{ topic: 'lane', partition: 0, offset: String(n), key: null, headers: {}, at: NOON },
    value: Buffer.from(JSON.stringify({ deliveryId: _id, notificationId: 'n' })),
  }));
  await deliverBatch(messages, h.channel('email'));
}

describe('a preview', () => {
  const preview = (segment: string, type: string = TYPES.campaign) => previewAudience({ segment, type }, h.deps);

  it.each([
    ['all', 10, 7],
    ['persons', 9, 6],
    ['companies', 1, 1],
    ['language-ar', 6, 3],
    ['subscribed-cases', 1, 1],
  ])('of %s counts %d people, of whom %d can be reached', async (segment, people, reachable) => {
    expect(await preview(segment)).toEqual({ people, reachable, byChannel: { sms: 0, email: reachable, push: 0 } });
  });

  it('refuses a segment or a type that is none, and stores nothing', async () => {
    await expect(preview('everybody')).rejects.toMatchObject({ code: 'unknown_segment' });
    await expect(preview('all', TYPES.mail)).rejects.toMatchObject({ code: 'not_audience_type' });
    expect(await h.ledger.audiences.countDocuments({})).toBe(0);
  });
});

describe('an audience notice', () => {
  it('that is paused spreads no further page, and goes on where it was when it is resumed', async () => {
    const id = await announce();
    await spreadPage(h.deps, PAGE);
    expect(await pauseAudience(id, tools())).toBe(true);
    expect(await pauseAudience(id, tools())).toBe(false);
    expect(await spreadAll()).toBe(0);
    expect(await members(id)).toBe(4);
    expect(await resumeAudience(id, tools())).toBe(true);
    expect(await resumeAudience(id, tools())).toBe(false);
    await spreadAll();
    expect(await members(id)).toBe(10);
    expect(outcomes(id)).toMatchObject([{ audience: { people: 10, routed: 7, notReached: 3 } }]);
  });

  it('that is paused before its time does not go early when it is resumed', async () => {
    const id = await announce({ notbefore: new Date(NOON.getTime() + 60_000).toISOString() });
    await pauseAudience(id, tools());
    await resumeAudience(id, tools());
    expect(await spreadAll()).toBe(0);
    h.setClock(60);
    await spreadAll();
    expect(await members(id)).toBe(10);
  });

  it('that is paused during its last page is done all the same', async () => {
    const id = await announce();
    const { producer } = h;
    const pausing: RouterDeps = {
      ...h.deps,
      producer: { ...producer, send: (batch) => pauseAudience(id, tools()).then(() => producer.send(batch)) },
    };
    await spreadPage(pausing, 100);
    expect(await audience(id)).toMatchObject({ status: 'done', dueAt: null });
    expect(outcomes(id)).toHaveLength(1);
  });

  it('that is stopped sends nothing more, also not what waited in the lanes, and tells one outcome', async () => {
    const id = await announce();
    await spreadPage(h.deps, PAGE);
    expect(await stopAudience(id, tools())).toBe(true);
    await spreadAll();
    await deliverAll();
    expect(h.providers.email.calls).toEqual([]);
    expect(new Set((await h.deliveries()).map(({ status }) => status))).toEqual(new Set(['cancelled']));
    expect(await members(id)).toBe(4);
    expect(outcomes(id)).toMatchObject([{ status: 'cancelled', audience: { people: 4 } }]);
    expect([await stopAudience(id, tools()), await resumeAudience(id, tools())]).toEqual([false, false]);
  });

  it('that is stopped after its last page still keeps back what waits', async () => {
    const id = await announce();
    await spreadAll();
    expect(await stopAudience(id, tools())).toBe(true);
    await deliverAll();
    expect(h.providers.email.calls).toEqual([]);
    expect(await stopAudience('n_none', tools())).toBe(false);
  });

  it('of a type with a rate goes to so many people a second', async () => {
    const catalogue = buildCatalogue(
      h.deps.catalogue.entities.map((one) => ({
        ...one,
        types: one.types.map((type) => ({ ...type, peoplePerSecond: 3 })) as typeof one.types,
      })),
    );
    const id = await announce();
    const gone: number[] = [];
    for (let second = 0; second < 5; second++) {
      h.setClock(second);
      await spreadAll({ ...h.deps, catalogue });
      gone.push(await members(id));
    }
    expect(gone).toEqual([3, 6, 9, 10, 10]);
    expect(await audience(id)).toMatchObject({ status: 'done' });
  });

  it('is listed without its event', async () => {
    const id = await announce();
    const [listed] = await listAudiences({}, tools());
    expect(listed).toMatchObject({ _id: id, status: 'waiting', segment: 'all' });
    expect(listed).not.toHaveProperty('event');
  });
});
