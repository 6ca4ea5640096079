import type { RequestHandler, Router } from 'express';
import type { Answer } from './answer.ts';
import type { BaseVisit, Form, FormState, Handle, Reply, Verbs } from './types.ts';

export type VerbParts<Visit extends BaseVisit, Options> = {
  router: Router;
  /** Reads the request; what it throws ends in an error page. */
  visitOf(req: Parameters<RequestHandler>[0], res: Parameters<RequestHandler>[1]): Visit;
  /** What stops the visit before its page: a sign-in, a page that says no. Null lets it in. */
  stop(visit: Visit, options: Options): Promise<Reply | null> | Reply | null;
  answer: Answer<Visit>;
  /** Fields that were kept for this form while something else came in between. */
  kept?(visit: Visit): Record<string, string | string[]> | null;
  /** Hears of every route before it is added; throws to refuse it. */
  adding?(method: 'GET' | 'POST', path: string, options: Options): void;
};

/** Gives files of pages their three verbs; every page goes through the same door. */
export function createVerbs<Visit extends BaseVisit, Options>(parts: VerbParts<Visit, Options>): Verbs<Visit, Options> {
  const { router, visitOf, stop, answer, kept = () => null, adding } = parts;
  const guarded =
    (options: Options, handle: Handle<Visit>): RequestHandler =>
    async (req, res) => {
      const visit = visitOf(req, res);
      await answer(visit, (await stop(visit, options)) ?? (await handle(visit)));
    };
  const verbs: Verbs<Visit, Options> = {
    get(path, options, handle) {
      adding?.('GET', path, options);
      router.get(path, guarded(options, handle));
    },
    post(path, options, handle) {
      adding?.('POST', path, options);
      router.post(path, guarded(options, handle));
    },
    form(path, options, form) {
      verbs.get(path, options, (visit) => form.show(visit, firstState(kept(visit))));
      verbs.post(path, options, (visit) => act(visit, form));
    },
  };
  return verbs;
}

async function act<Visit extends BaseVisit>(visit: Visit, form: Form<Visit>): Promise<Reply> {
  const state: FormState = { fields: visit.fields, list: visit.list, typed: true, errors: [] };
  // The switch of the language sends the form to the same page in the other language, to show it and not to act.
  if (visit.fields._show !== undefined) return form.show(visit, state);
  const reply = await form.act(visit);
  if (!('errors' in reply) || 'view' in reply) return reply as Reply;
  const shown = await form.show(visit, { ...state, errors: reply.errors ?? [] });
  return 'view' in shown ? { ...shown, errors: reply.errors, status: 422 } : shown;
}

function firstState(kept: Record<string, string | string[]> | null): FormState {
  const list = (field: string) => (kept ? [kept[field] ?? []].flat() : []);
  const fields = Object.fromEntries(Object.entries(kept ?? {}).map(([name, value]) => [name, [value].flat().at(-1)!]));
  return { fields, list, typed: kept !== null, errors: [] };
}
