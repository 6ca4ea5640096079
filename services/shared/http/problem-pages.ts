import { Router } from 'express';
import { isProblemCode, PROBLEMS, type ProblemCode } from '../problems/index.ts';
import { notFound } from './problem.ts';

/** `/problems` and `/problems/<code>`: what the `type` of a problem document links to, in English and Arabic. */
export function createProblemPages(): Router {
  const router = Router();
  router.get('/problems', (_req, res) => void res.type('html').send(listPage()));
  router.get('/problems/:code', (req, res) => {
    const { code } = req.params;
    if (!isProblemCode(code)) return notFound();
    res.set('Cache-Control', 'public, max-age=3600').type('html').send(codePage(code));
  });
  return router;
}

const WORDS = {
  en: {
    status: 'HTTP status',
    retry: 'Send it again?',
    yes: 'Yes, later',
    no: 'No, change it first',
    all: 'All codes',
  },
  ar: { status: 'حالة HTTP', retry: 'هل يعاد الإرسال؟', yes: 'نعم، لاحقاً', no: 'لا، صحّح الطلب أولاً', all: 'كل الرموز' },
};

function codePage(code: ProblemCode): string {
  const { status, retryable, title, remedy } = PROBLEMS[code];
  const half = (language: 'en' | 'ar', direction: 'ltr' | 'rtl') => {
    const words = WORDS[language];
    return `<section lang="${language}" dir="${direction}"><h2>${marked(title[language])}</h2><p>${marked(remedy[language])}</p>
<dl><dt>${words.status}</dt><dd>${status}</dd><dt>${words.retry}</dt><dd>${retryable ? words.yes : words.no}</dd></dl></section>`;
  };
  return shell(
    code,
    `<h1><code dir="ltr">${code}</code></h1>\n${half('en', 'ltr')}\n${half('ar', 'rtl')}
<p><a href="/problems">${WORDS.en.all} · <span lang="ar" dir="rtl">${WORDS.ar.all}</span></a></p>`,
  );
}

function listPage(): string {
  const rows = Object.entries(PROBLEMS).map(
    ([code, { title }]) =>
      `<li><a href="/problems/${code}"><code>${code}</code></a> ${marked(title.en)} <span lang="ar" dir="rtl">${marked(title.ar)}</span></li>`,
  );
  return shell('Problem codes', `<h1>Problem codes</h1>\n<ul>\n${rows.join('\n')}\n</ul>`);
}

const shell = (title: string, body: string): string => `<!DOCTYPE html>
<html lang="en" dir="ltr"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${title} - NotifyMe</title></head><body><main>
${body}
</main></body></html>
`;

/** Escapes a text of problems.json and sets what stands between backticks as code, isolated from Arabic around it. */
const marked = (text: string): string =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replace(/`([^`]*)`/g, '<code dir="ltr">$1</code>');
