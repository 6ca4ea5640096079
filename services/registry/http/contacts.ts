import type { Router } from 'express';
import { readCode } from '../input/code.ts';
import { readContact } from '../input/contact.ts';
import { addContact } from '../use-cases/add-contact.ts';
import { chooseMain, confirmContact, removeContact } from '../use-cases/keep-contact.ts';
import { readMe } from '../use-cases/register.ts';
import { resendCode } from '../use-cases/send-code.ts';
import { verifyContact } from '../use-cases/verify-contact.ts';
import { bodyOf, contactId, type Guards, type Handle, json, must } from './kit.ts';

/** Adding, proving, choosing and removing contacts. */
export function addContactRoutes(router: Router, { context, plain }: Guards): void {
  const list: Handle = async (caller, _req, res) =>
    res.json({ contacts: must(await readMe(context, caller)).contacts });
  const add: Handle = async (caller, req, res) => {
    const added = must(await addContact(context, caller, must(readContact(bodyOf(req), context.settings))));
    res.status(added.verification ? 202 : 200);
    res.location(`${req.baseUrl}/me/contacts/${added.id}`).json(added);
  };
  const again: Handle = async (caller, req, res) =>
    res.status(202).json(must(await resendCode(context, caller, contactId(req))));
  const verify: Handle = async (caller, req, res) =>
    res.json(must(await verifyContact(context, caller, contactId(req), must(readCode(bodyOf(req))))));
  const confirm: Handle = async (caller, req, res) =>
    res.json(must(await confirmContact(context, caller, contactId(req))));
  const main: Handle = async (caller, req, res) => res.json(must(await chooseMain(context, caller, contactId(req))));
  const remove: Handle = async (caller, req, res) => {
    must(await removeContact(context, caller, contactId(req)));
    res.status(204).end();
  };
  router.get('/me/contacts', plain(list));
  router.post('/me/contacts', json, plain(add));
  router.post('/me/contacts/:id/code', plain(again));
  router.post('/me/contacts/:id/verify', json, plain(verify));
  router.post('/me/contacts/:id/confirm', plain(confirm));
  router.put('/me/contacts/:id/main', plain(main));
  router.delete('/me/contacts/:id', plain(remove));
}
