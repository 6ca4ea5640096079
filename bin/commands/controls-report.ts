import type { Effect, Standing } from '../../services/console/controls/index.ts';
import type { ControlFault } from '../../services/console/controls/request.ts';
import type { Waiting } from '../../services/console/controls/waiting.ts';
import { describeScope, touchesCodes } from '../../services/shared/controls/scope.ts';
import type { Control } from '../../services/shared/ledger/types.ts';
import { columns } from '../io.ts';

/** What a refusal means, for whoever typed. */
export const WORDS: Record<ControlFault, string> = {
  empty_scope: 'name at least one of --provider, --channel, --lane, --entity, --type',
  unknown_value: 'there is none of that name',
  other_channel: 'that provider does not send by that channel',
  other_entity: 'that event type is of another entity',
  codes_choice: "this could meet the platform's own codes: say --codes hold or --codes send",
  weight_scope: 'a weight is of one provider and of nothing else',
  weight_missing: 'a weight is a whole number from 0 to 1000',
  until_past: 'the end must be in the future',
  because_short: 'say why in at least 8 characters; it is kept',
  already: 'that stands already, or somebody else was quicker',
  nothing_there: 'nothing of that scope is paused',
};

export const effectJson = ({ wanted, waiting, byOthers, standing }: Effect, dryRun: boolean) => ({
  dryRun,
  control: { ...named(wanted), until: wanted.until?.toISOString() ?? null },
  waiting: waitingJson(waiting),
  byOthers,
  replaces: standing ? named(standing) : null,
});

export const standingJson = (control: Standing) => ({
  control: { ...named(control), until: control.until?.toISOString() ?? null },
  ...{ state: control.state, by: control.by, at: control.at.toISOString(), because: control.because },
  waiting: waitingJson(control.waiting),
  draining: control.draining,
});

/** What a control would do, or did. */
export function effectText({ wanted, waiting, byOthers, standing }: Effect, dryRun: boolean): string {
  const { kind, scope, until, holdsCodes, weight } = wanted;
  const rows = [
    [dryRun ? `would ${kind}` : PAST[kind], describeScope(scope)],
    ...(kind === 'weight' ? [['weight', String(weight)]] : [['waits now', waitingText(waiting)]]),
    ...(kind !== 'weight' && touchesCodes(scope)
      ? [['codes', holdsCodes ? `wait too (${waiting.codes} now), and expire after minutes` : 'go on']]
      : []),
    ...(kind !== 'weight' && scope.provider
      ? [['goes by', byOthers.length > 0 ? byOthers.join(', ') : 'no other provider: it waits']]
      : []),
    ['until', until?.toISOString() ?? 'somebody ends it'],
    ...(standing ? [['in place of', `${standing.kind} by ${standing.by}, ${standing.because}`]] : []),
  ];
  return `${columns(rows)}${dryRun ? 'Nothing was changed.\n' : ''}`;
}

export const endedText = ({ scope, kind, waiting }: Standing, dryRun: boolean): string =>
  `${dryRun ? 'would end' : 'ended'}: ${kind} ${describeScope(scope)}; ${waitingText(waiting)} to be let go\n`;

export const standingText = (standing: Standing[]): string =>
  columns(
    standing.map((control) => [
      control.state === 'releasing' ? 'releasing' : control.kind,
      describeScope(control.scope),
      control.kind === 'weight' ? `weight ${control.weight}` : waitingText(control.waiting),
      control.draining > 0 ? `${control.draining} still to finish` : '-',
      control.until ? `until ${control.until.toISOString()}` : 'no end',
      control.by,
      control.because,
    ]),
  );

const PAST: Record<Control['kind'], string> = { pause: 'paused', drain: 'draining', weight: 'weighed' };

const named = ({
  _id,
  kind,
  scope,
  weight,
  holdsCodes,
}: Pick<Control, '_id' | 'kind' | 'scope' | 'weight' | 'holdsCodes'>) => ({
  ...{ id: _id, kind, scope },
  ...(kind === 'weight' ? { weight } : { codes: holdsCodes ? 'hold' : 'send' }),
});

const waitingJson = ({ oldestAt, ...counts }: Waiting) => ({ ...counts, oldestAt: oldestAt?.toISOString() ?? null });

const waitingText = ({ count, more, oldestAt }: Waiting): string =>
  count === 0 ? '0' : `${more ? 'more than ' : ''}${count}, the oldest since ${oldestAt?.toISOString()}`;
