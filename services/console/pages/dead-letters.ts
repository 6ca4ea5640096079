import type { StoredDeadLetter } from '../../shared/ledger/types.ts';
import { PageError } from '../../shared/web/errors.ts';
import { choiceField, textField } from '../../shared/web/fields.ts';
import type { FieldError, FormState, Page, Reply } from '../../shared/web/types.ts';
import { recordAct } from '../acts.ts';
import { countDeadLetters, listDeadLetters, replayWaiting } from '../dead-letters.ts';
import type { AddPages, Visit } from '../kit/types.ts';
import { type OpenLetters, readOpenLetters } from '../overview/dead-letters.ts';
import { createRecent } from '../overview/recent.ts';
import { dangerOf } from '../replay/danger.ts';
import { askForLetters } from '../replay/jobs.ts';
import { replayTools } from '../replay/wire.ts';
import { readBecause } from './because.ts';
import { addDeadLetterPage } from './dead-letter.ts';
import { untilPlanned } from './replay-dry-run.ts';

const READERS = ['viewer', 'operator', 'approver', 'privacy_officer'] as const;
const SHOWN = 100;
const KEPT_MS = 10_000;
/** What waits, by reason: a bounded look, kept for a moment. */
type Open = () => Promise<OpenLetters>;

/** Messages that could not be processed: the list, one of them, and putting back what was mended. */
export const addDeadLetterPages: AddPages = (kit) => {
  const { ledger, clock } = kit.context;
  const recent = createRecent<OpenLetters>({ clock, keepMs: KEPT_MS });
  const open = () => recent('open', () => readOpenLetters(ledger));
  kit.get('/dead-letters', { may: READERS }, (visit) => showList(visit, open));
  kit.post('/dead-letters/replay', { may: ['operator'] }, (visit) => putBackMany(visit, open));
  addDeadLetterPage(kit, READERS);
};

type Asked = { reason?: string; topic?: string };

/** What narrows the list down; codes and topics only, so that it may stand in the address. */
const askedOf = ({ reason, topic }: Record<string, string>): Asked => ({
  ...(reason && /^[a-z0-9_]{1,60}$/.test(reason) && { reason }),
  ...(topic && /^[a-z0-9.-]{1,120}$/.test(topic) && { topic }),
});

async function showList(
  visit: Visit,
  open: Open,
  asked = askedOf(visit.query),
  errors: FieldError[] = [],
): Promise<Page> {
  const { ledger } = visit.context;
  const replayed = visit.query.replayed === '1';
  const letters = await listDeadLetters({ ledger }, { ...asked, replayed }, SHOWN);
  const isNarrow = Object.keys(asked).length > 0;
  const waiting = isNarrow && !replayed ? await countWhole(visit, asked) : 0;
  const danger = dangerOf(waiting, replayTools(visit.context).rules);
  const state = { fields: visit.fields, list: () => [], typed: errors.length > 0, errors };
  return {
    view: 'dead-letters',
    title: 'dead.title',
    errors,
    status: errors.length > 0 ? 422 : 200,
    data: {
      ...filterFields(visit, asked, replayed, reasonsOf(asked, letters, await open())),
      rows: letters.map(rowOf),
      isCut: letters.length === SHOWN,
      asked,
      waiting,
      tooMany: danger === 'approval',
      putBack: waiting > 0 && visit.may('POST', '/dead-letters/replay'),
      becauseField: textField(state, { name: 'because', label: 'because.label', hint: 'replay.becauseHint' }),
      countField:
        danger === 'confirm'
          ? null
          : textField(state, {
              ...{ name: 'count', label: 'dead.count', hint: 'dead.countHint', inputmode: 'numeric' },
              ...{ dir: 'ltr', narrow: true },
            }),
    },
  };
}

const rowOf = ({ _id, at, reason, detail, replayedAt, ...place }: StoredDeadLetter) => ({
  ...{ to: `/dead-letters/${_id}`, short: `${_id.slice(0, 10)}…`, at, reason, detail, replayedAt },
  place: `${place.topic}/${place.partition}/${place.offset}`,
});

/** Those of what waits and of what is shown: asking all that ever were for their reasons would read all of them. */
function reasonsOf({ reason }: Asked, shown: StoredDeadLetter[], { reasons }: OpenLetters): string[] {
  const known = [...reasons, ...shown].map((one) => one.reason);
  return [...new Set(reason ? [...known, reason] : known)].toSorted();
}

function filterFields({ language }: Visit, asked: Asked, replayed: boolean, reasons: string[]) {
  const { text } = language;
  const state: FormState = { fields: {}, list: () => [], typed: false, errors: [] };
  const any = { value: '', label: text.plain('replay.any') };
  return {
    reasonField: choiceField(state, {
      ...{ name: 'reason', label: 'dead.reason', value: asked.reason ?? '' },
      choices: [any, ...reasons.map((value) => ({ value, label: value }))],
    }),
    topicField: textField(state, { name: 'topic', label: 'dead.topic', dir: 'ltr', value: asked.topic ?? '' }),
    stateField: choiceField(state, {
      ...{ name: 'replayed', label: 'dead.state', value: replayed ? '1' : '' },
      choices: ['', '1'].map((value) => ({ value, label: text.plain(`dead.state.${value || '0'}`) })),
    }),
  };
}

async function putBackMany(visit: Visit, open: Open): Promise<Reply> {
  const asked = askedOf(visit.fields);
  if (Object.keys(asked).length === 0) throw new PageError(400);
  const waiting = await countWhole(visit, asked);
  const tools = replayTools(visit.context);
  const danger = dangerOf(waiting, tools.rules);
  if (danger === 'approval') {
    const { _id } = await askForLetters(asked, visit.operator.id, tools);
    await untilPlanned(_id, tools);
    return { to: `/replay/${_id}` };
  }
  const because = readBecause(visit.fields.because);
  const typed = (visit.fields.count ?? '').replace(/[\s,.٬]/g, '');
  const errors: FieldError[] = [
    ...(because === null ? [{ field: 'because', key: 'because.short' }] : []),
    ...(danger === 'count' && typed !== String(waiting) ? [{ field: 'count', key: 'dead.countDiffers' }] : []),
  ];
  if (errors.length > 0 || because === null) return showList(visit, open, asked, errors);
  const went = await putBack(visit, because, asked, waiting);
  return { to: '/dead-letters', flash: { key: 'dead.back', values: { count: String(went) } } };
}

/** Written down first, then lot by lot. Gives how many went. */
async function putBack(visit: Visit, because: string, asked: Asked, many: number): Promise<number> {
  const { ledger, clock } = visit.context;
  const details = { ...asked, count: many };
  await recordAct(ledger, { kind: 'dead_letter_replay', by: visit.operator.id, because, details }, clock());
  return replayWaiting(asked, many, visit.context);
}

async function countWhole({ context }: Visit, asked: Asked): Promise<number> {
  return (await countDeadLetters(context, { ...asked, replayed: false })).whole;
}
