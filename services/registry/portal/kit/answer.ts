import { type Answer, createAnswer as createSharedAnswer } from '../../../shared/web/answer.ts';
import type { Assets } from '../../../shared/web/assets.ts';
import type { Languages } from '../../../shared/web/languages.ts';
import type { Views } from '../../../shared/web/views.ts';
import { bannerOf, firstPageOf, opens } from './acting.ts';
import { isKiosk, type KioskTimes, refreshOf } from './kiosk.ts';
import type { Visit } from './types.ts';

type AnswerParts = { views: Views; languages: Languages; assets: Assets; kiosk: KioskTimes; performancePage: string };

/** The portal's answers; a kiosk's pages also say what happens when nobody touches them. */
export const createAnswer = ({ views, languages, assets, kiosk, performancePage }: AnswerParts): Answer<Visit> =>
  createSharedAnswer<Visit>({
    views,
    languages,
    base: '',
    site: ({ name, language }) => name[language.code] ?? name.en ?? '',
    layout(visit) {
      const { req, res, language, path } = visit;
      const refresh = isKiosk(req) ? refreshOf(language.code, path, kiosk) : null;
      if (refresh) res.set('Refresh', refresh);
      return { ...layoutOf(visit, assets), performanceTo: performanceTo(visit, performancePage) };
    },
  });

/** None at a kiosk: nothing there would lead back. */
const performanceTo = ({ req, language }: Visit, page: string): string | null =>
  page === '' || isKiosk(req) ? null : `${page}/${language.code}`;

/** Everything that the layout and its parts name. */
function layoutOf(visit: Visit, assets: Assets) {
  const { language, session, path, signedIn, req, name } = visit;
  const acting = signedIn ? bannerOf(visit) : null;
  return {
    homePath: acting ? firstPageOf(acting.scope) : signedIn ? '/home' : '',
    acting,
    kiosk: isKiosk(req),
    icon: assets.href('icon.svg'),
    portalName: name[language.code] ?? name.en ?? '',
    signedIn,
    css: assets.href('pages.css'),
    devicesScript: assets.href('devices.js'),
    nav: NAV.filter(({ path: place }) =>
      acting ? opens(acting.scope, place) : place !== '/desk' || session.person?.desk,
    ).map((item) => ({
      ...item,
      current: path === item.path || path.startsWith(`${item.path}/`),
    })),
  };
}

const NAV = [
  { path: '/home', key: 'nav.home' },
  { path: '/inbox', key: 'nav.inbox' },
  { path: '/contacts', key: 'nav.contacts' },
  { path: '/preferences', key: 'nav.preferences' },
  { path: '/settings', key: 'nav.settings' },
  { path: '/mandates', key: 'nav.mandates' },
  { path: '/desk', key: 'nav.desk' },
  { path: '/record', key: 'nav.record' },
];
