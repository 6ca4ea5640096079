import { CHANNELS, type Language, REASONS, type Reason } from '../../../contracts/status.ts';
import { choiceField, textField } from '../../shared/web/fields.ts';
import type { FieldError, FormState } from '../../shared/web/types.ts';
import type { Visit } from '../kit/types.ts';

type Fields = Record<string, string | undefined>;

/** The fields of a replay's filter, as they were typed or as an address brought them. */
export function viewFields(fields: Fields, errors: FieldError[], { language, context }: Visit) {
  const { text, code } = language;
  const given = Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, value ?? '']));
  const state: FormState = { fields: given, list: () => [], typed: true, errors };
  const any = { value: '', label: text.plain('replay.any') };
  const { entities } = context.catalogue;
  const nameIn = (title: object): string => (title as Record<string, string>)[code] ?? '';
  const select = (name: string, choices: { value: string; label: string }[]) =>
    choiceField(state, { name, label: `replay.${name}`, value: '', choices: [any, ...choices] });
  return {
    entityField: select(
      'entity',
      entities.map(({ entity, title }) => ({ value: entity, label: nameIn(title) })),
    ),
    typeField: select(
      'type',
      entities.flatMap(({ title, types }) =>
        types.map((one) => ({ value: one.type, label: `${nameIn(title)}: ${nameIn(one.title)}` })),
      ),
    ),
    channelField: select(
      'channel',
      CHANNELS.map((value) => ({ value, label: text.plain(`channel.${value}`) })),
    ),
    reasonField: select(
      'reason',
      (Object.keys(REASONS) as Reason[])
        .filter((value) => REASONS[value].of.includes('delivery'))
        .map((value) => ({ value, label: REASONS[value][code as Language] })),
    ),
    providerField: textField(state, { name: 'provider', label: 'replay.provider', dir: 'ltr' }),
    sinceField: timeField('since', state),
    untilField: timeField('until', state),
    ids: { value: given.ids ?? '', error: errors.find(({ field }) => field === 'ids') ?? null },
  };
}

const timeField = (name: string, state: FormState) => ({
  ...textField(state, { name, label: `replay.${name}`, hint: 'replay.bahrainTime' }),
  type: 'datetime-local',
});
