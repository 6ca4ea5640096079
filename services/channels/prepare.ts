import { CryptoError } from '../shared/crypto/keyring.ts';
import { recipientOf } from '../shared/recipient.ts';
import { TemplateError } from '../shared/render/index.ts';
import type { Checked } from '../shared/sending/check.ts';
import type { Loaded } from '../shared/sending/load.ts';
import type { ChannelDeps, Prepared } from './deps.ts';

/**
 * Opens the data and the address of a checked delivery and renders its message, or that of the digest by which it tells
 * of others `together` with its own. A value that is missing stops this
 * notice with a reason; it never prints a blank.
 */
export function prepareMessage(
  loaded: Loaded,
  checked: Extract<Checked, { kind: 'send' }>,
  together: Loaded[],
  deps: ChannelDeps,
  now: Date,
): Prepared {
  const { delivery } = loaded;
  const notification = loaded.notification!;
  const { contact, language } = checked;
  const entry = deps.catalogue.type(notification.type);
  if (!entry) return templateFailure(loaded, `unknown_type:${notification.type}`, now);
  const { entity } = entry;
  const optional = !notification.mandatory && delivery.channel === 'email';
  const unsubscribeUrl = optional
    ? deps.unsubscribeUrl(recipientOf(delivery), entity.entity, notification.category)
    : null;
  try {
    const message = deps.renderer.render({
      type: notification.type,
      language,
      channel: delivery.channel,
      data: JSON.parse(deps.sealer.open(notification.data, 'data')),
      notificationId: notification._id,
      sensitivity: notification.sensitivity,
      unsubscribeUrl,
      onBehalf: onBehalf(loaded, deps),
      ...(together.length > 0 && { together: together.length + 1 }),
    });
    return {
      kind: 'send',
      loaded,
      together,
      language,
      segments: message.channel === 'sms' ? message.segments : null,
      request: {
        deliveryId: delivery._id,
        notificationId: notification._id,
        entity: entity.entity,
        entityName: entity.title[language],
        smsSender: entity.smsSender,
        language,
        lane: notification.lane,
        mandatory: notification.mandatory,
        address: contact.address === '' ? '' : deps.sealer.open(contact.address, 'address'),
        addressKind: contact.kind,
        message,
        unsubscribeUrl,
        ttlSeconds: Math.max(1, Math.floor((notification.expiresAt.getTime() - now.getTime()) / 1000)),
        simulate: simulationOf(loaded),
      },
    };
  } catch (error) {
    // Nothing here asks a network: what fails now fails always, and must not hold up the rest of the batch.
    return templateFailure(loaded, codeOf(error), now);
  }
}

/** The last digits of the person's number, where somebody else receives: enough to tell for whom it is. */
const onBehalf = ({ under }: Loaded, { sealer }: ChannelDeps): string | null =>
  under?.mandate?.principal ? `*${sealer.open(under.mandate.principal, 'subject').slice(-4)}` : null;

/** A code without any value: a template's variable, a key that left the ring, or the kind of a mistake of ours. */
function codeOf(error: unknown): string {
  if (error instanceof TemplateError) return `${error.code}:${error.variable}`;
  return error instanceof CryptoError ? error.code : (error as Error).name;
}

/** What the simulator is to answer: the wanted reason once, then success. */
function simulationOf({ delivery, notification }: Loaded): string | null {
  const simulate = notification?.simulate ?? null;
  return simulate === 'delivered' || delivery.attempts.length > 0 ? null : simulate;
}

function templateFailure({ delivery }: Loaded, code: string, now: Date): Prepared {
  const attempt = {
    no: delivery.attempts.length + 1,
    provider: 'render',
    startedAt: now,
    endedAt: now,
    result: 'refused' as const,
    reason: 'template_error' as const,
    providerRef: null,
    code,
  };
  const change = { status: 'failed' as const, reason: 'template_error' as const, dueAt: now, updatedAt: now };
  return { kind: 'done', result: { delivery, change, attempt } };
}
