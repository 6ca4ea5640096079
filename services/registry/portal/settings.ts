import type { Settings } from '../../shared/settings.ts';
import type { KioskTimes } from './kit/kiosk.ts';

export type PortalSettings = {
  /** How the outside reaches the portal; its origin is the only one whose forms are taken. */
  publicUrl: URL;
  name: Record<string, string>;
  sessionKey: string;
  sessionIdleMinutes: number;
  sessionHours: number;
  requestsPerMinute: number;
  kiosk: KioskTimes;
  /** Where weaknesses are reported (RFC 9116): `mailto:` or `https:`. */
  securityContact: string;
  /** The public performance page, without a language; empty where there is none. */
  performancePage: string;
  signIn: SignInSettings;
};

export type SignInSettings = {
  issuer: URL;
  clientId: string;
  clientSecret: string;
  /** Claims that hold the national number, and its kind where the number does not say it (`cpr:...`). */
  subjectClaim: string;
  kindClaim: string;
  /** Claim that is `desk`, or a list with it, for an officer of a service centre. */
  roleClaim: string;
  /** `acr_values` of a sign-in, and of the stronger one before a contact is changed. */
  acr: string;
  strongerAcr: string;
  /** So long a strong sign-in counts as fresh. */
  freshSeconds: number;
};

/** The portal's settings, or the names of those without which there can be no portal. */
export function portalSettings(settings: Settings): PortalSettings | { missing: string[] } {
  const missing = (['OIDC_ISSUER', 'OIDC_CLIENT_ID', 'OIDC_CLIENT_SECRET', 'SESSION_KEY'] as const).filter(
    (name) => settings[name] === '',
  );
  if (missing.length > 0) return { missing };
  return {
    publicUrl: new URL(settings.PUBLIC_URL),
    name: { en: settings.PORTAL_NAME_EN, ar: settings.PORTAL_NAME_AR },
    sessionKey: settings.SESSION_KEY,
    sessionIdleMinutes: settings.SESSION_IDLE_MINUTES,
    sessionHours: settings.SESSION_HOURS,
    securityContact: settings.SECURITY_CONTACT,
    requestsPerMinute: settings.PORTAL_REQUESTS_PER_MINUTE,
    kiosk: { idleSeconds: settings.KIOSK_IDLE_SECONDS, answerSeconds: settings.KIOSK_ANSWER_SECONDS },
    performancePage: settings.PERFORMANCE_PAGE.replace(/\/+$/, ''),
    signIn: {
      issuer: new URL(settings.OIDC_ISSUER),
      clientId: settings.OIDC_CLIENT_ID,
      clientSecret: settings.OIDC_CLIENT_SECRET,
      subjectClaim: settings.OIDC_SUBJECT_CLAIM,
      kindClaim: settings.OIDC_KIND_CLAIM,
      roleClaim: settings.OIDC_ROLE_CLAIM,
      acr: settings.OIDC_ACR,
      strongerAcr: settings.OIDC_STEP_UP_ACR,
      freshSeconds: settings.OIDC_STEP_UP_SECONDS,
    },
  };
}
