import type { Router } from 'express';
import { readFeedback } from '../input/feedback.ts';
import { readInboxQuery } from '../input/inbox-query.ts';
import { readPreferences } from '../input/preferences.ts';
import { readProfile } from '../input/profile.ts';
import { markRead, readInbox, readNotice } from '../use-cases/inbox.ts';
import { archive, giveFeedback, keepUnread } from '../use-cases/keep-notice.ts';
import { readPreferencesOf, savePreferences } from '../use-cases/preferences.ts';
import { readMe, register } from '../use-cases/register.ts';
import { bodyOf, type Guards, type Handle, json, must, noticeId } from './kit.ts';

/** The person's own record, preferences and inbox. */
export function addPersonRoutes(router: Router, { context, plain, signedIn }: Guards): void {
  const me: Handle = async (caller, _req, res) => res.json(must(await readMe(context, caller)));
  const save: Handle = async (caller, req, res) => {
    const { created, profile } = must(await register(context, caller, must(readProfile(bodyOf(req)))));
    res.status(created ? 201 : 200).json(profile);
  };
  const preferences: Handle = async (caller, _req, res) => res.json(must(await readPreferencesOf(context, caller)));
  const choose: Handle = async (caller, req, res) =>
    res.json(must(await savePreferences(context, caller, must(readPreferences(bodyOf(req), context.catalogue)))));
  const inbox: Handle = async (caller, req, res) =>
    res.json(must(await readInbox(context, caller, must(readInboxQuery(req.query, context.catalogue)))));
  const notice: Handle = async (caller, req, res) => res.json(must(await readNotice(context, caller, noticeId(req))));
  const read: Handle = async (caller, req, res) => res.json(must(await markRead(context, caller, noticeId(req))));
  const unread: Handle = async (caller, req, res) => res.json(must(await keepUnread(context, caller, noticeId(req))));
  const aside =
    (wanted: boolean): Handle =>
    async (caller, req, res) =>
      res.json(must(await archive(context, caller, noticeId(req), wanted)));
  const feedback: Handle = async (caller, req, res) =>
    res.json(must(await giveFeedback(context, caller, noticeId(req), must(readFeedback(bodyOf(req))))));
  router.get('/me', plain(me));
  router.put('/me', json, plain(save));
  router.get('/me/preferences', plain(preferences));
  router.put('/me/preferences', json, plain(choose));
  router.get('/me/notifications', signedIn(inbox));
  router.get('/me/notifications/:id', plain(notice));
  router.post('/me/notifications/:id/read', plain(read));
  router.delete('/me/notifications/:id/read', plain(unread));
  router.put('/me/notifications/:id/archive', plain(aside(true)));
  router.delete('/me/notifications/:id/archive', plain(aside(false)));
  router.put('/me/notifications/:id/feedback', json, plain(feedback));
}
