import type { Language } from '../../../contracts/status.ts';
import { shortReference } from '../../shared/render/message.ts';
import { PageError } from '../../shared/web/errors.ts';
import type { FieldError } from '../../shared/web/types.ts';
import { exportEvidence } from '../evidence/export.ts';
import { loadSigningKeys } from '../evidence/keys.ts';
import type { AddPages, Page, Reply, Visit } from '../kit/types.ts';
import { revealAddress } from '../look.ts';
import { loadContacts, loadStory, maskContacts, noticeIdOf } from '../story/load.ts';
import { tellStory } from '../story/tell.ts';
import { readBecause } from './because.ts';
import { depsOf, lookerOf, noteOnce } from './looking.ts';
import { viewStory } from './story-view.ts';

const READERS = ['viewer', 'operator', 'approver', 'privacy_officer', 'entity_admin'] as const;
const NOTICE = /^n_[0-9a-f]{32}$/;
const DELIVERY = /^d_[0-9a-f]{32}$/;

/** The story of one notice: one page, and the same as JSON; an address of it; signed evidence of it. */
export const addStoryPages: AddPages = (kit) => {
  kit.get('/notifications/:id', { may: READERS }, async (visit) => (await toNotice(visit)) ?? showStory(visit));
  kit.get('/api/notifications/:id', { may: READERS }, async (visit) => ({ json: (await storyOf(visit)).told }));
  kit.post('/notifications/:id/reveal', { may: ['operator', 'privacy_officer'] }, reveal);
  kit.post('/notifications/:id/evidence', { may: ['operator', 'approver', 'privacy_officer'] }, evidence);
};

/** An id of a delivery leads to its notice, which names it. */
async function toNotice({ params, context }: Visit): Promise<Reply | null> {
  const { id = '' } = params;
  if (!DELIVERY.test(id)) return null;
  const noticeId = await noticeIdOf(context.ledger, id);
  if (!noticeId) throw new PageError(404);
  return { to: `/notifications/${noticeId}#${id}` };
}

type Shown = { errors?: FieldError[]; revealed?: { delivery: string; address: string | null } };

async function showStory(visit: Visit, { errors = [], revealed }: Shown = {}): Promise<Page> {
  const { told } = await storyOf(visit);
  const { context, language, may } = visit;
  return {
    view: 'story',
    title: 'story.title',
    titleValues: { reference: told.reference },
    errors,
    status: errors.length > 0 ? 422 : 200,
    data: {
      told: viewStory(told, {
        language: language.code as Language,
        canReveal: may('POST', '/notifications/:id/reveal'),
        revealed,
        asked: errors[0]?.field.replace('because-', ''),
      }),
      canProve: context.settings.EVIDENCE_KEYS_FILE !== '' && may('POST', '/notifications/:id/evidence'),
    },
  };
}

/** Throws PageError(404) for a notice that is not there, or not of the administrator's own entity. */
async function storyOf(visit: Visit) {
  const { context, params, operator } = visit;
  const id = params.id ?? '';
  const story = NOTICE.test(id) ? await loadStory(context.ledger, id) : null;
  if (!story || (operator.entity !== null && story.notification.entity !== operator.entity)) throw new PageError(404);
  const { notification } = story;
  await noteOnce(visit, notification.subscriberId, notification._id);
  const entry = context.catalogue.type(notification.type);
  const names = { entity: entry?.entity.title, type: entry?.type.title };
  // An entity never sees an address of a person, not even a part of it.
  const contacts =
    operator.entity === null ? maskContacts(await loadContacts(context.ledger, story), context.sealer) : new Map();
  return { story, told: tellStory(story, names, contacts) };
}

async function reveal(visit: Visit): Promise<Reply> {
  const { story } = await storyOf(visit);
  const delivery = story.deliveries.find(({ _id }) => _id === visit.fields.delivery);
  if (!delivery) throw new PageError(404);
  const because = readBecause(visit.fields.because);
  if (because === null)
    return showStory(visit, { errors: [{ field: `because-${delivery._id}`, key: 'because.short' }] });
  const { contactId } = delivery;
  const subscriberId = delivery.delegateId ?? delivery.subscriberId;
  const address = await revealAddress({ subscriberId, contactId }, lookerOf(visit, because), depsOf(visit));
  return showStory(visit, { revealed: { delivery: delivery._id, address } });
}

async function evidence(visit: Visit): Promise<Reply> {
  const { context, fields } = visit;
  const { EVIDENCE_KEYS_FILE, PUBLIC_URL } = context.settings;
  const { story } = await storyOf(visit);
  if (!EVIDENCE_KEYS_FILE) throw new PageError(404);
  const because = readBecause(fields.because);
  if (because === null) return showStory(visit, { errors: [{ field: 'because', key: 'because.short' }] });
  const bundle = await exportEvidence(story.notification._id, lookerOf(visit, because), {
    ...{ ledger: context.ledger, catalogue: context.catalogue, ring: context.ring, sealer: context.sealer },
    ...{ clock: context.clock, issuer: PUBLIC_URL, keys: loadSigningKeys(EVIDENCE_KEYS_FILE) },
  });
  if (!bundle) throw new PageError(404);
  const name = `evidence-${shortReference(story.notification._id)}`;
  return fields.form === 'json'
    ? { file: { name: `${name}.json`, type: 'application/json', content: bundle.json } }
    : { file: { name: `${name}.html`, type: 'text/html; charset=utf-8', content: bundle.html } };
}
