import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import { listen } from '../../services/webhooks/listen.ts';
import { startEndpoint, until } from './webhooks/endpoint.ts';
import { type Stage, startStage } from './webhooks/stage.ts';

describe('listening on a developer’s machine', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await startStage();
  }, 60_000);
  afterAll(() => stage?.stop());

  it('pulls the feed and posts it to a local program, signed like a webhook, with the same ids', async () => {
    const real = await startEndpoint();
    const local = await startEndpoint();
    const stop = new AbortController();
    try {
      const { key, call } = await stage.entity('sijilat');
      await call('POST', '/v1/webhooks', { url: real.url });
      await stage.tell('sijilat', ['listen-0', 'listen-1']);
      let secret = '';
      const told: string[] = [];
      const listening = listen({
        ...{ baseUrl: stage.url, key, forwardTo: local.url, signal: stop.signal },
        onStart: (start) => {
          secret = start.secret;
        },
        onForward: ({ id, result }) => void told.push(`${id} ${result}`),
      });
      await until(() => local.taken.length >= 2 && real.taken.length >= 2 && told.length >= 2);
      for (const { body, headers } of local.taken) new Webhook(secret).verify(body, headers);
      const ids = real.taken.map(({ id }) => id);
      expect(local.taken.map(({ id }) => id)).toEqual(ids);
      expect(told).toEqual(ids.map((id) => `${id} HTTP 200`));
      stop.abort();
      expect(Buffer.from((await listening).cursor ?? '', 'base64url').toString()).toBe('1:sijilat:1');
    } finally {
      stop.abort();
      await Promise.all([real.stop(), local.stop()]);
    }
  }, 30_000);

  it('ends with the code of the feed when the key is not taken', async () => {
    const options = { baseUrl: stage.url, key: 'nk_live_wrong', forwardTo: 'http://127.0.0.1:1/' };
    await expect(listen({ ...options, signal: new AbortController().signal })).rejects.toMatchObject({
      code: 'unauthorized',
    });
  });
});
