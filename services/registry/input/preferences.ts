import { CHANNELS } from '../../../contracts/status.ts';
import type { Catalogue } from '../../shared/catalogue.ts';
import type { Preference } from '../../shared/ledger/types.ts';
import { done, type Fault, invalid, type Result } from '../result.ts';
import { choiceFault, present, readObject, type Shape, textFault } from './shape.ts';

export type PreferenceInput = Omit<Preference, 'at'>;

const MOST = 200;

/** Reads `{preferences: [{entity, category, channel, allow}]}`; entity, category and channel may each be `*`. */
export function readPreferences(body: unknown, catalogue: Catalogue): Result<PreferenceInput[]> {
  const { shape, faults } = readObject(body, ['preferences']);
  if (faults.length > 0) return invalid(faults);
  const list = shape.preferences;
  if (!Array.isArray(list))
    return invalid([{ pointer: '/preferences', code: list === undefined ? 'missing' : 'wrong_type' }]);
  if (list.length > MOST) return invalid([{ pointer: '/preferences', code: 'too_many' }]);
  const all = [...list.flatMap((item, i) => itemFaults(item, `/preferences/${i}`, catalogue)), ...repeats(list)];
  return all.length > 0 ? invalid(all) : done(list as PreferenceInput[]);
}

function itemFaults(item: unknown, pointer: string, catalogue: Catalogue): Fault[] {
  const { shape, faults } = readObject(item, ['entity', 'category', 'channel', 'allow'], pointer);
  if (faults.some((fault) => fault.pointer === pointer)) return faults;
  const places = present(
    textFault(shape, 'entity', { pointer }),
    textFault(shape, 'category', { pointer }),
    choiceFault(shape, 'channel', [...CHANNELS, '*'], { pointer }),
    allowFault(shape, pointer),
  );
  const known =
    places.length > 0 ? [] : present(categoryFault(shape as unknown as PreferenceInput, pointer, catalogue));
  return [...faults, ...places, ...known];
}

function allowFault(shape: Shape, pointer: string): Fault | null {
  if (typeof shape.allow === 'boolean') return null;
  return { pointer: `${pointer}/allow`, code: shape.allow === undefined ? 'missing' : 'wrong_type' };
}

function categoryFault({ entity, category }: PreferenceInput, pointer: string, catalogue: Catalogue): Fault | null {
  const found = catalogue.entities.find((one) => one.entity === entity);
  if (!found && entity !== '*') return { pointer: `${pointer}/entity`, code: 'unknown_category' };
  const categories = found?.categories.map(({ id }) => id) ?? [];
  return category === '*' || categories.includes(category)
    ? null
    : { pointer: `${pointer}/category`, code: 'unknown_category' };
}

function repeats(list: unknown[]): Fault[] {
  const seen = new Set<string>();
  return list.flatMap((item, i) => {
    const { entity, category, channel } = Object(item) as Shape;
    const key = JSON.stringify([entity, category, channel]);
    const repeated = seen.has(key);
    seen.add(key);
    return repeated ? [{ pointer: `/preferences/${i}`, code: 'repeated' as const }] : [];
  });
}
