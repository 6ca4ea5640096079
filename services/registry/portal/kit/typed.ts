import type { Visit } from './types.ts';

type Typed = Record<string, string | string[]>;

const MOST = 8_000;

/** Keeps what was typed into a form while the person signs in once more; sealed, for it may hold an address. */
export function keepTyped({ session, path, req, context }: Visit): void {
  const fields = JSON.stringify(req.body ?? {});
  if (fields.length <= MOST) session.typed = { path, fields: context.sealer.seal(fields, 'data') };
}

/** What was kept for this page, once; null when there is nothing. */
export function foundTyped({ session, path, context }: Visit): Typed | null {
  if (session.typed?.path !== path) return null;
  const fields = JSON.parse(context.sealer.open(session.typed.fields, 'data')) as Typed;
  delete session.typed;
  return fields;
}
