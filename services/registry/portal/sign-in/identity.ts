import { parseSubject } from '../../../shared/subject/index.ts';

type Assurance = 'low' | 'substantial' | 'high';
export type Identified = { subject: string; assurance: Assurance; provedAt: number; desk?: true };

type Claims = Record<string, unknown>;
type ClaimNames = { subjectClaim: string; kindClaim: string; roleClaim: string };

const LEVELS: readonly Assurance[] = ['low', 'substantial', 'high'];

/**
 * Who signed in, from the claims of an ID token; null when they name nobody who can register. The number's claim is
 * either a whole subject (`cpr:...`), or the bare number beside a claim that names its kind (`cpr` when absent).
 * The role is `desk`, or a list with it, for an officer of a service centre.
 * `acr` is the assurance (`low` when absent or unknown), `auth_time` the moment of proof in seconds.
 */
export function identify(
  claims: Claims,
  { subjectClaim, kindClaim, roleClaim }: ClaimNames,
  now: Date,
): Identified | null {
  const number = String(claims[subjectClaim] ?? '');
  const subject = number.includes(':') ? number : `${String(claims[kindClaim] ?? 'cpr')}:${number}`;
  const parsed = parseSubject(subject);
  if (!parsed.ok || (parsed.kind !== 'person' && parsed.kind !== 'company')) return null;
  return {
    subject: parsed.canonical,
    assurance: LEVELS.find((level) => level === claims.acr) ?? 'low',
    provedAt: typeof claims.auth_time === 'number' ? claims.auth_time * 1000 : now.getTime(),
    ...([claims[roleClaim]].flat().includes('desk') && { desk: true as const }),
  };
}
