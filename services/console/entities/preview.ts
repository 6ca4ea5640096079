import { join } from 'node:path';
import { CHANNELS, type Channel, LANGUAGES, type Language } from '../../../contracts/status.ts';
import type { Portal } from '../../../templates/check/sample.ts';
import { buildCatalogue, type Catalogue, createEntryReader } from '../../shared/catalogue.ts';
import type { EntityPackage } from '../../shared/entities/package.ts';
import { countSegments, createRenderer } from '../../shared/render/index.ts';
import { type Manifest, readManifest } from '../../shared/render/sources.ts';
import { diskTexts, textsOver } from '../../shared/render/texts.ts';
import { EntityError } from './errors.ts';

/** One text of a message as a person gets it; `subject`, `title` and so on say which. */
type PreviewPart = { part: 'text' | 'subject' | 'html' | 'title' | 'body'; text: string };
export type PreviewMessage = {
  language: Language;
  /** What the message goes by; `inbox` is what the signed-in person reads. */
  channel: Channel | 'inbox';
  parts: PreviewPart[];
  /** How an SMS travels and what it is billed as; null for the rest. */
  sms: { encoding: 'GSM-7' | 'UCS-2'; units: number; segments: number } | null;
};
export type Preview = {
  type: string;
  sensitivity: 'open' | 'sensitive';
  sample: Manifest['sample'];
  messages: PreviewMessage[];
};
export type PreviewTools = { portal: Portal; templatesDir: string };

/** An id whose reference anybody sees is made up. */
const SAMPLE_ID = 'n_1a2b3c4d00000000';

/**
 * Every message that a type makes of its sample, in both languages: what each channel of its plan sends, and what the
 * inbox shows. Nothing is stored or sent. Throws EntityError `unknown_entity` for a type that the package does not have.
 */
export function previewType(type: string, from: EntityPackage, { portal, templatesDir }: PreviewTools): Preview {
  const catalogue = catalogueOf(from);
  const entry = catalogue.type(type);
  if (!entry) throw new EntityError('unknown_entity', `${type} is not a type of ${from.catalogue.entity}`);
  const { entity, type: found } = entry;
  const texts = textsOver(join(templatesDir, entity.entity), from.templates, diskTexts);
  const { sample } = readManifest(join(templatesDir, entity.entity, found.template), texts);
  const renderer = createRenderer({ dir: templatesDir, catalogue, portal });
  const channels = CHANNELS.filter((channel) => found.plan.some((step) => step.channels.includes(channel)));
  const { sensitivity } = found;
  const messages = LANGUAGES.flatMap((language) => {
    const request = { type, language, data: sample, notificationId: SAMPLE_ID };
    const sent = channels.map((channel) => {
      const unsubscribeUrl = found.mandatory ? null : `https://${portal.host}/unsubscribe`;
      return messageOf(language, renderer.render({ ...request, channel, sensitivity, unsubscribeUrl }));
    });
    const { title, body } = renderer.inbox(request);
    return [...sent, { language, channel: 'inbox' as const, parts: partsOf({ title, body }), sms: null }];
  });
  return { type, sensitivity, sample, messages };
}

/** A catalogue of this package alone, which may be as it was written: without what is filled in. */
function catalogueOf({ catalogue, templates }: EntityPackage): Catalogue {
  const entry = createEntryReader()(structuredClone(catalogue), catalogue.entity);
  return buildCatalogue([entry], { templates: new Map([[entry.entity, templates]]) });
}

type Rendered = ReturnType<ReturnType<typeof createRenderer>['render']>;

function messageOf(language: Language, message: Rendered): PreviewMessage {
  switch (message.channel) {
    case 'sms':
      return { language, channel: 'sms', parts: partsOf({ text: message.text }), sms: countSegments(message.text) };
    case 'email': {
      const { subject, text, html } = message;
      return { language, channel: 'email', parts: partsOf({ subject, text, html }), sms: null };
    }
    case 'push':
      return { language, channel: 'push', parts: partsOf({ title: message.title, body: message.body }), sms: null };
    default:
      return message satisfies never;
  }
}

const partsOf = (texts: Partial<Record<PreviewPart['part'], string>>): PreviewPart[] =>
  Object.entries(texts).map(([part, text]) => ({ part: part as PreviewPart['part'], text }));
