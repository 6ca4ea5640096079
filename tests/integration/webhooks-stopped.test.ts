import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { simpleParser } from 'mailparser';
import { openSmtpFarSide, type SmtpFarSide } from '../../services/channels/far-sides/smtp.ts';
import { sampleCatalogue } from '../../services/shared/event/sample-catalogue.ts';
import type { Webhook } from '../../services/shared/ledger/types.ts';
import { createMailer, type Mailer } from '../../services/webhooks/mailer.ts';
import { startEndpoint, until } from './webhooks/endpoint.ts';
import { type Stage, startStage } from './webhooks/stage.ts';

jest.setTimeout(60_000);

const NOW = new Date();
let stage: Stage;
let relay: SmtpFarSide;
const refusing = { on: false };

beforeAll(async () => {
  relay = await openSmtpFarSide('accepts');
  const real = createMailer({ url: relay.url, from: 'notices@notifyme.test', requireTls: false, caFile: '' })!;
  const mailer: Mailer = {
    ...real,
    send: (mail) => (refusing.on ? Promise.reject(new Error('refused')) : real.send(mail)),
  };
  const known = sampleCatalogue();
  const entities = known.entities.map((one) => ({ ...one, operationsEmail: `integration@${one.entity}.example` }));
  // The first attempt is the last one, so that nothing has to be waited for.
  stage = await startStage({ mailer, catalogue: { ...known, entities }, restsMs: [] });
});
afterAll(async () => {
  await stage?.stop();
  await relay?.stop();
});

const stop: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const one of stop.splice(0)) await one();
});

async function register(entity: string, ...given: Parameters<typeof startEndpoint>) {
  const endpoint = await startEndpoint(...given);
  const { call, key } = await stage.entity(entity);
  const { body } = await call('POST', '/v1/webhooks', { url: endpoint.url });
  stop.push(endpoint.stop, () => stage.ledger.webhooks.deleteOne({ _id: body.id }));
  const read = async () => (await stage.ledger.webhooks.findById(body.id).lean<Webhook>())!;
  const suspended = () => until(async () => (await read()).status === 'suspended' && read(), 30_000);
  return { ...endpoint, call, key, id: String(body.id), path: `/v1/webhooks/${body.id}`, read, suspended };
}

async function mailAbout(id: string) {
  const { envelope, raw } = (await until(() => relay.taken.find((one) => decoded(one.raw).includes(id)), 30_000))!;
  const { subject, text } = await simpleParser(Buffer.from(raw, 'latin1'));
  return { to: envelope.rcptTo.map((one) => one.address), subject, text: text ?? '' };
}
/** Quoted-printable or base64, as it may be: enough to find an id in it. */
const decoded = (raw: string) =>
  `${raw.replace(/=\r\n/g, '')}${Buffer.from(raw.split('\r\n\r\n').slice(1).join('').replace(/\s/g, ''), 'base64')}`;

describe('an endpoint that is stopped', () => {
  it('is told to its entity by mail, once, in both languages, without the secret part of its address', async () => {
    const hook = await register('sijilat', () => 410);
    await stage.tell('sijilat', ['stopped-0']);
    await hook.suspended();
    const { to, subject, text } = await mailAbout(hook.id);
    expect(to).toEqual(['integration@sijilat.example']);
    expect(subject).toMatch(/stopped.*توقفت/);
    expect(text).toContain(`endpoint at ${new URL(hook.url).host}: it answered 410`);
    expect(text).toContain('لم يُفقد شيء');
    expect(text).not.toMatch(/token|invented/);
    await until(async () => (await hook.read()).tellAt === null);
    expect(relay.taken.filter(({ raw }) => decoded(raw).includes(hook.id))).toHaveLength(1);
    const cursor = /"cursor":"([^"]+)"/.exec(text)![1];
    hook.stop();
    expect((await hook.call('POST', `${hook.path}/replay`, { cursor })).status).toBe(202);
  });

  it('is told again when the relay does not take the mail', async () => {
    refusing.on = true;
    const hook = await register('health', () => 410);
    await stage.tell('health', ['untold-0']);
    await hook.suspended();
    const inMinutes = async () => ((await hook.read()).tellAt!.getTime() - Date.now()) / 60_000;
    await until(async () => (await inMinutes()) > 1);
    expect(await inMinutes()).toBeLessThan(6);
    refusing.on = false;
    await stage.ledger.webhooks.updateOne({ _id: hook.id }, { $set: { tellAt: NOW } });
    expect((await mailAbout(hook.id)).to).toEqual(['integration@health.example']);
  });

  it('is stopped when the last key of its entity is revoked, and not before', async () => {
    const hook = await register('health');
    const keys = await stage.ledger.apiKeys.find({ entity: 'health', revokedAt: null }).lean<{ _id: string }[]>();
    const [last, ...others] = keys;
    for (const { _id } of others) await stage.keys.revokeKey(_id);
    await stage.tell('health', ['keyed-0']);
    await until(() => hook.events().includes('keyed-0'));
    await stage.keys.revokeKey(last!._id);
    await stage.tell('health', ['keyless-0']);
    expect(await hook.suspended()).toMatchObject({ reason: 'no_key' });
    expect(hook.events()).not.toContain('keyless-0');
    expect((await mailAbout(hook.id)).text).toContain('your last key was revoked');
    const { call } = await stage.entity('health');
    const { body } = await call('GET', hook.path);
    await call('POST', `${hook.path}/replay`, { cursor: body.cursor });
    await until(() => hook.events().includes('keyless-0'));
  });
});

it('keeps no message whose last attempt failed, but its number and the way back to it', async () => {
  let broken = true;
  const hook = await register('sijilat', () => (broken ? 500 : 200));
  await stage.tell('sijilat', ['lost-0']);
  await until(async () => (await hook.call('GET', hook.path)).body.givenUp === 1, 40_000);
  const left = () => stage.ledger.webhookRetries.countDocuments({ webhookId: hook.id });
  await until(async () => (await left()) === 0, 20_000);
  const { body } = await hook.call('GET', hook.path);
  expect(body).toMatchObject({ givenUp: 1, waiting: 0, status: 'active' });
  broken = false;
  const { body: replayed } = await hook.call('POST', `${hook.path}/replay`, { cursor: body.cursor });
  expect(replayed.givenUp).toBe(0);
  const again = hook.taken.length;
  await until(() => hook.events().slice(again).includes('lost-0'));
});
