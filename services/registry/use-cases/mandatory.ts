import type { BilingualText } from '../../../contracts/generated/types.ts';
import type { Catalogue } from '../../shared/catalogue.ts';
import type { PreferenceInput } from '../input/preferences.ts';

/** A category with the notices in it that nobody can switch off. */
export type StillArrives = { entity: string; category: string; titles: BilingualText[] };

type Scope = Pick<PreferenceInput, 'entity' | 'category'>;

/** The mandatory notices inside a scope, where entity and category may be `*`. */
export function mandatoryWithin(catalogue: Catalogue, { entity, category }: Scope): StillArrives[] {
  return catalogue.entities
    .filter((one) => entity === '*' || one.entity === entity)
    .flatMap((one) =>
      one.categories
        .filter(({ id }) => category === '*' || id === category)
        .map(({ id }) => ({
          entity: one.entity,
          category: id,
          titles: one.types.filter((type) => type.category === id && type.mandatory).map(({ title }) => title),
        })),
    )
    .filter(({ titles }) => titles.length > 0);
}

/** True when a scope holds notices and every one of them is mandatory: to switch it off would be a pretence. */
export function isAllMandatory(catalogue: Catalogue, { entity, category }: Scope): boolean {
  const types = catalogue.entities
    .filter((one) => entity === '*' || one.entity === entity)
    .flatMap((one) => one.types)
    .filter((type) => category === '*' || type.category === category);
  return types.length > 0 && types.every(({ mandatory }) => mandatory === true);
}
