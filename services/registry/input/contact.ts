import { CHANNELS } from '../../../contracts/status.ts';
import type { AddressRefused, CanonicalAddress } from '../../shared/address/canonical.ts';
import { canonicalEmail } from '../../shared/address/email.ts';
import { canonicalMobile } from '../../shared/address/mobile.ts';
import { canonicalSubscription, canonicalToken } from '../../shared/address/push.ts';
import { done, type Fault, invalid, type Result } from '../result.ts';
import type { RegistrySettings } from '../settings.ts';
import { choiceFault, present, readObject, type Shape, textFault } from './shape.ts';

/**
 * Reads `{channel: 'sms' | 'email', address}`, `{channel: 'push', subscription}` or `{channel: 'push', token}` and gives
 * the canonical address.
 */
export function readContact(body: unknown, settings: RegistrySettings): Result<CanonicalAddress> {
  const { shape, faults } = readObject(body, ['channel', 'address', 'subscription', 'token']);
  if (faults.some(({ pointer }) => pointer === '')) return invalid(faults);
  const shapeFaults = [...faults, ...present(choiceFault(shape, 'channel', CHANNELS)), ...addressFaults(shape)];
  if (shapeFaults.length > 0) return invalid(shapeFaults);
  const { place, checked } = canonical(shape, settings);
  if (checked.ok) return done(checked);
  return invalid(checked.faults.map(({ pointer, code }) => ({ pointer: `/${place}${pointer}`, code })));
}

/** Exactly the member that fits the channel, and of the right type. */
function addressFaults(shape: Shape): Fault[] {
  const wanted = placesOf(shape);
  const extra = ['address', 'subscription', 'token'].filter((name) => name in shape && !wanted.includes(name));
  return [
    ...extra.map((name): Fault => ({ pointer: `/${name}`, code: typeFault(shape, name) ?? 'unknown_member' })),
    ...wanted.flatMap((name): Fault[] => {
      if (name === 'address') return present(textFault(shape, name));
      if (shape[name] === undefined) return [{ pointer: `/${name}`, code: 'missing' }];
      return readObject(shape[name], Object.keys(Object(shape[name])), `/${name}`).faults;
    }),
  ];
}

const typeFault = (shape: Shape, name: string) =>
  name === 'address' && typeof shape[name] !== 'string' ? ('wrong_type' as const) : null;

function placesOf(shape: Shape): string[] {
  if (shape.channel === 'push') return 'token' in shape && !('subscription' in shape) ? ['token'] : ['subscription'];
  return ['address'];
}

function canonical(
  shape: Shape,
  settings: RegistrySettings,
): { place: string; checked: CanonicalAddress | AddressRefused } {
  if (shape.channel === 'sms')
    return { place: 'address', checked: canonicalMobile(String(shape.address), settings.servedCountries) };
  if (shape.channel === 'email')
    return { place: 'address', checked: canonicalEmail(String(shape.address), settings.smtpUtf8) };
  if (shape.subscription !== undefined)
    return { place: 'subscription', checked: canonicalSubscription(shape.subscription as Shape, settings.pushHosts) };
  return { place: 'token', checked: canonicalToken(shape.token as Shape) };
}
