import express, { type Express } from 'express';
import helmet from 'helmet';
import { CHAOS_MODES, CHAOS_TARGETS, type Chaos, createChaos, isChaosMode, isChaosTarget } from '../chaos.ts';
import { listenHttp } from '../http.ts';
import type { Outbox } from '../outbox.ts';
import type { MailItem } from '../types.ts';
import { STYLE } from './style.ts';
import { testItem, testsPage } from './tests.ts';
import { homePage, mailListPage, mailPage, phonePage, pushPage } from './views.ts';

export type PageDeps = { outbox: Outbox; chaos?: Chaos };

/** Starts the page server over what the outbox holds. */
export async function startPages({ host, port, ...deps }: PageDeps & { host: string; port?: number }) {
  const app = createPages(deps);
  return listenHttp(app, host, port);
}

/** The pages, `GET /api/outbox.json[?to=][&raw=1]`, and the chaos switch `GET|POST /api/chaos {target, mode}`. */
export function createPages({ outbox, chaos = createChaos() }: PageDeps): Express {
  const app = express();
  app.disable('x-powered-by');
  // A mail brings its own style and remote pictures; the pages themselves need nothing but the style sheet.
  app.use(
    helmet({
      contentSecurityPolicy: {
        useDefaults: false,
        directives: {
          defaultSrc: ["'none'"],
          styleSrc: ["'self'", "'unsafe-inline'"],
          imgSrc: ['data:'],
          frameSrc: ["'self'"],
          baseUri: ["'none'"],
          formAction: ["'none'"],
          frameAncestors: ["'none'"],
        },
      },
      strictTransportSecurity: false,
    }),
  );
  const renewal = (query: object) => ('still' in query ? 'held' : 'live');
  app.get('/', ({ query }, response) => {
    response.send(homePage({ ...all(outbox), counts: outbox.counts() }, renewal(query)));
  });
  app.get('/phone/:number', ({ params, query }, response) => {
    const number = asNumber(params.number);
    response.send(
      phonePage(
        number,
        outbox.sms().filter(({ to }) => to === number),
        renewal(query),
      ),
    );
  });
  app.get('/mail', ({ query }, response) => void response.send(mailListPage(outbox.mail(), renewal(query))));
  app.get('/mail/:id', ({ params }, response) => {
    const mail = outbox.mail().find(({ id }) => id === params.id.replace(/\.eml$/, ''));
    if (!mail) response.status(404).type('text').send('No such mail.');
    else if (params.id.endsWith('.eml')) response.type('message/rfc822').attachment(params.id).send(mail.raw);
    else response.send(mailPage(mail));
  });
  app.get('/push', ({ query }, response) => void response.send(pushPage(outbox.push(), new Date(), renewal(query))));
  app.get('/tests', ({ query }, response) => void response.send(testsPage(outbox.tests(), renewal(query))));
  app.post('/api/test-messages', express.json({ limit: '256kb' }), ({ body }, response) => {
    outbox.addTest(testItem(body));
    response.status(204).end();
  });
  app.get('/api/chaos', (_, response) => void response.json(chaos.modes()));
  app.post('/api/chaos', express.json({ limit: '1kb' }), ({ body }, response) => {
    const { target, mode } = (body ?? {}) as Record<string, unknown>;
    if (isChaosTarget(target) && isChaosMode(mode)) chaos.set(target, mode);
    else return void response.status(400).json({ targets: CHAOS_TARGETS, modes: CHAOS_MODES });
    response.json(chaos.modes());
  });
  app.get('/style.css', (_, response) => void response.type('css').send(STYLE));
  app.get('/api/outbox.json', ({ query }, response) => {
    const to = typeof query.to === 'string' ? query.to.trim().toLowerCase() : null;
    response.json({ ...filtered(outbox, to, query.raw === '1'), counts: outbox.counts() });
  });
  return app;
}

const all = (outbox: Outbox) => ({ sms: outbox.sms(), mail: outbox.mail(), push: outbox.push() });

function filtered(outbox: Outbox, to: string | null, raw: boolean) {
  const wanted = (address: string) => to === null || address.toLowerCase() === to;
  return {
    sms: outbox.sms().filter((item) => wanted(item.to) || item.to === `+${to}`),
    mail: outbox
      .mail()
      .filter((item) => item.to.some(wanted))
      .map((item: MailItem) => ({ ...item, raw: raw ? item.raw.toString('base64') : undefined })),
    push: outbox.push().filter((item) => wanted(item.to)),
    tests: to === null ? outbox.tests() : [],
  };
}

/** A plus sign is often lost on its way into an address bar. */
const asNumber = (text: string) => `+${text.replace(/\D/g, '')}`;
