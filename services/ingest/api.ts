import { type RequestHandler, type Response, Router } from 'express';
import { compileEventSchema } from '../shared/event/index.ts';
import { readBytes } from '../shared/http/body.ts';
import { callerOf, entitiesOnly, passingFaults } from '../shared/http/entity.ts';
import { readBody, readNumber, readQuery } from '../shared/http/request.ts';
import { cancelNotice } from './cancel.ts';
import type { IngestDeps } from './deps.ts';
import { bodyLimit, modeOf } from './envelope.ts';
import { readFeed } from './feed.ts';
import { checkedId, EVENT_NAME, idOfEvent } from './lookup.ts';
import { readNotice } from './notice.ts';
import { createPreviewGate, previewForEntity } from './preview.ts';
import { createPublish } from './publish.ts';

type Deps = IngestDeps & { now: () => Date };

const PATHS = ['/v1/events', '/v1/notifications', '/v1/outcomes', '/v1/audiences'];

/** The entities' API: publish, cancel, look up, outcome feed, preview of an audience. */
export function createIngestApi(given: IngestDeps): Router {
  const deps: Deps = { ...given, now: given.now ?? (() => new Date()) };
  compileEventSchema();
  const router = Router();
  router.use(PATHS, entitiesOnly(deps));
  addPublishing(router, deps);
  addNotices(router, deps);
  addFeed(router, deps);
  addPreview(router, deps);
  router.use(passingFaults);
  return router;
}

function addPublishing(router: Router, deps: Deps): void {
  const readers = {
    structured: readBytes(bodyLimit('structured')),
    binary: readBytes(bodyLimit('binary')),
    batch: readBytes(bodyLimit('batch')),
  };
  const timed: RequestHandler = (_req, res, next) => {
    const done = deps.metrics.ingestSeconds.startTimer({ route: 'events' });
    res.on('finish', () => void done());
    next();
  };
  const readEvents: RequestHandler = (req, res, next) => {
    const mode = modeOf(req);
    res.locals.mode = mode;
    return readers[mode](req, res, next);
  };
  router.post('/v1/events', timed, readEvents, createPublish(deps));
}

function addNotices(router: Router, deps: Deps): void {
  const { ledger, blind } = deps;
  const smallBody = readBytes(4 * 1024);
  router.post('/v1/events/status', smallBody, async (req, res) => {
    res.json(await readNotice(idOfEvent(readBody(req, EVENT_NAME), blind), entityOf(res), ledger));
  });
  router.post('/v1/events/cancel', smallBody, async (req, res) => {
    res.json(await cancelNotice(idOfEvent(readBody(req, EVENT_NAME), blind), entityOf(res), deps));
  });
  router.post('/v1/notifications/:id/cancel', async (req, res) => {
    res.json(await cancelNotice(checkedId(req.params.id), entityOf(res), deps));
  });
  router.get('/v1/notifications/:id', async (req, res) => {
    readQuery(req, []);
    res.json(await readNotice(checkedId(req.params.id), entityOf(res), ledger));
  });
}

function addFeed(router: Router, deps: Deps): void {
  router.get('/v1/outcomes', async (req, res) => {
    const { cursor, limit, wait } = readQuery(req, ['cursor', 'limit', 'wait']);
    const gone = new AbortController();
    res.on('close', () => gone.abort());
    const query = {
      entity: entityOf(res),
      cursor,
      limit: readNumber(limit, { name: 'limit', min: 1, max: 500, fallback: 100 }),
      waitMs: 1000 * readNumber(wait, { name: 'wait', min: 0, max: 20, fallback: 0 }),
      signal: gone.signal,
    };
    res.json(await readFeed(query, deps));
  });
}

function addPreview(router: Router, deps: Deps): void {
  const gate = createPreviewGate();
  router.post('/v1/audiences/preview', readBytes(4 * 1024), async (req, res) => {
    const wanted = readBody(req, ['segment', 'type']);
    res.json(await previewForEntity(wanted, entityOf(res), gate, deps));
  });
}

const entityOf = (res: Response): string => callerOf(res).entity;
