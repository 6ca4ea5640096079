import type { Catalogue } from '../catalogue.ts';
import { type EventSealer, isSealedByPlatform } from '../crypto/event-seal.ts';
import { CryptoError } from '../crypto/keyring.ts';
import type { IncomingMessage } from '../kafka/consumer.ts';
import { type CheckedEvent, checkEvent } from './check-event.ts';
import { keptPointer } from './kept-pointer.ts';
import { parseJson } from './parse-json.ts';

export type AcceptedEvent = Extract<CheckedEvent, { ok: true }> & {
  message: IncomingMessage;
  test: boolean;
  /** W3C Trace Context to go on under. */
  traceparent: string | null;
};

export type OpenedMessage =
  | { kind: 'event'; accepted: AcceptedEvent }
  | {
      kind: 'refused';
      message: IncomingMessage;
      /** A stable code, such as `empty`, `cannot_open`, `not_json`, or the first fault of the event. */
      code: string;
      /** Codes and pointers only: no value of the message, and no name that no schema knows. */
      detail: string;
      /** Source and id when they could be read and belong to the topic's entity: then the entity is told. */
      identity: { source: string; id: string; type: string } | null;
    };

export type OpenDeps = { catalogue: Catalogue; sealer: EventSealer; sealedOnly: boolean };

/**
 * Bytes from an entity's topic → a checked event, or why it is none. The entity is the topic's, whatever the event says
 * of itself. Times are judged at the moment of publishing, so an event that waited in the queue is not refused for that;
 * nor is one that the front door acknowledged, when operators took a right from its entity meanwhile.
 */
export async function openMessage(message: IncomingMessage, entity: string, deps: OpenDeps): Promise<OpenedMessage> {
  const refused = (code: string, detail: string, value?: unknown): OpenedMessage => ({
    kind: 'refused',
    message,
    code,
    detail,
    identity: identityOf(value, entity, deps.catalogue),
  });
  if (message.value === null) return refused('empty', 'the message has no value');
  const opened = await unseal(message, deps);
  if ('fault' in opened) return refused(opened.fault, 'the message could not be opened');
  const parsed = parseJson(opened.bytes);
  if (!parsed.ok) return refused(parsed.faults[0]!.code, describe(parsed.faults, undefined));
  const test = message.headers.test === '1';
  const checked = checkEvent(parsed.value, {
    catalogue: deps.catalogue,
    now: message.at,
    entity,
    keyKind: test ? 'test' : 'live',
    acknowledged: opened.byPlatform,
  });
  if (!checked.ok) {
    const { type } = Object(parsed.value) as { type?: unknown };
    const dataSchema = typeof type === 'string' ? deps.catalogue.type(type)?.type.dataSchema : undefined;
    return refused(checked.faults[0]!.code, describe(checked.faults, dataSchema), parsed.value);
  }
  const traceparent = message.headers.traceparent ?? checked.event.traceparent ?? null;
  return { kind: 'event', accepted: { ...checked, message, test, traceparent } };
}

type Unsealed = { bytes: Uint8Array; byPlatform: boolean } | { fault: string };

async function unseal({ value }: IncomingMessage, deps: OpenDeps): Promise<Unsealed> {
  const text = value!.toString('latin1');
  // Compact JWE: five base64url parts; the first decodes to a JSON object, so it begins with "eyJ".
  if (!text.startsWith('eyJ')) return deps.sealedOnly ? { fault: 'not_sealed' } : { bytes: value!, byPlatform: false };
  try {
    return { bytes: Buffer.from(await deps.sealer.open(text)), byPlatform: isSealedByPlatform(text) };
  } catch (error) {
    if (error instanceof CryptoError) return { fault: error.code };
    throw error;
  }
}

const describe = (faults: { code: string; pointer: string }[], dataSchema: object | undefined): string =>
  faults
    .map(({ code, pointer }) => `${code} at ${keptPointer(pointer, dataSchema) || '/'}`)
    .join('; ')
    .slice(0, 1_000);

function identityOf(value: unknown, entity: string, catalogue: Catalogue) {
  const { source, id, type } = (typeof value === 'object' && value !== null ? value : {}) as Record<string, unknown>;
  if (typeof source !== 'string' || typeof id !== 'string' || id.length > 128 || source.length > 128) return null;
  if (catalogue.bySource(source)?.entity !== entity) return null;
  return { source, id, type: typeof type === 'string' ? type.slice(0, 128) : '' };
}
