/** Who may do what in the console; the identity provider's claim gives everybody theirs. */
export const ROLES = ['viewer', 'operator', 'approver', 'entity_admin', 'privacy_officer', 'desk'] as const;
export type Role = (typeof ROLES)[number];

/** Roles that a route is open to, or `anybody`: also who has not signed in. */
export type May = readonly Role[] | 'anybody';

export type Method = 'GET' | 'POST';
export type RouteRule = { method: Method; path: string; may: May };

/** A route was added without saying who may use it, or was added twice: the console does not start. */
export class AccessError extends Error {
  readonly code = 'route_without_rule';
  readonly retryable = false;
}

export type Access = {
  /** Adds a rule; throws AccessError when it names no known role, or the route has one already. */
  add(method: Method, path: string, may: May | undefined): void;
  /** The rule of a route, null when it has none: such a route is closed to everybody. */
  rule(method: string, path: string): May | null;
  /** True when somebody with these roles may use the route. */
  allows(method: string, path: string, roles: readonly Role[]): boolean;
  /** Every rule, in order of path. */
  table(): RouteRule[];
};

/** The one table of routes and roles. What is not in it is refused. */
export function createAccess(): Access {
  const rules = new Map<string, RouteRule>();
  const keyOf = (method: string, path: string) => `${method === 'HEAD' ? 'GET' : method} ${path}`;
  const access: Access = {
    add(method, path, may) {
      const key = keyOf(method, path);
      if (!isRule(may)) throw new AccessError(`${key} does not say who may use it`);
      if (rules.has(key)) throw new AccessError(`${key} is there twice`);
      rules.set(key, { method, path, may });
    },
    rule: (method, path) => rules.get(keyOf(method, path))?.may ?? null,
    allows(method, path, roles) {
      const may = access.rule(method, path);
      return may === 'anybody' || (may?.some((role) => roles.includes(role)) ?? false);
    },
    table: () => [...rules.values()].toSorted((a, b) => (`${a.path} ${a.method}` < `${b.path} ${b.method}` ? -1 : 1)),
  };
  return access;
}

const isRule = (may: May | undefined): may is May =>
  may === 'anybody' || (Array.isArray(may) && may.length > 0 && may.every((role) => ROLES.includes(role)));
