import type { Router } from 'express';
import type { Context } from '../context.ts';
import { problemOf } from '../problems.ts';
import { invalid } from '../result.ts';
import { checkReference } from '../use-cases/check-reference.ts';
import { readUnsubscribe, unsubscribe } from '../use-cases/unsubscribe.ts';
import { must, param } from './kit.ts';

/**
 * What is open to anybody. One-click unsubscribe: GET only tells, POST does it (RFC 8058). "Did you send me this?" by the
 * reference in a message says who sent it, what and when, never to whom; limited by network.
 */
export function addLinkRoutes(router: Router, context: Context): void {
  // The body `List-Unsubscribe=One-Click` says nothing that the address does not, so it is not read.
  router.post('/unsubscribe/:token', async (req, res) => {
    res.set('Cache-Control', 'no-store').json(must(await unsubscribe(context, param(req, 'token'))));
  });
  router.get('/check', async (req, res) => {
    const { reference, ...others } = req.query;
    const unknown = Object.keys(others).map((name) => fault(name, 'unknown_member'));
    const odd = typeof reference === 'string' ? [] : [fault('reference', reference ? 'wrong_type' : 'missing')];
    if (unknown.length + odd.length > 0) throw problemOf(invalid([...unknown, ...odd]));
    const ours = must(await checkReference(context, String(reference), req.ip ?? 'unknown'));
    res.set('Cache-Control', 'no-store').json({ ours });
  });
  router.get('/unsubscribe/:token', (req, res) => {
    res.set('Cache-Control', 'no-store').json(must(readUnsubscribe(context, param(req, 'token'))));
  });
}

const fault = (name: string, code: 'unknown_member' | 'wrong_type' | 'missing') => ({
  pointer: `?${name.slice(0, 60)}`,
  code,
});
