import { describe, expect, it } from '@jest/globals';
import express from 'express';
import { createRegistry } from '../../../services/registry/service.ts';
import { REGISTRY_DEFAULTS } from '../../../services/registry/settings.ts';
import { freshKeyRing, parseKeyRing } from '../../../services/shared/crypto/keyring.ts';
import { invent } from '../../../services/shared/subject/invented.ts';
import { type Answer, baseOf, serve, useRegistry } from './setup.ts';

const t = useRegistry();

describe('limits', () => {
  it('C29: one quota for all spellings of a number, whatever X-Forwarded-For says', async () => {
    await t.resetLimits();
    const spellings = ['36009876', '+97336009876', '0097336009876', '٣٦٠٠٩٨٧٦', '973 36009876', '+973-3600-9876'];
    const statuses = [];
    for (const [i, address] of spellings.entries()) {
      const headers = { 'x-forwarded-for': `198.51.100.${i}` };
      statuses.push(
        (await (await t.person()).call('POST', '/me/contacts', { channel: 'sms', address }, headers)).status,
      );
    }
    expect(statuses).toEqual([202, 202, 202, 202, 202, 429]);
    const refused = await (await t.person()).call('POST', '/me/contacts', { channel: 'sms', address: '36009876' });
    expect(refused.body).toMatchObject({ code: 'too_many_requests', retryable: true });
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(3000);
    expect(JSON.stringify(await t.ledger.connection.collection('limits').find().toArray())).not.toContain('127.0.0.1');
  });

  it('C29: a separate quota counts the client, and the proxy header counts only where it is trusted', async () => {
    const client = { points: 2, seconds: 3600 };
    const small = await createRegistry({
      ...t.deps(),
      ring: parseKeyRing(freshKeyRing()),
      settings: { limits: { ...REGISTRY_DEFAULTS.limits, client } },
    });
    const statusesOf = async (app: express.Express): Promise<number[]> => {
      const server = await serve(app.use('/v1', small.router));
      const statuses = [];
      for (let i = 0; i < 4; i += 1) {
        const authorization = `Bearer ${await t.issuer.mint({ subject: invent('cpr', 8_000_000 + i) })}`;
        const response = await fetch(`${baseOf(server)}/v1/me/contacts`, {
          method: 'POST',
          headers: { authorization, 'content-type': 'application/json', 'x-forwarded-for': `203.0.113.${i}` },
          body: JSON.stringify({ channel: 'sms', address: `3600555${i}` }),
        });
        statuses.push(response.status);
      }
      server.close();
      return statuses;
    };
    expect(await statusesOf(express())).toEqual([202, 202, 429, 429]);
    expect(await statusesOf(express().set('trust proxy', 1))).toEqual([202, 202, 202, 202]);
  });

  it('C29: the answer is the same whether somebody holds the number or nobody', async () => {
    const [holder, first, second] = [await t.person(), await t.person(), await t.person()];
    await t.verified(holder, '+97336004001');
    const held = await first.call('POST', '/me/contacts', { channel: 'sms', address: '+97336004001' });
    const free = await second.call('POST', '/me/contacts', { channel: 'sms', address: '+97336004002' });
    const shape = ({ status, body, headers }: Answer) => ({
      status,
      names: [...headers.keys()].filter((name) => name !== 'etag'),
      body: { ...body, id: 'id', address: 'address', masked: 'masked' },
    });
    expect(shape(held)).toEqual(shape(free));
  });
});
