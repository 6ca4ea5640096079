import { randomBytes } from 'node:crypto';
import { type Request, type RequestHandler, type Response, Router } from 'express';
import pLimit from 'p-limit';
import { readBytes } from '../shared/http/body.ts';
import { callerOf, entitiesOnly, passingFaults } from '../shared/http/entity.ts';
import { problem } from '../shared/http/problem.ts';
import { refusalOf } from '../shared/http/refuse.ts';
import { malformed, readBody, readQuery } from '../shared/http/request.ts';
import type { Webhook } from '../shared/ledger/types.ts';
import { PROBLEMS } from '../shared/problems/index.ts';
import { readAddress } from './address.ts';
import { post } from './attempt.ts';
import type { WebhookDeps } from './deps.ts';
import { testMessage } from './message.ts';
import { judge } from './schedule.ts';
import * as store from './store.ts';

/** Tries of endpoints that one process makes at a time. */
const TRIES_AT_ONCE = 8;

/** The entities' API for their endpoints: register, look, remove, rotate keys, replay, try. */
export function createWebhooksApi(deps: WebhookDeps): Router {
  const router = Router();
  const smallBody = readBytes(4 * 1024);
  router.use('/v1/webhooks', entitiesOnly({ ledger: deps.ledger, now: deps.clock }));
  router.post('/v1/webhooks', smallBody, create(deps));
  router.get('/v1/webhooks', async (req, res) => {
    readQuery(req, []);
    const found = await store.listWebhooks(callerOf(res).entity, deps);
    res.json({ items: await Promise.all(found.map((webhook) => view(webhook, deps))) });
  });
  router.get('/v1/webhooks/:id', async (req, res) => {
    readQuery(req, []);
    res.json(await view(await mine(req, res, deps), deps));
  });
  router.delete('/v1/webhooks/:id', async (req, res) => {
    if (!(await store.removeWebhook(callerOf(res).entity, idOf(req), deps))) throw problem('not_found');
    res.status(204).end();
  });
  router.post('/v1/webhooks/:id/rotate', async (req, res) => {
    const done = await store.rotateKey(callerOf(res).entity, idOf(req), deps);
    if (!done) throw problem('not_found');
    res.json({ ...(await view(done.webhook, deps)), ...done.shown });
  });
  router.post('/v1/webhooks/:id/replay', smallBody, replay(deps));
  router.post('/v1/webhooks/:id/test', tryOut(deps));
  router.use('/v1/webhooks', passingFaults);
  return router;
}

const create =
  (deps: WebhookDeps): RequestHandler =>
  async (req, res) => {
    const { url, signature = 'v1' } = readBody(req, ['url'], ['signature']);
    if (signature !== 'v1' && signature !== 'v1a') throw refusalOf([malformed('/signature')]);
    const address = readAddress(url, deps.allowPrivate);
    if (!address) {
      const { title } = PROBLEMS.webhook_address;
      throw problem('webhook_address', { errors: [{ pointer: '/url', code: 'webhook_address', message: title }] });
    }
    const { entity } = callerOf(res);
    const made = await store.createWebhook({ entity, url: address.href, signature }, deps);
    if (!made) throw problem('too_many_webhooks', { extra: { limit: store.MOST_WEBHOOKS } });
    res
      .status(201)
      .location(`/v1/webhooks/${made.webhook._id}`)
      .json({ ...(await view(made.webhook, deps)), ...made.shown });
  };

const replay =
  (deps: WebhookDeps): RequestHandler =>
  async (req, res) => {
    const { cursor } = readBody(req, ['cursor']);
    const webhook = await store.replayFrom({ entity: callerOf(res).entity, id: idOf(req), cursor }, deps);
    if (webhook === 'bad_cursor') throw refusalOf([malformed('/cursor')]);
    if (!webhook) throw problem('not_found');
    res.status(202).json(await view(webhook, deps));
  };

/** Posts a test message at once and says what the endpoint answered; it changes nothing else. */
function tryOut(deps: WebhookDeps): RequestHandler {
  const atOnce = pLimit(TRIES_AT_ONCE);
  return async (req, res) => {
    const webhook = await mine(req, res, deps);
    const message = testMessage(randomBytes(16).toString('hex'), deps.clock());
    const answer = await atOnce(() => post(webhook, message, deps));
    res.json({ id: message.id, taken: judge(answer).kind === 'taken', result: answer.result });
  };
}

async function mine(req: Request, res: Response, deps: WebhookDeps): Promise<Webhook> {
  const webhook = await store.findWebhook(callerOf(res).entity, idOf(req), deps);
  if (!webhook) throw problem('not_found');
  return webhook;
}

function idOf(req: Request): string {
  const id = String(req.params.id ?? '');
  if (!/^w_[0-9a-f]{32}$/.test(id)) throw problem('not_found');
  return id;
}

/** What an entity sees of its endpoint; a key is shown only when it is made. */
const view = async (webhook: Webhook, deps: WebhookDeps) => ({
  id: webhook._id,
  url: deps.sealer.open(webhook.url, 'webhook'),
  signature: webhook.signature,
  status: webhook.status,
  reason: webhook.reason,
  failingSince: webhook.failingSince?.toISOString() ?? null,
  last: webhook.last && { at: webhook.last.at.toISOString(), result: webhook.last.result },
  keyBeforeEndsAt: webhook.secrets[1]?.endsAt?.toISOString() ?? null,
  createdAt: webhook.createdAt.toISOString(),
  ...(await store.backlogOf(webhook, deps)),
});
