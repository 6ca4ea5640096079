import type { Response } from 'express';
import type { Views } from '../../shared/web/views.ts';
import type { Live, Visit } from './types.ts';
import { BASE } from './visit.ts';

export type LiveParts = { views: Views; log: Visit['context']['log'] };
export type LiveStreams = {
  /** Answers with server-sent events until the browser leaves, the session is over, or five minutes have gone. */
  begin(visit: Visit, live: Live): Promise<void>;
  /** Ends every stream, so that the process can stop; browsers come back to another one. */
  end(): void;
};

/** The browser comes back by itself, and is asked anew who it is. */
const LONGEST_MS = 5 * 60_000;
const COME_BACK_MS = 3_000;
/** More pages than this at a time are told to reload by hand. */
const MOST_STREAMS = 200;

/** Live parts of pages (HTML, server-sent events): each event `fragment` carries the piece as HTML. */
export function createLive({ views, log }: LiveParts): LiveStreams {
  const open = new Set<Response>();
  let ended = false;
  return {
    async begin(visit, live) {
      const { res } = visit;
      // A browser comes back on the connection that it kept; a new stream on it would keep the process from stopping.
      if (ended || open.size >= MOST_STREAMS) return void res.status(503).set('Connection', 'close').end();
      res.set({
        'Content-Type': 'text/event-stream',
        'Cache-Control': 'no-store',
        'X-Accel-Buffering': 'no',
      });
      res.write(`retry: ${COME_BACK_MS}\n\n`);
      open.add(res);
      res.on('close', () => open.delete(res));
      await stream(visit, live).catch((error) => {
        log.warn({ event: 'live_failed', route: visit.path, code: String(error?.code ?? error?.name) });
      });
      res.end();
    },
    end() {
      ended = true;
      for (const res of open) res.end();
    },
  };

  async function stream(visit: Visit, { everyMs, piece, data }: Live): Promise<void> {
    const { res, language, context } = visit;
    const endsAt = context.clock().getTime() + LONGEST_MS;
    for (let last = ''; open.has(res) && context.clock().getTime() < endsAt; ) {
      const page = { language, base: BASE, timeZone: 'Asia/Bahrain' };
      const html = views.piece(piece, { ...(await data(visit)), page });
      // A comment keeps proxies from taking the silence for an end.
      res.write(html === last ? ':\n\n' : `event: fragment\n${html.replace(/^/gm, 'data: ')}\n\n`);
      last = html;
      await rest(res, everyMs);
    }
  }
}

/** Waits, but not for a browser that has left. */
const rest = (res: Response, ms: number): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(done, ms);
    res.once('close', done);
    function done() {
      clearTimeout(timer);
      res.off('close', done);
      resolve();
    }
  });
