import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sampleContact, sampleSubscriber } from '../../services/shared/ledger/samples.ts';
import { type Stage, startStage } from './ingest/stage.ts';

const CAMPAIGN = 'bh.gov.moh.health.campaign.flu.v1';
let stage: Stage;
let key: string;

beforeAll(async () => {
  stage = await startStage();
  key = await stage.key('health');
  const now = new Date();
  const fresh = { verifiedAt: now, confirmedAt: now };
  // 37 people: 25 in Muharraq, of whom 4 have no mailbox; 8 in the capital; 4 who said nothing.
  const people = Array.from({ length: 37 }, (_, n) =>
    sampleSubscriber({
      _id: `s_${n.toString(16).padStart(32, '0')}`,
      area: n < 25 ? 'muharraq' : n < 33 ? 'capital' : null,
      contacts: n < 4 ? [sampleContact(fresh)] : [sampleContact({ ...fresh, channel: 'email', kind: 'email' })],
    }),
  );
  await stage.ledger.subscribers.collection.insertMany(people as never);
}, 60_000);
afterAll(() => stage?.stop());

const ask = async (body: object, bearer = key) => {
  const headers = { authorization: `Bearer ${bearer}`, 'content-type': 'application/json' };
  const answer = await fetch(`${stage.url}/v1/audiences/preview`, {
    method: 'POST',
    headers,
    body: JSON.stringify(body),
  });
  return { status: answer.status, body: await answer.json() };
};

describe('POST /v1/audiences/preview', () => {
  it.each([
    ['all', 30, 30],
    ['area-muharraq', 20, 20],
    ['area-capital', null, null],
    ['area-southern', 0, 0],
    ['companies', 0, 0],
  ])('of %s tells %p people, of whom %p can be reached, and no small number', async (segment, people, reachable) => {
    expect(await ask({ segment, type: CAMPAIGN })).toEqual({
      status: 200,
      body: {
        ...{ segment, type: CAMPAIGN, people, reachable, suppressedBelow: 10 },
        byChannel: { sms: 0, email: reachable, push: 0 },
      },
    });
  });

  it.each([
    ['a segment that is none', { segment: 'everybody', type: CAMPAIGN }, 'not_a_choice', '/segment'],
    ['an operator instead of a segment', { segment: { $ne: '' }, type: CAMPAIGN }, 'bad_request', '/segment'],
    ['an unknown type', { segment: 'all', type: 'bh.gov.moh.health.none.v1' }, 'unknown_type', '/type'],
  ])('refuses %s', async (_, body, code, pointer) => {
    expect((await ask(body)).body).toMatchObject({ code, errors: [{ pointer, code }] });
  });

  it('refuses the type of another entity, and a type for single people', async () => {
    const other = await stage.key('sijilat');
    expect((await ask({ segment: 'all', type: CAMPAIGN }, other)).body).toMatchObject({ code: 'unknown_type' });
    const single = { segment: 'all', type: 'bh.gov.moic.sijilat.licence.renewed.v1' };
    expect((await ask(single, other)).body).toMatchObject({ code: 'not_audience_type' });
  });
});
