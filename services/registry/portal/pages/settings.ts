import { CHANNELS } from '../../../../contracts/status.ts';
import { AREAS } from '../../../shared/ledger/types.ts';
import { asciiDigits } from '../../../shared/subject/digits.ts';
import { choiceField, textField } from '../../../shared/web/fields.ts';
import { readProfile } from '../../input/profile.ts';
import { readMe, register } from '../../use-cases/register.ts';
import type { ProfileView } from '../../views.ts';
import { errorsOf, orStop } from '../kit/refusals.ts';
import type { AddPages, FieldError, FormState, Reply, Visit } from '../kit/types.ts';

const ZONES = [
  'Asia/Bahrain',
  'Asia/Riyadh',
  'Asia/Dubai',
  'Asia/Kuwait',
  'Asia/Muscat',
  'Asia/Qatar',
  'Asia/Kolkata',
  'Asia/Karachi',
  'Asia/Manila',
  'Africa/Cairo',
  'Europe/London',
  'America/New_York',
];

/** Language of notices, with exceptions, and hours in which only urgent ones may ring. */
export const addSettingsPages: AddPages = (kit) => {
  kit.form('/settings', {}, { show, act });
};

async function show(visit: Visit, state: FormState): Promise<Reply> {
  const me = await readMe(visit.context, visit.caller);
  if (!me.ok) return { to: '/welcome' };
  const { language, languageByChannel, quietHours } = me.value;
  return {
    view: 'settings',
    title: 'settings.title',
    data: {
      isForm: true,
      languageField: choiceField(state, {
        name: 'language',
        label: 'settings.language',
        value: language,
        choices: ['ar', 'en'].map((value) => ({ value, label: `language.of.${value}` })),
      }),
      exceptions:
        Object.keys(languageByChannel).length > 0 || state.errors.some(({ field }) => field.startsWith('in-')),
      channelFields: CHANNELS.map((channel) => exceptionField(visit, state, channel, languageByChannel[channel] ?? '')),
      quietField: choiceField(state, {
        name: 'quiet',
        label: 'settings.quiet',
        value: quietHours ? 'on' : 'off',
        choices: ['off', 'on'].map((value) => ({ value, label: `settings.quiet.${value}` })),
      }),
      fromField: clockField(state, 'from', quietHours?.from ?? '22:00'),
      toField: clockField(state, 'to', quietHours?.to ?? '07:00'),
      zoneField: zoneField(visit, state, me.value),
      areaField: areaField(visit, state, me.value),
    },
  };
}

function exceptionField({ language }: Visit, state: FormState, channel: string, value: string) {
  const choices = ['', 'ar', 'en'].map((one) => ({
    value: one,
    label: language.text.plain(one === '' ? 'settings.sameLanguage' : `language.of.${one}`),
  }));
  return choiceField(state, { name: `in-${channel}`, label: `channel.${channel}`, value, choices });
}

const clockField = (state: FormState, name: 'from' | 'to', value: string) =>
  textField(state, {
    name,
    label: `settings.${name}`,
    hint: 'settings.clockHint',
    dir: 'ltr',
    narrow: true,
    inputmode: 'numeric',
    value,
  });

function zoneField({ language }: Visit, state: FormState, { timeZone }: ProfileView) {
  const names = ZONES.includes(timeZone) ? ZONES : [timeZone, ...ZONES];
  const choices = names.map((value) => ({
    value,
    label: language.text.has(`zone.${value}`) ? language.text.plain(`zone.${value}`) : value,
  }));
  return choiceField(state, {
    name: 'timeZone',
    label: 'settings.zone',
    hint: 'settings.zoneHint',
    value: timeZone,
    choices,
  });
}

function areaField({ language }: Visit, state: FormState, { area }: ProfileView) {
  const choices = ['', ...AREAS].map((value) => ({
    value,
    label: language.text.plain(value === '' ? 'settings.area.none' : `area.${value}`),
  }));
  return choiceField(state, {
    name: 'area',
    label: 'settings.area',
    hint: 'settings.areaHint',
    value: area ?? '',
    choices,
  });
}

async function act({ context, caller, fields }: Visit): Promise<Reply | { errors: FieldError[] }> {
  const read = readProfile({
    language: fields.language ?? '',
    timeZone: fields.timeZone ?? '',
    // An older copy of the form, without the field, takes nothing back.
    ...(fields.area !== undefined && { area: fields.area || null }),
    quietHours: fields.quiet === 'on' ? { from: clock(fields.from), to: clock(fields.to) } : null,
    languageByChannel: Object.fromEntries(
      CHANNELS.flatMap((channel) => (fields[`in-${channel}`] ? [[channel, fields[`in-${channel}`]]] : [])),
    ),
  });
  const choose =
    fields.quiet === 'on' || fields.quiet === 'off' ? [] : [{ field: 'quiet', key: 'settings.quietChoose' }];
  if (!read.ok) return { errors: [...errorsOf(read, 'language', PLACES).map(named), ...choose] };
  if (choose.length > 0) return { errors: choose };
  orStop(await register(context, caller, read.value));
  return { to: '/settings', flash: { key: 'settings.saved' } };
}

/** Two times of day stand side by side: a fault says which one it means. */
const named = (error: FieldError): FieldError =>
  error.key === 'problem.clock_time' ? { ...error, key: `settings.${error.field}Wrong` } : error;

const PLACES: Record<string, string> = {
  '/language': 'language',
  '/timeZone': 'timeZone',
  '/area': 'area',
  '/quietHours': 'from',
  '/quietHours/from': 'from',
  '/quietHours/to': 'to',
  ...Object.fromEntries(CHANNELS.map((channel) => [`/languageByChannel/${channel}`, `in-${channel}`])),
};

/** `9:30`, `09.30`, `0930` and Arabic-Indic digits are times of day too. */
export function clock(typed = ''): string {
  const parts = /^(\d{1,2})\s*[:.\u066b]?\s*(\d{2})$/.exec(asciiDigits(typed).trim());
  return parts ? `${parts[1]!.padStart(2, '0')}:${parts[2]}` : typed;
}
