import type { Request } from 'express';
import type { MandateScope } from '../../../shared/mandates.ts';
import type { SignInMemory } from '../../../shared/web/oidc.ts';
import type { Flash } from '../../../shared/web/types.ts';

export type SignedIn = {
  /** The subscriber's id, a blind index: erasing finds the person's sessions by it. */
  id: string;
  /** Sealed canonical subject. */
  subject: string;
  assurance: 'low' | 'substantial' | 'high';
  /** When the person last proved who they are, and when this session began; epoch milliseconds. */
  provedAt: number;
  beganAt: number;
  /** Sealed ID token: the sign-in service asks for it at sign-out. */
  idToken: string;
  /** A desk officer, who may register visitors. */
  desk?: boolean;
};

export type SigningIn = SignInMemory & { language: string; next: string };

export type PortalSession = {
  person?: SignedIn;
  signingIn?: SigningIn;
  flash?: Flash;
  /** Sealed fields of a form that waits for a stronger sign-in. */
  typed?: { path: string; fields: string };
  /** A proved contact that goes when the one in its place is proved. */
  replacing?: { from: string; to: string; main: boolean };
  /** The person read what they will miss without an alert channel, and wants it so. */
  silenceChosen?: boolean;
  /** Acts for somebody else: by which mandate, and whose number ends how (sealed). Looked up again on every page. */
  acting?: { mandateId: string; other: string; scope: MandateScope[] };
  /** The visitor whom a desk officer registers: sealed subject, and the contact that waits for its code. */
  desk?: { visitor: string; contactId: string; masked: string };
};

/** The session's own fields. */
export const sessionOf = (req: Request): PortalSession => req.session as unknown as PortalSession;
