import type { ConsentView, LookupView } from '../../use-cases/my-record.ts';
import type { Visit } from '../kit/types.ts';

const DEVICES = ['webpush', 'fcm', 'apns'];

/** The history of consent in words, newest first. */
export function changeRows({ language: { text } }: Pick<Visit, 'language'>, consents: ConsentView[]) {
  const device = ({ kind }: ConsentView['detail']) =>
    typeof kind === 'string' && DEVICES.includes(kind) ? text.plain(`contacts.kind.${kind}`) : null;
  return consents.map(({ what, by, at, detail }) => ({
    key: `record.change.${what}`,
    masked: device(detail) ?? String(detail.masked ?? ''),
    off: Array.isArray(detail.preferences) ? detail.preferences.filter(({ allow }) => allow === false).length : 0,
    byKey: by === 'person' ? null : `record.by.${by}`,
    at,
  }));
}

/** Who looked at the record, in words. */
export function lookRows({ language }: Pick<Visit, 'language'>, lookups: LookupView[]) {
  return lookups.map(({ by, what, at }) => ({ text: language.text.plain('record.look', { by, what }), at }));
}
