import { PageError } from '../../shared/web/errors.ts';
import { diffPackages } from '../entities/diff.ts';
import { EntityError } from '../entities/errors.ts';
import { runsOf } from '../entities/marks.ts';
import { type PreviewMessage, previewType } from '../entities/preview.ts';
import { packageAt } from '../entities/publish.ts';
import type { EntityView } from '../entities/show.ts';
import type { AddPages, Page, Reply, Visit } from '../kit/types.ts';
import { entityIn, entityTools, versionIn } from './entities-tools.ts';

const LOOKING = ['viewer', 'operator', 'approver', 'entity_admin'] as const;

/** What an event type sends, and what is different between two versions of an entity. */
export const addEntityLookPages: AddPages = (kit) => {
  kit.get('/entities/:id/types/:type', { may: LOOKING }, showType);
  kit.get('/entities/:id/types/:type/email/:language', { may: LOOKING }, takeEmail);
  kit.get('/entities/:id/diff', { may: LOOKING }, showDiff);
};

async function previewIn(visit: Visit) {
  const view = await entityIn(visit);
  const { query, params } = visit;
  const version = query.version === undefined ? view.version : versionIn(query.version);
  const tools = entityTools(visit);
  const preview = await found(async () =>
    previewType(params.type!, await packageAt(view.entity, version, tools), tools),
  );
  return { view, version, preview };
}

async function showType(visit: Visit): Promise<Page> {
  const { view, version, preview } = await previewIn(visit);
  const price = Number(visit.context.settings.SMS_SEGMENT_PRICE || Number.NaN);
  const base = `/entities/${view.entity}`;
  const query = version === null ? 'files' : String(version);
  const ofLanguage = (language: 'ar' | 'en') => ({
    ...{ language, dir: language === 'ar' ? 'rtl' : 'ltr', heading: `entity.in.${language}` },
    messages: preview.messages.filter((one) => one.language === language).map((one) => messageOf(one, price)),
    emailTo: preview.messages.some(({ channel }) => channel === 'email')
      ? `${base}/types/${preview.type}/email/${language}?version=${query}`
      : null,
  });
  return {
    view: 'entity-type',
    title: 'entity.preview',
    titleValues: { title: titleOf(view, preview.type, visit) },
    data: {
      ...{ back: base, type: preview.type, version, versions: versionLinks(view, preview.type, version) },
      isSensitive: preview.sensitivity === 'sensitive',
      sample: JSON.stringify(preview.sample, null, 2),
      languages: [ofLanguage('ar'), ofLanguage('en')],
    },
  };
}

function titleOf({ typesInForce }: EntityView, type: string, { language }: Visit): string {
  const title = typesInForce.find((one) => one.type === type)?.title;
  return title?.[language.code as 'ar' | 'en'] ?? type;
}

const versionLinks = ({ entity, versions, deployed }: EntityView, type: string, shown: number | null) =>
  [...versions.map(({ version }) => version), ...(deployed ? [null] : [])].map((version) => ({
    ...{ version, isShown: version === shown, to: `/entities/${entity}/types/${type}?version=${version ?? 'files'}` },
  }));

function messageOf({ channel, parts, sms }: PreviewMessage, price: number) {
  const cost = sms && !Number.isNaN(price) ? (sms.segments * price).toFixed(3) : null;
  return {
    channel: channel === 'inbox' ? 'entity.inbox' : `channel.${channel}`,
    sms: sms && { ...sms, cost },
    parts: parts
      .filter(({ part }) => part !== 'html')
      .map(({ part, text }) => {
        // The mark itself stays in place beside its name, so that the text runs as it will: one that opens behind it.
        const runs = runsOf(text.trimEnd()).map((run) => ({ ...run, closes: CLOSING.includes(run.mark ?? '') }));
        const marked = runs.some(({ mark }) => mark !== null) ? runs : null;
        return { part: `entity.part.${part}`, text: text.trimEnd(), marked };
      }),
  };
}

const CLOSING = ['PDI', 'PDF'];

/** The email as a file: a page of ours shows nothing that it did not make. */
async function takeEmail(visit: Visit): Promise<Reply> {
  const { preview } = await previewIn(visit);
  const message = preview.messages.find((one) => one.channel === 'email' && one.language === visit.params.language);
  const html = message?.parts.find(({ part }) => part === 'html');
  if (!html) throw new PageError(404);
  const name = `${preview.type}.${visit.params.language}.html`;
  return { file: { name, type: 'text/html; charset=utf-8', content: html.text } };
}

async function showDiff(visit: Visit): Promise<Page> {
  const view = await entityIn(visit);
  const { entity, version, versions, deployed } = view;
  const { query, may } = visit;
  const from = query.from === undefined ? version : versionIn(query.from);
  const to = query.to === undefined ? (versions[0]?.version ?? version) : versionIn(query.to);
  const tools = entityTools(visit);
  const files = await found(async () =>
    diffPackages(await packageAt(entity, from, tools), await packageAt(entity, to, tools)),
  );
  const choices = (shown: number | null) =>
    [...versions.map((one) => one.version), ...(deployed ? [null] : [])].map((one) => ({
      ...{ value: one ?? 'files', number: one, isInForce: one === version, checked: one === shown },
    }));
  return {
    view: 'entity-diff',
    title: 'entity.diff',
    data: {
      ...{ back: `/entities/${entity}`, action: `/entities/${entity}/diff` },
      ...{ fromChoices: choices(from), toChoices: choices(to), count: files.length },
      files: files.map(({ file, change, pieces }) => ({
        ...{ file, change: `entity.change.${change}` },
        pieces: pieces.map((piece) => ({
          ...piece,
          lines: piece.lines.map(({ kind, text }) => ({ kind, sign: SIGNS[kind], runs: runsOf(text) })),
        })),
      })),
      putTo:
        to !== version && may('POST', '/entities/:id/in-force/:version')
          ? `/entities/${entity}/in-force/${to ?? 'files'}`
          : null,
      isWaiting: to !== version && !may('POST', '/entities/:id/in-force/:version'),
    },
  };
}

const SIGNS = { same: ' ', added: '+', removed: '-' } as const;

/** What is not there is not found; nothing else is hidden. */
async function found<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof EntityError) throw new PageError(404);
    throw error;
  }
}
