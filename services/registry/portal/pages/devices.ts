import { createHash } from 'node:crypto';
import type { Contact } from '../../../shared/ledger/types.ts';
import { PageError } from '../../../shared/web/errors.ts';
import { readContact } from '../../input/contact.ts';
import { addContact } from '../../use-cases/add-contact.ts';
import { removeContact } from '../../use-cases/keep-contact.ts';
import { viewContact } from '../../views.ts';
import { orStop } from '../kit/refusals.ts';
import type { AddPages, Reply, Visit } from '../kit/types.ts';
import { contactRow } from './contact-row.ts';

/** Devices that get notices; this browser is switched on and off by a script, which only adds to the page. */
export const addDevicePages: AddPages = (kit) => {
  kit.get('/devices', { stepUp: true }, showDevices);
  kit.post('/devices/on', { stepUp: true, backTo: '/devices' }, switchOn);
  kit.post('/devices/off', { stepUp: true, backTo: '/devices' }, switchOff);
};

async function showDevices(visit: Visit): Promise<Reply> {
  const { context, caller } = visit;
  const subscriber = await context.subscribers.find(caller.subscriberId);
  if (!subscriber) return { to: '/welcome' };
  const devices = subscriber.contacts.filter(({ channel }) => channel === 'push');
  return {
    view: 'devices',
    title: 'devices.title',
    timeZone: subscriber.timeZone,
    data: {
      devices: devices.map((one) => contactRow(viewContact(context, caller, one), visit, subscriber.timeZone)),
      known: browsersOf(visit, devices)
        .map(({ hash }) => hash)
        .join(' '),
      key: context.settings.vapidPublicKey,
    },
  };
}

/** Browsers by a hash of their endpoint, so that a page can find itself without the endpoint standing in it. */
const browsersOf = ({ context }: Visit, contacts: Contact[]) =>
  contacts
    .filter(({ kind, state }) => kind === 'webpush' && state === 'verified')
    .map(({ id, address }) => {
      const { endpoint } = JSON.parse(context.sealer.open(address, 'address')) as { endpoint: string };
      return { id, hash: createHash('sha256').update(endpoint).digest('hex') };
    });

async function switchOn({ context, caller, fields }: Visit): Promise<Reply> {
  const read = readContact({ channel: 'push', subscription: parsed(fields.subscription) }, context.settings);
  if (!read.ok) return { to: '/devices', flash: { key: 'devices.notTaken' } };
  orStop(await addContact(context, caller, read.value));
  return { to: '/devices', flash: { key: 'devices.isOn' } };
}

async function switchOff(visit: Visit): Promise<Reply> {
  const { context, caller, fields } = visit;
  const subscriber = await context.subscribers.find(caller.subscriberId);
  const found = browsersOf(visit, subscriber?.contacts ?? []).find(({ hash }) => hash === fields.endpoint);
  if (found) orStop(await removeContact(context, caller, found.id));
  return { to: '/devices', flash: { key: 'devices.isOff' } };
}

/** Without the script the field is empty: nothing was asked of the browser. */
function parsed(text = ''): object {
  try {
    return Object(JSON.parse(text || '{}'));
  } catch {
    throw new PageError(400);
  }
}
