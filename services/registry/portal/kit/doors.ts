import { keepTyped } from './typed.ts';
import type { Move, PageOptions, Visit } from './types.ts';

const RANK = { low: 0, substantial: 1, high: 2 };

export type DoorRules = { stepUpSeconds: number; sessionHours: number };

export type Doors = {
  /** Where the person must go first, or null when they may come in. */
  check(visit: Visit, options: PageOptions): Move | null;
};

/** Who may see a page: everybody, who is signed in, or who proved a moment ago, and strongly, who they are. */
export function createDoors({ stepUpSeconds, sessionHours }: DoorRules, now: () => Date): Doors {
  const isFresh = ({ session: { person } }: Visit) =>
    person !== undefined && now().getTime() - person.provedAt <= stepUpSeconds * 1000;
  return {
    check(visit, { open = false, stepUp = false, backTo }) {
      const { caller, session, req } = visit;
      const old = session.person && now().getTime() - session.person.beganAt > sessionHours * 3_600_000;
      if (old) delete session.person;
      if (open) return null;
      if (!visit.signedIn || old) return { to: `/sign-in?next=${encodeURIComponent(nextOf(visit, backTo))}` };
      if (!stepUp || (RANK[caller.assurance] >= RANK.substantial && isFresh(visit))) return null;
      if (req.method === 'POST') keepTyped(visit);
      return { to: `/sign-in/stronger?next=${encodeURIComponent(nextOf(visit, backTo))}` };
    },
  };
}

function nextOf({ req, path, query }: Visit, backTo = path): string {
  const search = req.method === 'GET' ? new URLSearchParams(query).toString() : '';
  return search ? `${path}?${search}` : req.method === 'GET' ? path : backTo;
}

/** A path inside the portal, from an address that came with the request; anything else becomes `/home`. */
export function safeNext(next: string | undefined): string {
  return next !== undefined && /^\/[A-Za-z0-9][\w/.-]*(\?[\w=&%.+~-]*)?$/.test(next) && next.length < 500
    ? next
    : '/home';
}
