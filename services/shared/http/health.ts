import { Router } from 'express';
import type { Metrics } from '../metrics.ts';

/** One thing that must work for the process to be of use. Resolves to null, or to what is wrong. */
export type ReadinessCheck = { name: string; check(): Promise<string | null> };

/**
 * `/livez`: the process answers. `/readyz`: every check passes (503 names those that do not). `/metrics`: Prometheus.
 */
export function createHealth({ checks, metrics }: { checks: ReadinessCheck[]; metrics: Metrics }): Router {
  const router = Router();
  router.get('/livez', (_req, res) => void res.json({ status: 'ok' }));
  router.get('/readyz', async (_req, res) => {
    const results = await Promise.all(
      checks.map(async ({ name, check }) => [name, await within(check(), 3_000)] as const),
    );
    const failing = results.filter(([, fault]) => fault !== null);
    res.status(failing.length === 0 ? 200 : 503);
    res.json({
      status: failing.length === 0 ? 'ready' : 'not_ready',
      checks: Object.fromEntries(results.map(([name, fault]) => [name, fault ?? 'ok'])),
    });
  });
  router.get('/metrics', async (_req, res) => {
    res.type(metrics.registry.contentType).send(await metrics.registry.metrics());
  });
  return router;
}

async function within(check: Promise<string | null>, ms: number): Promise<string | null> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<string>((resolve) => (timer = setTimeout(() => resolve(`no answer in ${ms} ms`), ms)));
  try {
    return await Promise.race([check, late]);
  } catch (error) {
    return (error as Error).name;
  } finally {
    clearTimeout(timer);
  }
}
