import { join } from 'node:path';
import { type Channel, LANGUAGES, type Language } from '../../../contracts/status.ts';
import { tidyLines } from './clean.ts';
import { type Bilingual, channelsOf, createEntries, type Entry, type RendererSettings } from './entries.ts';
import { TemplateError } from './errors.ts';
import { type At, renderMessage, shortReference, titleAndBody } from './message.ts';
import type { RenderedMessage } from './rendered.ts';
import { readManifest } from './sources.ts';

export type { RenderCatalogue, RendererSettings } from './entries.ts';
export { TemplateError, type TemplateErrorCode } from './errors.ts';
export { shortReference } from './message.ts';
export { countSegments } from './segments.ts';

export type InboxRequest = { type: string; language: Language; data: unknown; notificationId: string };

export type RenderRequest = InboxRequest & {
  channel: Channel;
  sensitivity: 'open' | 'sensitive';
  /** Absolute http(s) address, where the notice is optional. */
  unsubscribeUrl?: string | null;
  /** For whom it is, such as `*1234`, where a delegate of theirs receives it. */
  onBehalf?: string | null;
  /** The message is a digest: it tells of so many notices of the entity, and of none in particular. */
  together?: number;
};

export type Renderer = {
  /** One message for one channel. Throws TemplateError, never retryable. */
  render(request: RenderRequest): RenderedMessage;
  /** What the signed-in person reads in the inbox: the whole content, whatever the sensitivity. */
  inbox(request: InboxRequest): { title: string; body: string };
};

const DIGEST_TITLE: Bilingual = { en: 'New notices', ar: 'إشعارات جديدة' };

/**
 * Compiles every template of the deployed files once and renders each sample, so that a missing or broken template stops
 * the start with its file's name instead of a notice later. Those of a published version are compiled when first used.
 */
export function createRenderer(settings: RendererSettings): Renderer {
  const { catalogue, portal, dir } = settings;
  const { sensitive, digest, find } = createEntries(settings);
  const renderer: Renderer = {
    render(request) {
      const entry = find(request.type);
      const unsubscribeUrl = unsubscribe(request.unsubscribeUrl);
      const at = { ...variables(entry, request, portal, unsubscribeUrl), onBehalf: request.onBehalf ?? '' };
      const { channel, language, together, data } = request;
      if (together) {
        const about = { ...at, title: DIGEST_TITLE[language] };
        return renderMessage(digest[language], channel, language, { count: together }, about);
      }
      const set = request.sensitivity === 'sensitive' ? sensitive : entry.template;
      return renderMessage(set[language], channel, language, data, at);
    },
    inbox(request) {
      const entry = find(request.type);
      const template = entry.template[request.language];
      const at = { ...variables(entry, request, portal, ''), onBehalf: '' };
      const push = template.push && titleAndBody(template.push(request.data, at));
      const body = template.email || !push ? tidyLines(template.inbox(request.data, at)) : push.body;
      return { title: push?.title ?? entry.title[request.language], body };
    },
  };
  for (const { entity, types } of catalogue.entities) {
    if (catalogue.templatesOf?.(entity)) continue;
    for (const { type, template, plan } of types) {
      renderSamples(renderer, type, channelsOf(plan), join(dir, entity, template));
    }
  }
  return renderer;
}

function variables(
  entry: Entry,
  request: InboxRequest,
  portal: RendererSettings['portal'],
  unsubscribeUrl: string,
): At {
  const { language, notificationId, data } = request;
  return {
    root: data,
    entity: entry.entity[language],
    title: entry.title[language],
    portal: portal.name[language],
    host: portal.host,
    reference: shortReference(notificationId),
    hosts: entry.hosts,
    unsubscribeUrl,
  };
}

function unsubscribe(address: string | null | undefined): string {
  if (!address) return '';
  if (/^https?:$/.test(URL.parse(address)?.protocol ?? '')) return address;
  throw new TemplateError('bad_link', 'the unsubscribe address is not http(s)', '@unsubscribeUrl');
}

function renderSamples(renderer: Renderer, type: string, channels: Channel[], folder: string): void {
  const data = readManifest(folder).sample;
  for (const language of LANGUAGES) {
    for (const channel of channels) {
      try {
        renderer.render({ type, language, channel, data, notificationId: 'n_00000000', sensitivity: 'open' });
      } catch (error) {
        throw new Error(`${join(folder, language)} (${channel}): ${(error as Error).message}`);
      }
    }
  }
}
