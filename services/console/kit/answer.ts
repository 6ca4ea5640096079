import { type Answer, createAnswer as createSharedAnswer } from '../../shared/web/answer.ts';
import type { Assets } from '../../shared/web/assets.ts';
import type { Languages } from '../../shared/web/languages.ts';
import type { Views } from '../../shared/web/views.ts';
import { isCurrent, NAV } from './nav.ts';
import type { Banner, Visit } from './types.ts';
import { BASE } from './visit.ts';

export type AnswerParts = {
  views: Views;
  languages: Languages;
  assets: Assets;
  banners(visit: Visit): Promise<Banner[]>;
};

/** The console's answers: pages inside its layout, with the menu of the operator's roles. */
export const createAnswer = ({ views, languages, assets, banners }: AnswerParts): Answer<Visit> =>
  createSharedAnswer<Visit>({
    views,
    languages,
    base: BASE,
    site: ({ context, language }) => siteOf(context.settings, language.code, language.text.plain('layout.console')),
    async layout(visit) {
      const { signedIn, operator, path, language, context, may } = visit;
      return {
        icon: assets.href('icon.svg'),
        css: [assets.href('pages.css'), assets.href('console.css')],
        liveScript: assets.href('live.js'),
        platform: nameOf(context.settings, language.code),
        signedIn,
        operator: operator
          ? { name: operator.name, roles: operator.roles.map((role) => `role.${role}`), entity: operator.entity }
          : null,
        banners: signedIn
          ? (await banners(visit)).map(({ key, values = {}, to }) => ({ said: { key, values }, to }))
          : [],
        nav: NAV.filter((item) => signedIn && may('GET', item.path)).map((item) => ({
          ...item,
          to: item.path === '/' ? '' : item.path,
          current: isCurrent(item.path, path),
        })),
      };
    },
  });

type Names = { PORTAL_NAME_EN: string; PORTAL_NAME_AR: string };
const nameOf = (settings: Names, code: string): string =>
  code === 'ar' ? settings.PORTAL_NAME_AR : settings.PORTAL_NAME_EN;
const siteOf = (settings: Names, code: string, console: string): string => `${nameOf(settings, code)} ${console}`;
