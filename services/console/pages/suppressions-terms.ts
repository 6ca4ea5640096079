import { type Choice, choiceField, textField } from '../../shared/web/fields.ts';
import type { FormState, Visit } from '../kit/types.ts';
import { SOURCES } from '../suppressions/entry.ts';

const DAY = 86_400_000;
/** How long it counts, by the value of the field; empty: until it is taken off. */
const SPANS: Record<string, number> = { '7d': 7 * DAY, '30d': 30 * DAY, '180d': 180 * DAY, '365d': 365 * DAY };

/** By whose word, how long, and why. */
export const termFields = ({ language }: Visit, state: FormState) => ({
  sourceField: choiceField(state, {
    ...{ name: 'source', label: 'suppression.source', hint: 'suppression.sourceHint', value: 'operator' },
    choices: SOURCES.map((value): Choice => ({ value, label: `suppression.source.${value}` })),
  }),
  forField: choiceField(state, {
    ...{ name: 'for', label: 'suppression.for', value: '' },
    choices: ['', ...Object.keys(SPANS)].map((value) => ({
      value,
      label: language.text.plain(`suppression.for.${value || 'open'}`),
    })),
  }),
  becauseField: textField(state, { name: 'because', label: 'because.label', hint: 'because.hint' }),
});

export function untilOf({ fields, context }: Visit): Date | null {
  const span = SPANS[fields.for ?? ''];
  return span ? new Date(context.clock().getTime() + span) : null;
}
