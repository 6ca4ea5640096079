import { end } from '../../../shared/web/sessions.ts';
import { eraseMe } from '../../use-cases/erase.ts';
import { exportMe, type MyRecord, readMyRecord } from '../../use-cases/my-record.ts';
import { orStop } from '../kit/refusals.ts';
import type { AddPages, FieldError, FormState, Page, Reply, Visit } from '../kit/types.ts';
import { missedWithout } from './alerts.ts';
import { nameOf } from './contact-row.ts';
import { letterOf } from './letter.ts';
import { noticeRow } from './notice-row.ts';
import { changeRows, lookRows } from './record-rows.ts';
import { timelineRows } from './timeline-rows.ts';

/** What is held about the person, the same to take away, and its end. */
export const addRecordPages: AddPages = (kit) => {
  kit.get('/record', {}, showRecord);
  kit.get('/record/everything', { stepUp: true }, showEverything);
  kit.get('/record/export', { stepUp: true, backTo: '/record' }, download);
  kit.form('/record/erase', { stepUp: true }, { show: askErase, act: erase });
  kit.get('/erased', { open: true }, () => ({ view: 'erased', title: 'erased.title' }));
};

async function showRecord(visit: Visit): Promise<Reply> {
  const record = await readMyRecord(visit.context, visit.caller);
  if (!record.ok) return { to: '/welcome' };
  const { noticesHeld, ...rest } = record.value;
  return {
    view: 'record',
    title: 'record.title',
    timeZone: rest.profile.timeZone,
    data: { ...partsOf(visit, rest), noticesHeld },
  };
}

const partsOf = (visit: Visit, { nationalNumber, profile, consents, lookups }: Omit<MyRecord, 'noticesHeld'>) => ({
  number: (nationalNumber ?? '').replace(/^\w+:/, ''),
  since: profile.createdAt,
  languageKey: `language.of.${profile.language}`,
  areaKey: profile.area && `area.${profile.area}`,
  contacts: profile.contacts.map((one) => ({ address: nameOf(visit, one), stateKey: `contacts.state.${one.state}` })),
  changes: changeRows(visit, consents),
  looks: lookRows(visit, lookups),
});

async function showEverything(visit: Visit): Promise<Reply> {
  const whole = await exportMe(visit.context, visit.caller);
  if (!whole.ok) return { to: '/welcome' };
  const notices = whole.value.notices.map(({ timeline, ...item }) => ({
    ...noticeRow(visit, item),
    ...letterOf(visit, item),
    timeline: timelineRows(visit, timeline),
  }));
  return {
    view: 'everything',
    title: 'everything.title',
    timeZone: whole.value.profile.timeZone,
    data: { ...partsOf(visit, whole.value), noticesHeld: notices.length, notices },
  };
}

async function download({ context, caller }: Visit): Promise<Reply> {
  const whole = await exportMe(context, caller);
  if (!whole.ok) return { to: '/welcome' };
  const content = JSON.stringify(whole.value, null, 2);
  return { file: { name: 'notifyme-record.json', type: 'application/json; charset=utf-8', content } };
}

async function askErase({ context }: Visit, { errors, list }: FormState): Promise<Page> {
  const error = errors.find(({ field }) => field === 'sure');
  return {
    view: 'erase',
    title: 'erase.title',
    data: {
      isForm: true,
      missed: missedWithout(context),
      error: error ? { key: error.key, values: {} } : null,
      checked: list('sure').includes('yes'),
    },
  };
}

async function erase(visit: Visit): Promise<Reply | { errors: FieldError[] }> {
  const { context, caller, fields, req } = visit;
  if (fields.sure !== 'yes') return { errors: [{ field: 'sure', key: 'erase.notSure' }] };
  orStop(await eraseMe(context, caller));
  await end(req);
  return { to: '/erased' };
}
