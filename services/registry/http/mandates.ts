import type { Request, Router } from 'express';
import { readMandate, readMandateCode } from '../input/mandate.ts';
import { problemOf } from '../problems.ts';
import { refuse } from '../result.ts';
import { acceptMandate, inviteMandate, listMandates, revokeMandate } from '../use-cases/mandates.ts';
import { bodyOf, type Guards, type Handle, json, must, param } from './kit.ts';

/** Acting for another: invitations, acceptance, and their end by either side. */
export function addMandateRoutes(router: Router, { context, plain }: Guards): void {
  const list: Handle = async (caller, _req, res) => res.json({ mandates: must(await listMandates(context, caller)) });
  const invite: Handle = async (caller, req, res) => {
    const input = must(readMandate(bodyOf(req), context.now()));
    res.status(201).json(must(await inviteMandate(context, caller, input)));
  };
  const accept: Handle = async (caller, req, res) =>
    res.json(must(await acceptMandate(context, caller, must(readMandateCode(bodyOf(req))))));
  const revoke: Handle = async (caller, req, res) =>
    res.json(must(await revokeMandate(context, caller, mandateId(req))));
  router.get('/me/mandates', plain(list));
  router.post('/me/mandates', json, plain(invite));
  router.post('/me/mandates/accept', json, plain(accept));
  router.post('/me/mandates/:id/revoke', plain(revoke));
}

function mandateId(req: Request): string {
  const id = param(req, 'id');
  if (!/^m_[0-9a-f]{32}$/.test(id)) throw problemOf(refuse('mandate_unknown'));
  return id;
}
