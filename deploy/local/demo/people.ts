import { invent } from '../../../services/shared/subject/invented.ts';

/** An invented person or company of the demo. Numbers, names and addresses belong to nobody. */
export type Person = {
  name: string;
  subject: string;
  language: 'ar' | 'en';
  mobile?: string;
  email?: string;
  push?: boolean;
  /** Token of the mobile app on an invented Android phone. */
  fcmToken?: string;
  /** Leaves the mobile unverified on purpose. */
  unverified?: boolean;
  quietNow?: boolean;
  optOut?: { entity: string; category: string };
};

/** Bahrain numbers of the demo: the handset server delivers to all but those that end in 96-99. */
const mobile = (n: number) => `+973360012${String(10 + n)}`;

export const PEOPLE = {
  noor: {
    name: 'Noor',
    subject: invent('cpr', 1),
    language: 'ar',
    mobile: mobile(1),
    email: 'noor@example.com',
    push: true,
  },
  adam: {
    name: 'Adam',
    subject: invent('cpr', 2),
    language: 'en',
    mobile: mobile(2),
    email: 'adam@example.com',
    push: true,
  },
  huda: {
    name: 'Huda',
    subject: invent('cpr', 3),
    language: 'ar',
    mobile: mobile(3),
    fcmToken: 'invented-device-token-of-huda',
  },
  omar: { name: 'Omar', subject: invent('sa', 4), language: 'ar', email: 'omar+gov@example.org' },
  sara: { name: 'Sara', subject: invent('cpr', 5), language: 'en', push: true },
  bakery: {
    name: 'Palm Bakery',
    subject: invent('company', 6),
    language: 'ar',
    mobile: mobile(6),
    email: 'office@palm-bakery.example',
  },
  optedOut: {
    name: 'Layla',
    subject: invent('cpr', 7),
    language: 'en',
    email: 'layla@example.com',
    optOut: { entity: 'health', category: 'appointments' },
  },
  sleeper: { name: 'Yusuf', subject: invent('ae', 8), language: 'ar', mobile: mobile(8), quietNow: true },
  unverified: { name: 'Mona', subject: invent('kw', 9), language: 'ar', mobile: mobile(9), unverified: true },
  nobody: { name: 'Tariq', subject: invent('om', 10), language: 'en' },
  bouncing: {
    name: 'Rana',
    subject: invent('cpr', 11),
    language: 'en',
    email: 'bounce@example.com',
    mobile: '+97336001298',
  },
} satisfies Record<string, Person>;

export type PersonKey = keyof typeof PEOPLE;
