import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { type RequestHandler, Router } from 'express';
import { loadAssets, SHARED_ASSETS } from '../../shared/web/assets.ts';
import { type Languages, loadLanguages, type PageLanguage } from '../../shared/web/languages.ts';
import { createHeaders } from '../../shared/web/security.ts';
import { loadViews } from '../../shared/web/views.ts';
import { lineChart, niceTop } from '../overview/chart.ts';
import { TONES } from '../overview/show.ts';
import { durationText, numberText, percentText } from '../overview/words.ts';
import type { Performance } from './figures.ts';
import { KEEP_SECONDS, type ReadPerformance } from './performance.ts';

export type PublicDeps = {
  performance: ReadPerformance;
  /** The platform's name in each language. */
  name: Record<string, string>;
  publicUrl: URL;
};

const BASE = '/performance';
const FIELDS = ['accepted', 'sent', 'delivered', 'failed'] as const;
const zip = promisify(gzip);

/** `/performance`: how the service does, for everybody, without sign-in and without anything that is about a person. */
export function createPerformancePage({ performance, name, publicUrl }: PublicDeps): Router {
  const here = import.meta.dirname;
  const languages = loadLanguages(join(here, '..', 'strings'));
  const assets = loadAssets([SHARED_ASSETS, join(here, '..', 'assets')], BASE);
  const views = loadViews(join(here, 'views'));
  const router = Router();
  router.use(BASE, createHeaders({ secure: publicUrl.protocol === 'https:', signInOrigin: publicUrl.origin }));
  router.use(BASE, assets.handler);
  router.get(BASE, chooseLanguage(languages));
  for (const language of languages.all)
    router.get(`${BASE}/${language.code}`, async (_req, res) => {
      const figures = await performance();
      const title = language.text.plain('public.title');
      const page = {
        ...{ language, base: BASE, timeZone: 'Asia/Bahrain', title, site: name[language.code] ?? name.en },
        css: [assets.href('pages.css'), assets.href('console.css')],
        icon: assets.href('icon.svg'),
        languages: languages.all
          .filter(({ code }) => code !== language.code)
          .map(({ code, dir, name: own }) => ({ code, dir, name: own, href: `${BASE}/${code}` })),
      };
      res.set({
        'Content-Type': 'text/html; charset=utf-8',
        'Content-Language': language.code,
        'Content-Encoding': 'gzip',
        'Cache-Control': `public, max-age=${KEEP_SECONDS}`,
      });
      res.send(await zip(views.render('performance', { ...shown(figures, language), page })));
    });
  return router;
}

const chooseLanguage =
  (languages: Languages): RequestHandler =>
  (req, res) => {
    const { code } = languages.choose([req.acceptsLanguages(languages.all.map((one) => one.code))]);
    res.set({ Vary: 'Accept-Language', 'Cache-Control': 'no-store' }).redirect(302, `${BASE}/${code}`);
  };

function shown({ from, to, totals, days, channels, speed, at }: Performance, language: PageLanguage) {
  const number = (n: number) => numberText(n, language);
  const top = niceTop(Math.max(...days.flatMap((day) => FIELDS.map((field) => day[field]))));
  return {
    from,
    to,
    at,
    figures: FIELDS.map((field) => ({ key: `overview.${field}`, tone: TONES[field], value: number(totals[field]) })),
    share: percentText(speed.within10, language),
    times: (['p50', 'p95', 'p99'] as const).map((one) => ({
      key: `overview.${one}`,
      value: durationText(speed[one], language),
    })),
    svg: lineChart(
      FIELDS.map((field) => ({ tone: TONES[field], values: days.map((day) => day[field]) })),
      top,
    ),
    top: number(top),
    columns: FIELDS.map((field) => ({ key: `overview.${field}`, tone: TONES[field] })),
    days: days.toReversed().map((day) => ({ day: day.date, cells: FIELDS.map((field) => number(day[field])) })),
    channels: channels.map(({ channel, sent, delivered, failed }) => ({
      key: `channel.${channel}`,
      cells: [sent, delivered, failed].map(number),
    })),
  };
}
