import { CHANNELS, LANES } from '../../../contracts/status.ts';
import type { Catalogue } from '../../shared/catalogue.ts';
import type { NamedProvider } from '../../shared/controls/providers.ts';
import { controlId, SCOPE_FIELDS, touchesCodes } from '../../shared/controls/scope.ts';
import type { Control, ControlScope } from '../../shared/ledger/types.ts';

/** What an operator asks for, as typed. `codes` says what becomes of the platform's own urgent codes. */
export type Asked = {
  kind: Control['kind'];
  scope: Partial<Record<(typeof SCOPE_FIELDS)[number], string>>;
  codes?: 'hold' | 'send';
  weight?: number;
  until?: Date | null;
  because: string;
};
/** What is to stand: everything of a control but who and when. */
export type Wanted = Pick<Control, '_id' | 'kind' | 'scope' | 'weight' | 'holdsCodes' | 'because' | 'until'>;

export type ControlFault =
  | 'empty_scope'
  | 'unknown_value'
  | 'other_channel'
  | 'other_entity'
  | 'codes_choice'
  | 'weight_scope'
  | 'weight_missing'
  | 'until_past'
  | 'because_short'
  | 'already'
  | 'nothing_there';

/** It cannot be done as asked. `field` is what to mend, where one is at fault. */
export class ControlError extends Error {
  readonly code: ControlFault;
  readonly field: string | null;
  readonly retryable = false;
  constructor(code: ControlFault, field: string | null = null) {
    super(field ? `${code}: ${field}` : code);
    this.code = code;
    this.field = field;
  }
}

const SHORTEST_BECAUSE = 8;
const MOST_WEIGHT = 1_000;

/** Checks what was asked against what there is. Throws ControlError. Pure. */
export function readControl(
  { kind, scope: typed, codes, weight, until = null, because }: Asked,
  known: { catalogue: Catalogue; providers: NamedProvider[]; now: Date },
): Wanted {
  const scope = readScope(typed, known);
  if (kind === 'weight') checkWeight(scope, weight);
  if (kind !== 'weight' && touchesCodes(scope) && codes === undefined) throw new ControlError('codes_choice', 'codes');
  if (until !== null && until <= known.now) throw new ControlError('until_past', 'until');
  if (because.trim().length < SHORTEST_BECAUSE) throw new ControlError('because_short', 'because');
  return {
    ...{ _id: controlId(kind, scope), kind, scope, until, because: because.trim() },
    weight: kind === 'weight' ? weight! : null,
    holdsCodes: kind !== 'weight' && codes === 'hold',
  };
}

/** The named values, each of them known, and none against another. Throws ControlError. */
export function readScope(
  typed: Asked['scope'],
  { catalogue, providers }: { catalogue: Catalogue; providers: NamedProvider[] },
): ControlScope {
  const scope = Object.fromEntries(
    SCOPE_FIELDS.flatMap((name) => (typed[name] ? [[name, typed[name]]] : [])),
  ) as ControlScope;
  if (Object.keys(scope).length === 0) throw new ControlError('empty_scope', 'scope');
  const provider = providers.find(({ name }) => name === scope.provider);
  const type = scope.type === undefined ? null : catalogue.type(scope.type);
  const isKnown: Record<keyof ControlScope, boolean> = {
    provider: provider !== undefined,
    channel: CHANNELS.some((channel) => channel === scope.channel),
    lane: LANES.some((lane) => lane === scope.lane),
    entity: catalogue.entities.some(({ entity }) => entity === scope.entity),
    type: type !== null,
  };
  const unknown = SCOPE_FIELDS.find((name) => scope[name] !== undefined && !isKnown[name]);
  if (unknown) throw new ControlError('unknown_value', unknown);
  if (provider && scope.channel && provider.channel !== scope.channel)
    throw new ControlError('other_channel', 'provider');
  if (type && scope.entity && type.entity.entity !== scope.entity) throw new ControlError('other_entity', 'type');
  return scope;
}

function checkWeight(scope: ControlScope, weight: number | undefined): void {
  if (!scope.provider || Object.keys(scope).length > 1) throw new ControlError('weight_scope', 'provider');
  if (weight === undefined || !Number.isInteger(weight) || weight < 0 || weight > MOST_WEIGHT)
    throw new ControlError('weight_missing', 'weight');
}
