import type { Router } from 'express';
import { eraseMe } from '../use-cases/erase.ts';
import { exportMe, readMyRecord } from '../use-cases/my-record.ts';
import { type Guards, type Handle, must } from './kit.ts';

/** What is held about the person, all of it in one document, and its erasure. */
export function addPrivacyRoutes(router: Router, { context, plain }: Guards): void {
  const record: Handle = async (caller, _req, res) => res.json(must(await readMyRecord(context, caller)));
  const all: Handle = async (caller, _req, res) => {
    const whole = must(await exportMe(context, caller));
    res.attachment('notifyme-record.json').json(whole);
  };
  const erase: Handle = async (caller, _req, res) => {
    must(await eraseMe(context, caller));
    res.status(204).end();
  };
  router.get('/me/record', plain(record));
  router.get('/me/export', plain(all));
  router.delete('/me', plain(erase));
}
