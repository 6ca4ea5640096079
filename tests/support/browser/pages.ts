import type { Stage } from '../e2e/stage.ts';

/**
 * The addresses of the portal, without language. A new page belongs here: the crawl looks at each in every language,
 * with and without content, at 320 pixels, through axe and an HTML parser.
 */
export const OPEN_PAGES = [
  '',
  '/sign-in',
  '/signed-out',
  '/unsubscribe/nonsense',
  '/erased',
  '/check',
  '/privacy',
  '/accessibility',
  '/kiosk',
  '/nowhere',
];

/** What a page answers when it is not 200. */
export const STATUS: Record<string, number> = { '/nowhere': 404, '/unsubscribe/nonsense': 404 };

export const SIGNED_IN_PAGES = [
  '/home',
  '/inbox',
  '/inbox?box=archive',
  '/inbox?box=inbox&q=licence',
  '/inbox/{notice}',
  '/inbox/{sensitive}',
  '/contacts',
  '/contacts/add/mobile',
  '/contacts/add/email',
  '/contacts/{contact}/change',
  '/contacts/{contact}/remove',
  '/contacts/{unverified}/verify',
  '/preferences',
  '/preferences/health',
  '/preferences/sijilat',
  '/preferences/notifyme',
  '/settings',
  '/devices',
  '/mandates',
  '/mandates/{mandate}',
  '/mandates/new',
  '/mandates/accept',
  '/record',
  '/record/everything',
  '/record/erase',
  '/sign-in/stronger',
];

/** Pages of somebody who has not registered yet. */
export const NEW_PAGES = ['/welcome', '/inbox'];

/** Pages that somebody without contacts and notices sees otherwise. */
export const EMPTY_PAGES = ['/without-alerts', '/inbox', '/contacts', '/record', '/preferences'];

/** Pages of a desk officer who is about to type a visitor's code. */
export const DESK_PAGES = ['/desk', '/desk/code', '/desk/guardian'];

/** Pages of a kiosk at which somebody is signed in. */
export const KIOSK_PAGES = ['/home', '/kiosk/idle'];

/** Every form that can be wrong: what to type, and which fields are at fault then. */
export const FORMS: { path: string; empty: string[]; wrong: Record<string, string>; faults: string[] }[] = [
  { path: '/contacts/add/mobile', empty: ['address'], wrong: { address: '1712 3456' }, faults: ['address'] },
  { path: '/contacts/add/email', empty: ['address'], wrong: { address: 'noor@@example' }, faults: ['address'] },
  { path: '/contacts/{contact}/change', empty: ['address'], wrong: { address: '0' }, faults: ['address'] },
  { path: '/contacts/{unverified}/verify', empty: ['code'], wrong: { code: '12 34' }, faults: ['code'] },
  { path: '/check', empty: ['reference'], wrong: { reference: '12' }, faults: ['reference'] },
  { path: '/record/erase', empty: ['sure'], wrong: {}, faults: ['sure'] },
  { path: '/mandates/accept', empty: ['code'], wrong: { code: 'AAAA-1' }, faults: ['code'] },
  { path: '/settings', empty: ['from', 'to'], wrong: { from: '25:00', to: '7' }, faults: ['from', 'to'] },
];

/** Puts the ids of what this person has into an address. */
export async function filled(path: string, subscriberId: string, { runtime: { ledger } }: Stage): Promise<string> {
  if (!path.includes('{')) return path;
  const subscriber = await ledger.subscribers.findOne({ _id: { $eq: subscriberId } }).lean();
  // The register's own codes never show.
  const own = { $eq: subscriberId };
  const notices = await ledger.notifications.find({ subscriberId: own, entity: { $ne: 'notifyme' } }).lean();
  const mandates = ledger.connection.collection<{ _id: string }>('mandates');
  const mandate = await mandates.findOne({ principalId: subscriberId });
  const contactIn = (state: string) => subscriber?.contacts.find((one) => one.state === state)?.id;
  const ids: Record<string, string | undefined> = {
    contact: contactIn('verified'),
    unverified: contactIn('unverified'),
    mandate: mandate?._id,
    notice: notices.find(({ sensitivity }) => sensitivity === 'open')?._id,
    sensitive: notices.find(({ sensitivity }) => sensitivity === 'sensitive')?._id,
  };
  return path.replace(/\{(\w+)\}/g, (_, name: string) => {
    if (!ids[name]) throw new Error(`nothing to put in place of {${name}} in ${path}`);
    return ids[name];
  });
}
