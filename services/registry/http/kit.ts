import type { Request, RequestHandler, Response } from 'express';
import express from 'express';
import { appendAct } from '../../shared/audit/append.ts';
import type { Lookup } from '../../shared/record-access.ts';
import type { Authenticate } from '../auth.ts';
import { readCaller } from '../caller.ts';
import type { Caller, Context } from '../context.ts';
import { problemOf } from '../problems.ts';
import { invalid, type Result, refuse } from '../result.ts';
import { actingFor } from './acting.ts';

export type Handle = (caller: Caller, req: Request, res: Response) => Promise<unknown>;

/** Wraps handlers so that they see a known caller. */
export type Guards = {
  context: Context;
  /** Signed in, and no query parameter: none is known outside the inbox. */
  plain(handle: Handle): RequestHandler;
  /** Signed in; the handler reads the query itself. */
  signedIn(handle: Handle): RequestHandler;
};

export const json = express.json({ limit: '64kb' });

export function createGuards(context: Context, authenticate: Authenticate): Guards {
  const signedIn =
    (handle: Handle): RequestHandler =>
    async (req, res) => {
      res.set({ 'Cache-Control': 'no-store', 'WWW-Authenticate': 'Bearer' });
      const signed = must(await readCaller(req, { ...context, authenticate }));
      res.removeHeader('WWW-Authenticate');
      await noteLook(context, signed, req);
      const caller = must(await actingFor(context, signed, req));
      await handle(caller, req, res);
    };
  return {
    context,
    signedIn,
    plain: (handle) => signedIn((caller, req, res) => handle(caller, withoutQuery(req), res)),
  };
}

/** A person can see when an officer looked at what: it is written down before anything is shown. */
async function noteLook({ ledger, lookups, now }: Context, { subscriberId, by, actor }: Caller, req: Request) {
  if (by !== 'officer') return;
  const who = { id: actor ?? 'unnamed', role: 'officer' } as const;
  const details = { method: req.method, route: req.route?.path };
  const act = { actor: who, act: 'officer_request', targets: [subscriberId], reason: '', details };
  await appendAct(ledger, act, now());
  if (req.method !== 'GET') return;
  const what = LOOKS[req.path.split('/')[2] ?? ''] ?? 'record';
  await lookups.note({ subscriberId, by, actor: actor ?? null, what, because: null, at: now() });
}

const LOOKS: Record<string, Lookup['what']> = {
  contacts: 'contacts',
  preferences: 'preferences',
  notifications: 'notices',
};

/** The value, or the refusal thrown as a problem. */
export function must<T>(result: Result<T>): T {
  if (result.ok) return result.value;
  throw problemOf(result);
}

/** The parsed body; a body of another media type is refused. */
export function bodyOf(req: Request): unknown {
  if (req.is('application/json') === false) throw problemOf(refuse('unsupported_media_type'));
  return req.body;
}

export const param = (req: Request, name: string): string => String(req.params[name] ?? '');

export function contactId(req: Request): string {
  const id = param(req, 'id');
  if (!/^c_[0-9a-f]{32}$/.test(id)) throw problemOf(refuse('contact_unknown'));
  return id;
}

export function noticeId(req: Request): string {
  const id = param(req, 'id');
  if (!/^n_[0-9a-f]{32}$/.test(id)) throw problemOf(refuse('notification_unknown'));
  return id;
}

function withoutQuery(req: Request): Request {
  const faults = Object.keys(req.query).map((name) => ({
    pointer: `?${name.slice(0, 60)}`,
    code: 'unknown_member' as const,
  }));
  if (faults.length > 0) throw problemOf(invalid(faults));
  return req;
}
