import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { Response } from 'express';
import type { Languages, PageLanguage } from './languages.ts';
import { save } from './sessions.ts';
import type { BaseVisit, Page, Reply } from './types.ts';
import type { Views } from './views.ts';

const zip = promisify(gzip);

export type Answer<Visit> = (visit: Visit, reply: Reply) => Promise<void>;

export type AnswerParts<Visit> = {
  views: Views;
  languages: Languages;
  /** What stands before the language in every address, such as `/console`; empty for none. */
  base: string;
  /** What the layout names beyond what every layout has. */
  layout(visit: Visit, reply: Page): Promise<Record<string, unknown>> | Record<string, unknown>;
  /** The site's name in the visit's language. */
  site(visit: Visit): string;
};

/** Turns what a page's function gave into the answer: HTML inside the layout, a file, or a redirect with "See Other". */
export function createAnswer<Visit extends BaseVisit>(parts: AnswerParts<Visit>): Answer<Visit> {
  const { views, base, layout } = parts;
  return async (visit, reply) => {
    const { res, req, session, language } = visit;
    if ('view' in reply) {
      const page = { ...commonPage(visit, reply, parts), ...(await layout(visit, reply)) };
      const html = views.render(reply.view, { ...reply.data, errors: errorsOf(visit, reply), page });
      delete session.flash;
      res.status(reply.status ?? 200);
      await sendHtml(res, language, html);
      return;
    }
    if ('file' in reply) {
      const { name, type, content } = reply.file;
      res.attachment(name).set({ 'Content-Type': type, 'Cache-Control': 'no-store' });
      if (typeof content === 'string') res.send(content);
      else await pipeline(content, res).catch(unlessGone);
      return;
    }
    if ('json' in reply) {
      res
        .status(reply.status ?? 200)
        .set('Cache-Control', 'no-store')
        .json(reply.json);
      return;
    }
    if ('to' in reply && reply.flash) session.flash = reply.flash;
    if (req.session) await save(req);
    const inside = (to: string) => `${base}/${language.code}${to === '/' ? '' : to}`;
    res.redirect(303, 'to' in reply ? inside(reply.to) : reply.leave.href);
  };
}

/** Who leaves in the middle of a download is no fault; any other breaks the connection off, so that nobody takes a part for the whole. */
function unlessGone(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error;
}

async function sendHtml(res: Response, language: PageLanguage, html: string): Promise<void> {
  res.set({
    'Content-Type': 'text/html; charset=utf-8',
    'Content-Language': language.code,
    'Cache-Control': 'no-store',
    Vary: 'Accept-Encoding',
  });
  // No secret of ours stands in a page, so that its compressed length tells nothing (BREACH).
  if (res.req.acceptsEncodings('gzip') !== 'gzip') return void res.send(html);
  res.set('Content-Encoding', 'gzip');
  res.send(await zip(html));
}

const errorsOf = ({ language: { text } }: BaseVisit, { errors = [] }: Page) =>
  errors.map(({ field, key, values }) => ({ field, message: text.plain(key, values) }));

/** What every layout and its parts name. */
function commonPage<Visit extends BaseVisit>(visit: Visit, reply: Page, { languages, base, site }: AnswerParts<Visit>) {
  const { language, session, path, req } = visit;
  const { text, code } = language;
  const title = text.plain(reply.title, reply.titleValues);
  const search = new URL(req.originalUrl, 'http://site.invalid').search;
  const { errors = [] } = reply;
  return {
    language,
    base,
    timeZone: reply.timeZone ?? 'Asia/Bahrain',
    titleText: `${errors.length > 0 ? `${text.plain('error.prefix')} ` : ''}${title} – ${site(visit)}`,
    heading: { key: reply.title, values: reply.titleValues ?? {} },
    flash: session.flash ? { key: session.flash.key, values: session.flash.values ?? {} } : null,
    // A form's page is switched by sending the form, so that what was typed is kept.
    isForm: reply.data?.isForm === true,
    languages: languages.all
      .filter((one) => one.code !== code)
      .map((one) => ({
        code: one.code,
        name: one.name,
        dir: one.dir,
        href: `${base}/${one.code}${path === '/' ? '' : path}${search}`,
      })),
  };
}
