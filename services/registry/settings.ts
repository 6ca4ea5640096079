import { monthsMs } from '../shared/policy/contacts.ts';

export type Quota = { points: number; seconds: number };

export type RegistrySettings = {
  /** Host of the page that asks for the code; the SMS binds the code to it. */
  portalHost: string;
  /** ISO 3166-1 alpha-2 codes of the countries whose mobile numbers get messages. */
  servedCountries: string[];
  /** True when the mail relay offers SMTPUTF8 (RFC 6531); without it a non-ASCII local part cannot be sent to. */
  smtpUtf8: boolean;
  /** Hosts of push services; `*.` stands for any name below. Nothing is ever sent to another host. */
  pushHosts: string[];
  /** P-256 key in base64url that browsers subscribe with; empty and none is offered. */
  vapidPublicKey: string;
  maxContacts: number;
  /** Milliseconds after which a contact that was not confirmed again counts as stale. */
  staleAfterMs: number;
  /** Days after which an unread mandatory notice is told again by another channel; 0: never. */
  unreadDays: number;
  minAssurance: 'low' | 'substantial' | 'high';
  code: { lifeSeconds: number; guesses: number; waitSeconds: number; resendSeconds: number };
  /** Requests for a code: three separate limits, never one joint key; and looks for a reference, by network. */
  limits: { contact: Quota; person: Quota; client: Quota; check: Quota };
};

/** What holds when a deployment says nothing else. */
export const REGISTRY_DEFAULTS: RegistrySettings = {
  portalHost: 'notifyme.bh.example',
  servedCountries: ['BH', 'SA', 'AE', 'KW', 'OM', 'QA'],
  smtpUtf8: false,
  pushHosts: ['fcm.googleapis.com', '*.push.services.mozilla.com', '*.notify.windows.com', '*.push.apple.com'],
  vapidPublicKey: '',
  maxContacts: 20,
  staleAfterMs: monthsMs(18),
  unreadDays: 3,
  minAssurance: 'substantial',
  code: { lifeSeconds: 600, guesses: 5, waitSeconds: 900, resendSeconds: 60 },
  limits: {
    contact: { points: 5, seconds: 3600 },
    person: { points: 10, seconds: 3600 },
    // Many homes and a whole mobile network can stand behind one address.
    client: { points: 100, seconds: 3600 },
    check: { points: 60, seconds: 3600 },
  },
};
