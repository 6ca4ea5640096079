import { actsOn } from '../../../shared/audit/append.ts';
import { MANDATE_SCOPES } from '../../../shared/mandates.ts';
import { PageError } from '../../../shared/web/errors.ts';
import { textField } from '../../../shared/web/fields.ts';
import { readMandate, readMandateCode } from '../../input/mandate.ts';
import {
  acceptMandate,
  inviteMandate,
  listMandates,
  type MandateView,
  readInvitation,
  revokeMandate,
} from '../../use-cases/mandates.ts';
import { firstPageOf, opensPages } from '../kit/acting.ts';
import { errorsOf, orStop } from '../kit/refusals.ts';
import type { AddPages, FieldError, FormState, Reply, Visit } from '../kit/types.ts';
import { inviteForm } from './mandate-form.ts';

const FRONT = { backTo: '/mandates' };
const HISTORY = 50;

/** Acting for another: who may act for me, for whom I may act, and the switch between the two. */
export const addMandatePages: AddPages = (kit) => {
  kit.get('/mandates', {}, showAll);
  kit.form('/mandates/new', { stepUp: true }, { show: inviteForm, act: invite });
  kit.form('/mandates/accept', { stepUp: true }, { show: acceptForm, act: check });
  kit.post('/mandates/accept/confirm', { stepUp: true, backTo: '/mandates/accept' }, accept);
  kit.get('/mandates/:id', {}, showOne);
  kit.post('/mandates/:id/end', FRONT, async ({ context, caller, params }) => {
    orStop(await revokeMandate(context, caller, params.id ?? ''));
    return { to: `/mandates/${params.id}`, flash: { key: 'mandate.endedNow' } };
  });
  kit.post('/mandates/:id/act', FRONT, begin);
  kit.post('/acting/stop', FRONT, ({ session }) => {
    delete session.acting;
    return { to: '/mandates', flash: { key: 'acting.stopped' } };
  });
};

async function showAll(visit: Visit): Promise<Reply> {
  const all = orStop(await listMandates(visit.context, visit.caller));
  const rows = all.map(row);
  const open = rows.filter(({ isOpen }) => isOpen);
  return {
    view: 'mandates',
    title: 'mandates.title',
    data: {
      held: open.filter(({ as }) => as === 'delegate'),
      given: open.filter(({ as }) => as === 'principal'),
      over: rows.filter(({ isOpen }) => !isOpen),
    },
  };
}

async function showOne(visit: Visit): Promise<Reply> {
  const { context, params } = visit;
  const mandate = await own(visit);
  const acts = await actsOn(context.ledger, params.id ?? '', HISTORY);
  const byWhom = ({ id, role }: { id: string; role: string }) =>
    role === 'desk' ? 'desk' : id === visit.caller.subscriberId ? 'me' : 'other';
  return {
    view: 'mandate',
    title: 'mandate.title',
    data: {
      ...row(mandate),
      acts: acts.map(({ act, actor, at, details }) => ({
        ...{ key: `mandate.act.${act}`, who: byWhom(actor), at },
        ...{ how: String(details.how ?? ''), page: String(details.page ?? '') },
      })),
    },
  };
}

async function begin(visit: Visit): Promise<Reply> {
  const mandate = await own(visit);
  if (mandate.as !== 'delegate' || mandate.state !== 'active' || !mandate.other || !opensPages(mandate.scope))
    throw new PageError(404);
  const other = visit.context.sealer.seal(mandate.other.replace('*', ''), 'subject');
  visit.session.acting = { mandateId: mandate.id, other, scope: mandate.scope };
  return { to: firstPageOf(mandate.scope) };
}

async function invite({ context, caller, fields, list }: Visit): Promise<Reply | { errors: FieldError[] }> {
  const months = ['3', '12', '24'].find((one) => one === fields.months);
  const kind = caller.kind === 'company' ? 'representative' : fields.kind;
  const read = readMandate(
    {
      ...{ as: caller.kind === 'company' ? 'principal' : fields.as, kind },
      scope: list('scope'),
      ...(months && { validUntil: new Date(context.now().getTime() + Number(months) * 30 * 86_400_000).toISOString() }),
    },
    context.now(),
  );
  if (!read.ok) return { errors: errorsOf(read, 'as', PLACES).map(worded) };
  const invited = await inviteMandate(context, caller, read.value);
  if (!invited.ok) return { errors: errorsOf(invited, 'kind') };
  const { mandate, code } = invited.value;
  return {
    view: 'mandate-code',
    title: 'mandate.codeTitle',
    data: { ...row(mandate), code: code.replace(/(.{4})(?=.)/g, '$1-') },
  };
}

const PLACES = { '/as': 'as', '/kind': 'kind', '/scope': 'scope', '/validUntil': 'months' };
const worded = ({ field }: FieldError): FieldError => ({ field, key: `mandate.choose.${field}` });

const acceptForm = (_visit: Visit, state: FormState): Reply => ({
  view: 'mandate-accept',
  title: 'mandate.acceptTitle',
  data: {
    isForm: true,
    codeField: textField(state, { name: 'code', label: 'mandate.code', hint: 'mandate.codeHint', dir: 'ltr' }),
  },
});

/** Shows what would be accepted; nothing is yet. */
async function check({ context, caller, fields }: Visit): Promise<Reply | { errors: FieldError[] }> {
  const typed = (fields.code ?? '').trim();
  if (typed === '') return { errors: [{ field: 'code', key: 'mandate.codeMissing' }] };
  const code = readMandateCode({ code: typed });
  if (!code.ok) return { errors: errorsOf(code, 'code') };
  const found = await readInvitation(context, caller, code.value);
  if (!found.ok) return { errors: errorsOf(found, 'code') };
  return { view: 'mandate-check', title: 'mandate.checkTitle', data: { ...row(found.value), code: code.value } };
}

async function accept(visit: Visit): Promise<Reply> {
  const { context, caller, fields } = visit;
  const code = readMandateCode({ code: fields.code ?? '' });
  const accepted = code.ok ? await acceptMandate(context, caller, code.value) : code;
  if (accepted.ok) return { to: '/mandates', flash: { key: 'mandate.accepted' } };
  const errors = errorsOf(accepted, 'code');
  const shown = acceptForm(visit, { fields, list: visit.list, typed: true, errors });
  return { ...shown, errors, status: 422 } as Reply;
}

async function own({ context, caller, params }: Visit): Promise<MandateView> {
  const found = orStop(await listMandates(context, caller)).find(({ id }) => id === params.id);
  if (!found) throw new PageError(404);
  return found;
}

function row(mandate: MandateView) {
  const { id, as, kind, state, scope, validUntil } = mandate;
  const other = mandate.other?.replace('*', '') ?? null;
  const isOpen = state === 'invited' || state === 'active';
  return {
    ...{
      path: `/mandates/${id}`,
      as,
      isOpen,
      other,
      validUntil,
      tone: { active: 'good', invited: 'info' }[state as 'active'] ?? '',
    },
    ...{ whoKey: other ? `mandate.who.${as}` : 'mandate.who.nobody', kindKey: `mandate.kind.${kind}` },
    ...{ stateKey: `mandate.state.${state}`, canAct: as === 'delegate' && state === 'active' && opensPages(scope) },
    scopes: MANDATE_SCOPES.filter((one) => scope.includes(one)).map((one) => `mandate.scope.${one}`),
  };
}
