import { Router } from 'express';
import { type OpenRow, SMALLEST } from './figures.ts';
import { KEEP_SECONDS, type ReadPerformance } from './performance.ts';

const COLUMNS = ['date', 'entity', 'channel', 'measure', 'count', 'suppressed'] as const;

/** The figures of the performance page as open data, for anybody and any page that wants them. */
export function createOpenData(performance: ReadPerformance): Router {
  const router = Router();
  const open = { 'Cache-Control': `public, max-age=${KEEP_SECONDS}`, 'Access-Control-Allow-Origin': '*' };
  router.get('/open-data/performance.json', async (_req, res) => {
    const { at, from, to, totals, speed, rows } = await performance();
    res.set(open).json({
      ...{ from, to, timeZone: 'Asia/Bahrain', suppressedBelow: SMALLEST, madeAt: at.toISOString() },
      ...{ totals, secondsToHandOff: speed, rows: rows.map((row) => ({ ...row, suppressed: row.count === null })) },
    });
  });
  router.get('/open-data/performance.csv', async (_req, res) => {
    const { rows } = await performance();
    res.set(open).attachment('notifyme-performance.csv').type('text/csv').send(csvOf(rows));
  });
  return router;
}

/** RFC 4180. Every value is a date, a number or a word of ours, so nothing needs quoting. */
const csvOf = (rows: OpenRow[]): string =>
  [
    COLUMNS.join(','),
    ...rows.map(({ date, entity, channel, measure, count }) =>
      [date, entity, channel, measure, count ?? '', count === null].join(','),
    ),
    '',
  ].join('\r\n');
