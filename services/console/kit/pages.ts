import type { Router } from 'express';
import type { Answer } from '../../shared/web/answer.ts';
import { PageError } from '../../shared/web/errors.ts';
import type { Reply } from '../../shared/web/types.ts';
import { createVerbs } from '../../shared/web/verbs.ts';
import type { LiveStreams } from './live.ts';
import type { Banner, PageKit, PageOptions, Visit } from './types.ts';
import { createVisit, type VisitParts } from './visit.ts';

export type KitParts = VisitParts & { router: Router; answer: Answer<Visit>; streams: LiveStreams };

/** An operator at work is seen at most this often, to spare the session's store. */
const SEEN_EVERY_MS = 30_000;

/** Gives files of pages their verbs; every page goes through the same door: its rule in the table of access. */
export function createKit(parts: KitParts): { kit: PageKit; banners(visit: Visit): Promise<Banner[]> } {
  const { router, answer, access, streams, context } = parts;
  const asked: Parameters<PageKit['banner']>[0][] = [];
  const verbs = createVerbs<Visit, PageOptions>({
    router,
    answer,
    adding: (method, path, options) => access.add(method, path, options?.may),
    visitOf: (req, res) => createVisit(parts, req, res),
    stop(visit) {
      const stopped = door(visit, parts);
      if (!stopped) seen(visit);
      return stopped;
    },
  });
  const kit: PageKit = {
    ...verbs,
    context,
    live(path, { may }, live) {
      access.add('GET', path, may);
      router.get(path, async (req, res) => {
        const visit = createVisit(parts, req, res);
        // The script reloads the page then, which leads to the sign-in.
        if (door(visit, parts)) return void res.status(401).end();
        await streams.begin(visit, live);
      });
    },
    banner: (ask) => void asked.push(ask),
  };
  return { kit, banners: async (visit) => (await Promise.all(asked.map((ask) => ask(visit)))).flat() };
}

/** Where somebody must go first, or null for whom the table lets in. Throws PageError(403) for everybody else. */
function door({ req, path, query, signedIn, operator }: Visit, { access }: KitParts): Reply | null {
  const route = String(req.route?.path);
  const may = access.rule(req.method, route);
  if (may === 'anybody') return null;
  if (!signedIn) {
    const search = new URLSearchParams(query).toString();
    const next = req.method === 'GET' ? `${path}${search && `?${search}`}` : '/';
    return { to: `/sign-in?next=${encodeURIComponent(next)}` };
  }
  if (!access.allows(req.method, route, operator.roles)) throw new PageError(403);
  return null;
}

/** Live parts do not count: a screen that nobody touches ends its session. */
function seen({ session: { operator }, context }: Visit): void {
  const now = context.clock().getTime();
  if (operator && now - operator.seenAt > SEEN_EVERY_MS) operator.seenAt = now;
}
