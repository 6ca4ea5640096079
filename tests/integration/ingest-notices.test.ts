import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { call, sampleEvent } from './ingest/client.ts';
import { type Stage, startStage } from './ingest/stage.ts';

const TYPE = 'application/json';

describe('looking after a notice', () => {
  let stage: Stage;
  let key: string;
  let foreignKey: string;

  beforeAll(async () => {
    stage = await startStage();
    [key, foreignKey] = await Promise.all([stage.key(), stage.key('health')]);
  }, 60_000);
  afterAll(() => stage?.stop());

  const get = (path: string, by = key) => call(`${stage.url}${path}`, by, { method: 'GET' });
  const post = (path: string, body?: unknown, by = key) => call(`${stage.url}${path}`, by, { body, type: TYPE });

  /** A published notice with one delivery in each of the given states. */
  async function notice(statuses: string[], more = {}): Promise<{ id: string; event: Record<string, unknown> }> {
    const event = sampleEvent();
    const { body } = await call(`${stage.url}/v1/events`, key, { body: event });
    const deliveries = statuses.map((status, n) => ({
      _id: `d_${body.id.slice(2, 30)}${n}`,
      notificationId: body.id,
      subscriberId: 's_secret',
      contactId: 'c_secret',
      channel: 'sms',
      step: 0,
      status,
      reason: status === 'deferred' ? 'quiet_hours' : null,
      dueAt: null,
      attempts: [{ no: 1, provider: 'sns', result: 'accepted', reason: null, providerRef: 'secret-ref', code: '200' }],
      receipts: [{ id: 'r_1', kind: 'accepted', reason: null, at: new Date() }],
    }));
    if (deliveries.length) await stage.ledger.deliveries.collection.insertMany(deliveries as never[]);
    await stage.ledger.notifications.updateOne({ _id: body.id }, { $set: more });
    return { id: body.id, event };
  }

  it('tells the story of a notice with reasons in both languages, and neither addresses nor hidden ids', async () => {
    const { id, event } = await notice(['deferred'], { status: 'not_reached', reason: 'no_contact' });
    const { status, body } = await get(`/v1/notifications/${id}`);
    expect(status).toBe(200);
    expect(body).toMatchObject({ id, eventId: event.id, status: 'not_reached', reason: { code: 'no_contact' } });
    expect(body.deliveries).toMatchObject([
      {
        channel: 'sms',
        status: 'deferred',
        attempts: [{ provider: 'sns', code: '200' }],
        receipts: [{ kind: 'accepted' }],
      },
    ]);
    expect(JSON.stringify(body)).toMatch(/No contact is registered[\s\S]*\u0644\u0627 \u062a\u0648\u062c\u062f/);
    expect(JSON.stringify(body)).not.toMatch(/secret|subscriber|data/);
    expect(
      (await post('/v1/events/status', { source: event.source, id: event.id, subject: event.subject })).body.id,
    ).toBe(id);
  });

  it('cancels what was not sent and says what had gone', async () => {
    const { id } = await notice(['deferred', 'queued', 'sending', 'delivered', 'skipped'], { status: 'routed' });
    const { status, body } = await post(`/v1/notifications/${id}/cancel`);
    expect([status, body.status]).toEqual([200, 'cancelled']);
    expect(body.stopped).toHaveLength(2);
    expect(body.gone).toMatchObject([{ status: 'delivered' }, { status: 'sending' }].toReversed());
    const states = await stage.ledger.deliveries.find({ notificationId: id }).sort({ _id: 1 }).lean();
    expect(states.map((one) => one.status)).toEqual(['cancelled', 'cancelled', 'sending', 'delivered', 'skipped']);
    expect((await stage.ledger.notifications.findOne({ _id: id }).lean())?.cancelledAt).toBeInstanceOf(Date);
    expect((await post(`/v1/notifications/${id}/cancel`)).body).toMatchObject({ status: 'cancelled', stopped: [] });
  });

  it('cancels by the name of the event before it was routed', async () => {
    const { id, event } = await notice([]);
    const { body } = await post('/v1/events/cancel', { source: event.source, id: event.id, subject: event.subject });
    expect(body).toEqual({ id, status: 'cancelled', stopped: [], gone: [] });
  });

  it('says that a finished notice is too late to cancel and leaves it as it is', async () => {
    const { id } = await notice(['delivered'], { status: 'reached', outcomeAt: new Date() });
    expect((await post(`/v1/notifications/${id}/cancel`)).body).toMatchObject({
      status: 'too_late',
      gone: [{ status: 'delivered' }],
    });
    expect((await stage.ledger.notifications.findOne({ _id: id }).lean())?.cancelledAt).toBeNull();
  });

  it('answers 404 for the notice of another entity and changes nothing', async () => {
    const { id, event } = await notice(['queued']);
    const name = { source: event.source, id: event.id, subject: event.subject };
    const answers = [
      await get(`/v1/notifications/${id}`, foreignKey),
      await post(`/v1/notifications/${id}/cancel`, undefined, foreignKey),
      await post('/v1/events/cancel', name, foreignKey),
      await post('/v1/events/status', name, foreignKey),
      await get('/v1/notifications/n_1'),
    ];
    expect(answers.map(({ status }) => status)).toEqual([404, 404, 404, 404, 404]);
    expect((await stage.ledger.deliveries.findOne({ notificationId: id }).lean())?.status).toBe('queued');
  });

  it('C38 answers 400 to query operators and to parameters and members of a wrong kind', async () => {
    const { id, event } = await notice([]);
    const answers = [
      await get('/v1/outcomes?cursor[$ne]=x'),
      await get('/v1/outcomes?limit=1&limit=2'),
      await get('/v1/outcomes?limit=0'),
      await get('/v1/outcomes?wait=21'),
      await get('/v1/outcomes?cursor=eA'),
      await get(`/v1/notifications/${id}?entity[$ne]=x`),
      await post('/v1/events/status', { source: { $ne: '' }, id: event.id, subject: event.subject }),
      await post('/v1/events/cancel', { source: event.source, id: event.id }),
      await post('/v1/events/cancel', [event]),
      await post('/v1/events/cancel', { source: event.source, id: event.id, subject: event.subject, all: 'x' }),
    ];
    expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(400));
    expect(answers[6]?.body.errors).toMatchObject([{ pointer: '/source' }]);
  });
});
