import type { Router } from 'express';
import type { Answer } from '../../../shared/web/answer.ts';
import type { Languages } from '../../../shared/web/languages.ts';
import { createVerbs } from '../../../shared/web/verbs.ts';
import { enterMandate } from './acting.ts';
import type { Doors } from './doors.ts';
import { foundTyped } from './typed.ts';
import type { PageKit, PageOptions, PortalContext, Visit } from './types.ts';
import { createVisit } from './visit.ts';

type KitParts = {
  router: Router;
  portal: PortalContext;
  languages: Languages;
  doors: Doors;
  answer: Answer<Visit>;
};

/** Gives files of pages their three verbs; every page goes through the same doors: language, sign-in, step-up. */
export function createKit({ router, portal, languages, doors, answer }: KitParts): PageKit {
  const verbs = createVerbs<Visit, PageOptions>({
    router,
    answer,
    visitOf: (req, res) => createVisit(portal, languages, req, res),
    stop: (visit, options) => doors.check(visit, options) ?? enterMandate(visit),
    kept: foundTyped,
  });
  return { ...portal, ...verbs };
}
