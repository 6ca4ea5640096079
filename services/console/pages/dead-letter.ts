import type { StoredDeadLetter } from '../../shared/ledger/types.ts';
import { PageError } from '../../shared/web/errors.ts';
import { textField } from '../../shared/web/fields.ts';
import type { FieldError, Page, Reply } from '../../shared/web/types.ts';
import type { Role } from '../access.ts';
import { recordAct } from '../acts.ts';
import { describeDeadLetter, replayDeadLetters } from '../dead-letters.ts';
import type { PageKit, Visit } from '../kit/types.ts';
import { readBecause } from './because.ts';

const ID = /^x_[0-9a-f]{32}$/;

/** One dead letter: without its content, which is shown once for a reason; and putting it back. */
export function addDeadLetterPage(kit: PageKit, readers: readonly Role[]): void {
  kit.get('/dead-letters/:id', { may: readers }, async (visit) => showOne(visit, await letterOf(visit)));
  kit.post('/dead-letters/:id/reveal', { may: ['operator', 'privacy_officer'] }, reveal);
  kit.post('/dead-letters/:id/replay', { may: ['operator'] }, putBackOne);
}

async function letterOf({ params, context }: Visit): Promise<StoredDeadLetter> {
  const id = ID.test(params.id ?? '') ? params.id : null;
  const letter = id && (await context.ledger.deadLetters.findOne({ _id: { $eq: id } }).lean<StoredDeadLetter>());
  if (!letter) throw new PageError(404);
  return letter;
}

type Shown = { errors?: FieldError[]; content?: string | null };

function showOne(visit: Visit, letter: StoredDeadLetter, { errors = [], content }: Shown = {}): Page {
  const { content: _, ...masked } = describeDeadLetter(letter, visit.context.sealer);
  const path = `/dead-letters/${letter._id}`;
  const allowed = (name: string) => (visit.may('POST', `/dead-letters/:id/${name}`) ? `${path}/${name}` : null);
  const state = { fields: visit.fields, list: () => [], typed: errors.length > 0, errors };
  return {
    view: 'dead-letter',
    title: 'dead.one',
    errors,
    status: errors.length > 0 ? 422 : 200,
    data: {
      letter: { ...masked, at: letter.at, replayedAt: letter.replayedAt },
      headerNames: masked.headerNames.join(', '),
      content: content ?? null,
      reveal: masked.bytes !== null && content === undefined ? allowed('reveal') : null,
      replay: letter.original === null ? null : allowed('replay'),
      becauseField: textField(state, { name: 'because', label: 'because.label', hint: 'dead.becauseHint' }),
    },
  };
}

/** The content is shown this once, and who looked is written down first. */
async function reveal(visit: Visit): Promise<Reply> {
  const letter = await letterOf(visit);
  const because = readBecause(visit.fields.because);
  if (because === null) return showOne(visit, letter, { errors: [{ field: 'because', key: 'because.short' }] });
  const { ledger, sealer, clock } = visit.context;
  const details = { id: letter._id };
  await recordAct(ledger, { kind: 'dead_letter_reveal', by: visit.operator.id, because, details }, clock());
  return showOne(visit, letter, { content: describeDeadLetter(letter, sealer).content });
}

async function putBackOne(visit: Visit): Promise<Reply> {
  const letter = await letterOf(visit);
  const because = readBecause(visit.fields.because);
  if (because === null) return showOne(visit, letter, { errors: [{ field: 'because', key: 'because.short' }] });
  const { ledger, clock } = visit.context;
  const details = { id: letter._id, count: 1 };
  await recordAct(ledger, { kind: 'dead_letter_replay', by: visit.operator.id, because, details }, clock());
  // One letter may be put back again.
  const went = await replayDeadLetters([letter], visit.context);
  return { to: `/dead-letters/${letter._id}`, flash: { key: 'dead.back', values: { count: String(went) } } };
}
