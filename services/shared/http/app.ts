import express, { type Express, type Router } from 'express';
import helmet from 'helmet';
import type { Logger } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import { createHealth, type ReadinessCheck } from './health.ts';
import { notFound, problemHandler } from './problem.ts';
import { createProblemPages } from './problem-pages.ts';

export type AppParts = {
  routers: { path: string; router: Router }[];
  checks: ReadinessCheck[];
  metrics: Metrics;
  log: Logger;
  /** Proxies in front whose X-Forwarded-For is believed. */
  trustProxy: number;
};

/** One express application: health, the pages of the problem codes, the services' routers, and problem documents. */
export function createApp({ routers, checks, metrics, log, trustProxy }: AppParts): Express {
  const app = express();
  app.set('trust proxy', trustProxy);
  app.set('query parser', 'simple');
  app.disable('x-powered-by');
  app.use(createHealth({ checks, metrics }));
  app.use(helmet());
  app.use(createProblemPages());
  for (const { path, router } of routers) app.use(path, router);
  app.use(notFound);
  app.use(problemHandler({ log }));
  return app;
}
