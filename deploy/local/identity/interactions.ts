import type { IncomingMessage, ServerResponse } from 'node:http';
import type Provider from 'oidc-provider';
import { belongsTo } from './configuration.ts';
import { languageOf, peoplePage } from './pages.ts';
import type { IdentityPerson } from './person.ts';

const MOST_BYTES = 4096;

/** The page on which a person of the list is chosen. GET shows it, POST signs that person in. */
export function createInteractions(provider: Provider, all: IdentityPerson[]) {
  return async (req: IncomingMessage, res: ServerResponse): Promise<void> => {
    const { params, uid, session } = await provider.interactionDetails(req, res);
    const people = all.filter((person) => belongsTo(params.client_id, person));
    const language = languageOf(
      new URL(req.url ?? '/', 'http://here').searchParams.get('language') ?? params.ui_locales,
    );
    const strong = (params.acr_values ?? '').split(' ').includes('substantial');
    if (req.method !== 'POST') {
      res.writeHead(200, { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' });
      res.end(peoplePage({ language, people, uid, strong, current: session?.accountId ?? null }));
      return;
    }
    const form = new URLSearchParams(await bodyOf(req));
    const person = people.find(({ subject }) => subject === form.get('person'));
    const result = person
      ? { login: { accountId: person.subject, acr: strong ? 'substantial' : 'low', remember: false } }
      : { error: 'access_denied', error_description: 'the person went back' };
    await provider.interactionFinished(req, res, result, { mergeWithLastSubmission: false });
  };
}

async function bodyOf(req: IncomingMessage): Promise<string> {
  let body = '';
  for await (const chunk of req) {
    body += chunk;
    if (body.length > MOST_BYTES) throw new Error('the form is too long');
  }
  return body;
}
