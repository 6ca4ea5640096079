import type { Request } from 'express';
import type { SignInMemory } from '../../shared/web/oidc.ts';
import type { Flash } from '../../shared/web/types.ts';
import type { Role } from '../access.ts';

/** Who signed in. `id` is what acts are written under: a login name, or the blind index of a national number. */
export type Operator = {
  id: string;
  name: string;
  roles: Role[];
  /** An entity administrator's own entity; null for everybody else. */
  entity: string | null;
};

export type SignedIn = Operator & {
  /** When this session began, and when its operator last asked for a page; epoch milliseconds. */
  beganAt: number;
  seenAt: number;
  /** Sealed ID token: the sign-in service asks for it at sign-out. */
  idToken: string;
};

export type ConsoleSession = {
  operator?: SignedIn;
  signingIn?: SignInMemory & { language: string; next: string };
  /** Somebody without a role came back from the sign-in: ask for another person next time. */
  refused?: boolean;
  flash?: Flash;
  /** What an area of pages keeps between two of them, by its name. Sealed where it names or reaches a person. */
  kept?: Record<string, unknown>;
};

/** The session's own fields. */
export const sessionOf = (req: Request): ConsoleSession => req.session as unknown as ConsoleSession;
