import type { Request } from 'express';
import type { Blind } from '../shared/crypto/blind.ts';
import { parseSubject } from '../shared/subject/index.ts';
import type { Authenticate } from './auth.ts';
import type { Caller } from './context.ts';
import { type Refusal, type Result, refuse } from './result.ts';
import type { RegistrySettings } from './settings.ts';

const RANK = { low: 0, substantial: 1, high: 2 };

/** The caller of a request; refused when the token names nobody who can register, or the sign-in was too weak. */
export async function readCaller(
  req: Request,
  { authenticate, blind, settings }: { authenticate: Authenticate; blind: Blind; settings: RegistrySettings },
): Promise<Result<Caller>> {
  const { subject, assurance, by, actor } = await authenticate(req);
  const parsed = parseSubject(subject);
  if (!parsed.ok || (parsed.kind !== 'person' && parsed.kind !== 'company')) return notSignedIn;
  if (RANK[assurance] < RANK[settings.minAssurance]) return refuse('assurance_too_low');
  const caller = {
    subscriberId: blind.subscriberId(parsed.canonical),
    subject: parsed.canonical,
    scheme: parsed.scheme as Caller['scheme'],
    kind: parsed.kind,
    assurance,
    by,
    ...(actor !== undefined && { actor }),
    client: req.ip ?? 'unknown',
  };
  return { ok: true, value: caller };
}

const notSignedIn: Refusal = refuse('not_signed_in');
