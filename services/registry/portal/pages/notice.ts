import { shortReference } from '../../../shared/render/index.ts';
import { FEEDBACK, readFeedback } from '../../input/feedback.ts';
import { markRead } from '../../use-cases/inbox.ts';
import { archive, giveFeedback, keepUnread } from '../../use-cases/keep-notice.ts';
import { readMe } from '../../use-cases/register.ts';
import { readTimeline } from '../../use-cases/timeline.ts';
import { orStop } from '../kit/refusals.ts';
import type { AddPages, Reply, Visit } from '../kit/types.ts';
import { letterOf } from './letter.ts';
import { noticeRow } from './notice-row.ts';
import { timelineRows } from './timeline-rows.ts';

/** One notice with all that happened to it, and what the person does with it. */
export const addNoticePages: AddPages = (kit) => {
  kit.get('/inbox/:id', {}, showNotice);
  const back = { backTo: '/inbox' };
  kit.post('/inbox/:id/archive', back, async (visit) => {
    const aside = visit.fields.aside !== 'no';
    const item = orStop(await archive(visit.context, visit.caller, idOf(visit), aside));
    const key = aside ? 'notice.archived' : 'notice.unarchived';
    return { to: '/inbox', flash: { key, values: { title: noticeRow(visit, item).title } } };
  });
  kit.post('/inbox/:id/unread', back, async (visit) => {
    const item = orStop(await keepUnread(visit.context, visit.caller, idOf(visit)));
    return { to: '/inbox', flash: { key: 'notice.keptUnread', values: { title: noticeRow(visit, item).title } } };
  });
  kit.post('/inbox/:id/feedback', back, async (visit) => {
    const value = orStop(readFeedback({ feedback: visit.fields.feedback ?? '' }));
    orStop(await giveFeedback(visit.context, visit.caller, idOf(visit), value));
    const key = value === 'wrong_person' ? 'notice.feedbackWrong' : 'notice.feedbackThanks';
    return { to: `/inbox/${idOf(visit)}`, flash: { key } };
  });
};

const idOf = ({ params }: Visit): string => params.id ?? '';

async function showNotice(visit: Visit): Promise<Reply> {
  const { context, caller, language } = visit;
  const id = idOf(visit);
  const { sensitivity, entries } = orStop(await readTimeline(context, caller, id));
  // What must not stand in an SMS is not for a weak sign-in either.
  if (sensitivity === 'sensitive' && caller.assurance === 'low')
    return { to: `/sign-in/stronger?next=${encodeURIComponent(visit.path)}` };
  const item = orStop(await markRead(context, caller, id));
  const me = await readMe(context, caller);
  const row = noticeRow(visit, item);
  return {
    view: 'notice',
    title: 'notice.title',
    titleValues: { title: row.title },
    timeZone: me.ok ? me.value.timeZone : undefined,
    data: {
      entity: item.entityTitle ?? { en: item.entity },
      at: item.acceptedAt,
      mandatory: item.mandatory,
      ...letterOf(visit, item),
      path: row.path,
      reference: shortReference(item.id),
      caseId: item.correlationId,
      whyKey: item.mandatory ? 'notice.whyMandatory' : 'notice.whyOptional',
      timeline: timelineRows(visit, entries),
      archived: item.archivedAt !== null,
      answer: item.feedback && language.text.plain(`notice.feedback.${item.feedback}`),
      answers: FEEDBACK.map((value) => ({ value, key: `notice.feedback.${value}` })),
    },
  };
}
