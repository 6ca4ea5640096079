import type { Blind } from '../../shared/crypto/blind.ts';
import { parseSubject } from '../../shared/subject/index.ts';
import { ROLES } from '../access.ts';
import type { Operator } from '../kit/types.ts';

type Claims = Record<string, unknown>;
export type ClaimNames = { acr: string; rolesClaim: string; entityClaim: string };

/**
 * Who signed in, from the claims of an ID token; null for whoever has no role here, or signed in too weakly. Roles are a
 * list, or words in one text. An entity administrator without an entity has nothing to administrate and loses the role.
 * A national number becomes its blind index: acts are written under it, and the trail must not hold numbers.
 */
export function identify(claims: Claims, names: ClaimNames, blind: Pick<Blind, 'subscriberId'>): Operator | null {
  const { acr, rolesClaim, entityClaim } = names;
  if (acr !== '' && claims.acr !== acr) return null;
  const sub = typeof claims.sub === 'string' ? claims.sub : '';
  const wanted = [claims[rolesClaim] ?? []].flat().flatMap((one) => String(one).split(/[\s,]+/));
  const given = claims[entityClaim];
  const entity = typeof given === 'string' && /^[a-z0-9-]{1,40}$/.test(given) ? given : null;
  const roles = ROLES.filter((role) => wanted.includes(role) && (role !== 'entity_admin' || entity !== null));
  if (sub === '' || roles.length === 0) return null;
  const subject = parseSubject(sub);
  const id = subject.ok ? blind.subscriberId(subject.canonical) : sub;
  const name = typeof claims.name === 'string' && claims.name !== '' ? claims.name : id;
  return { id, name, roles, entity: roles.includes('entity_admin') ? entity : null };
}
