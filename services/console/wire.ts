import { Router } from 'express';
import { sweepCounters } from '../shared/counters/read.ts';
import { startLoop } from '../shared/loop.ts';
import { sweepStandings } from '../shared/provider-health.ts';
import type { Start, StartContext } from '../shared/run.ts';
import { loadSigningKeys } from './evidence/keys.ts';
import { publicKeysRouter } from './evidence/public-keys.ts';
import { createConsole } from './index.ts';
import { BASE } from './kit/visit.ts';
import { createOpenData } from './public/open-data.ts';
import { createPerformancePage } from './public/page.ts';
import { createPerformance } from './public/performance.ts';
import { startReplays } from './replay/wire.ts';
import { consoleSettings } from './settings.ts';

const SWEEP_MS = 5 * 60_000;

/**
 * The console in a process: it runs replays, has the public performance page, and the operators' pages where their
 * sign-in is configured.
 */
export const wireConsole: Start = async (context) => {
  const { settings, log, ledger, clock } = context;
  const { EVIDENCE_KEYS_FILE: keys } = settings;
  const replays = await startReplays(context);
  const given = consoleSettings(settings);
  if ('missing' in given) log.warn({ event: 'console_not_mounted', detail: `not set: ${given.missing.join(', ')}` });
  const console = 'missing' in given ? null : await createConsole(context, given);
  const sweep = startLoop({
    name: 'console-sweep',
    restMs: SWEEP_MS,
    step: async () => {
      await Promise.all([console?.sweep(), sweepCounters(ledger, clock()), sweepStandings(ledger, clock())]);
      return false;
    },
    log,
  });
  return {
    routers: [
      { path: '/', router: publicPages(context) },
      ...(keys ? [{ path: '/.well-known', router: publicKeysRouter(loadSigningKeys(keys)) }] : []),
      ...(console ? [{ path: BASE, router: console.router }] : []),
    ],
    ending: () => console?.ending(),
    stop: async () => void (await Promise.all([sweep.stop(), replays.stop()])),
  };
};

function publicPages({ ledger, clock, settings }: StartContext): Router {
  const performance = createPerformance(ledger, clock);
  const name = { en: settings.PORTAL_NAME_EN, ar: settings.PORTAL_NAME_AR };
  return Router()
    .use(createOpenData(performance))
    .use(createPerformancePage({ performance, name, publicUrl: new URL(settings.PUBLIC_URL) }));
}
