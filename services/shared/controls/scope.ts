import type { Control, ControlScope, Delivery } from '../ledger/types.ts';

/** The fields that a control may name, in the order in which they stand in its id. */
export const SCOPE_FIELDS = ['provider', 'channel', 'lane', 'entity', 'type'] as const satisfies (keyof ControlScope)[];

/** The platform's own urgent notices: the codes without which nobody can prove a contact. */
export const CODES = { entity: 'notifyme', lane: 'urgent' } as const;

export type Holdable = Pick<Delivery, 'channel' | 'lane' | 'entity' | 'type' | 'queuedAt' | 'test'>;

/** What the controls in force make of a delivery: it waits for one of them, or goes by any provider but some. */
export type Judgement = { kind: 'hold'; control: Control } | { kind: 'go'; avoid: string[] };

/**
 * The id of a control says what it is about, so that the database keeps two of the same from standing beside each other.
 * A pause and a drain of the same scope are one control: one can become the other.
 */
export const controlId = (kind: Control['kind'], scope: ControlScope): string =>
  `${kind === 'weight' ? 'weight' : 'hold'}:${describeScope(scope)}`;

/** `channel=sms entity=health`, for ids, logs and the command line; empty for everything. */
export const describeScope = (scope: ControlScope): string =>
  SCOPE_FIELDS.flatMap((name) => (scope[name] === undefined ? [] : [`${name}=${scope[name]}`])).join(' ');

/** True while a control counts: nobody ended it, and its time is not over. */
export const inForce = ({ state, until }: Pick<Control, 'state' | 'until'>, now: Date): boolean =>
  state === 'active' && (until === null || until > now);

/** True when a hold of this scope could meet the platform's own codes, so that somebody must say what becomes of them. */
export const touchesCodes = ({ entity, lane }: ControlScope): boolean =>
  (entity ?? CODES.entity) === CODES.entity && (lane ?? CODES.lane) === CODES.lane;

/**
 * Whether a delivery may be sent now. `providers` are the names of those that could send it: a paused one is avoided,
 * and only when all of them are paused the delivery waits. A notice of a test key goes by none of them. Pure.
 */
export function judgeHold(delivery: Holdable, providers: string[], controls: Control[], now: Date): Judgement {
  const holds = controls.filter((control) => inForce(control, now) && meets(control, delivery));
  const whole = holds.find(({ scope }) => scope.provider === undefined);
  if (whole) return { kind: 'hold', control: whole };
  if (delivery.test) return { kind: 'go', avoid: [] };
  const avoid = providers.filter((name) => holds.some(({ scope }) => scope.provider === name));
  const last = holds.find(({ scope }) => scope.provider === avoid[0]);
  if (last && avoid.length === providers.length) return { kind: 'hold', control: last };
  return { kind: 'go', avoid };
}

/** A provider's weight in force, by name: what operators set in place of the settings. */
export const weightsInForce = (controls: Control[], now: Date): Map<string, number> =>
  new Map(
    controls.flatMap((control) =>
      control.kind === 'weight' && inForce(control, now) ? [[control.scope.provider!, control.weight ?? 0]] : [],
    ),
  );

function meets({ kind, scope, at, holdsCodes }: Control, delivery: Holdable): boolean {
  if (kind === 'weight') return false;
  const { provider: _, ...about } = scope;
  for (const [name, value] of Object.entries(about)) if (delivery[name as keyof typeof about] !== value) return false;
  if (!holdsCodes && isCode(delivery)) return false;
  return kind === 'pause' || !wasQueuedBefore(delivery, at);
}

const isCode = ({ entity, lane }: Holdable): boolean => entity === CODES.entity && lane === CODES.lane;

/** A drain lets through what was on a lane when it began; retries, and all that is new, wait. */
const wasQueuedBefore = ({ queuedAt }: Holdable, at: Date): boolean => queuedAt !== null && queuedAt <= at;
