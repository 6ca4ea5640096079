import { CHANNELS, LANGUAGES } from '../../../contracts/status.ts';
import { AREAS, type Subscriber } from '../../shared/ledger/types.ts';
import { done, type Fault, invalid, type Result } from '../result.ts';
import { choiceFault, present, readObject, type Shape, textFault } from './shape.ts';

export type ProfileInput = Partial<
  Pick<Subscriber, 'language' | 'timeZone' | 'quietHours' | 'languageByChannel' | 'area'>
>;

const CLOCK = /^([01][0-9]|2[0-3]):[0-5][0-9]$/;

/** Reads the body of a registration; what is left out stays as it is. */
export function readProfile(body: unknown): Result<ProfileInput> {
  const { shape, faults } = readObject(body, ['language', 'timeZone', 'quietHours', 'languageByChannel', 'area']);
  const all = [
    ...faults,
    ...present(choiceFault(shape, 'language', LANGUAGES, { required: false }), zoneFault(shape), areaFault(shape)),
    ...quietFaults(shape.quietHours),
    ...languageFaults(shape.languageByChannel),
  ];
  return all.length > 0 ? invalid(all) : done(shape as ProfileInput);
}

/** Null takes back what was said. */
const areaFault = (shape: Shape): Fault | null =>
  shape.area === null ? null : choiceFault(shape, 'area', AREAS, { required: false });

function zoneFault(shape: Shape): Fault | null {
  const fault = textFault(shape, 'timeZone', { required: false });
  if (fault || shape.timeZone === undefined) return fault;
  return isZone(String(shape.timeZone)) ? null : { pointer: '/timeZone', code: 'time_zone_unknown' };
}

// An offset such as +03:00 would also be taken by Intl, but it knows no daylight saving time.
function isZone(name: string): boolean {
  if (!/^[A-Za-z]+(?:[/_+-][A-Za-z0-9_+-]+)*$/.test(name) || name.length > 64) return false;
  try {
    return Boolean(new Intl.DateTimeFormat('en', { timeZone: name }));
  } catch {
    return false;
  }
}

function quietFaults(value: unknown): Fault[] {
  if (value === undefined || value === null) return [];
  const { shape, faults } = readObject(value, ['from', 'to'], '/quietHours');
  if (faults.some(({ pointer }) => pointer === '/quietHours')) return faults;
  const clocks = ['from', 'to'].map((name): Fault | null => {
    const fault = textFault(shape, name, { pointer: '/quietHours' });
    if (fault || CLOCK.test(String(shape[name]))) return fault;
    return { pointer: `/quietHours/${name}`, code: 'clock_time' };
  });
  const all = [...faults, ...present(...clocks)];
  if (all.length === 0 && shape.from === shape.to) return [{ pointer: '/quietHours', code: 'quiet_hours_empty' }];
  return all;
}

function languageFaults(value: unknown): Fault[] {
  if (value === undefined) return [];
  const { shape, faults } = readObject(value, [...CHANNELS], '/languageByChannel');
  const choices = CHANNELS.map((channel) =>
    choiceFault(shape, channel, LANGUAGES, { required: false, pointer: '/languageByChannel' }),
  );
  return [...faults, ...present(...choices)];
}
