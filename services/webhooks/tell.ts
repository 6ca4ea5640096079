import type { Catalogue } from '../shared/catalogue.ts';
import type { Webhook } from '../shared/ledger/types.ts';
import type { WebhookDeps } from './deps.ts';
import type { Mailer } from './mailer.ts';
import { backlogOf } from './store.ts';
import { suspendedMail } from './words.ts';

export type TellDeps = WebhookDeps & { catalogue: Pick<Catalogue, 'entities'>; mailer: Mailer | null };

/** A mail that was not taken, or whose sender died, is tried again after so long. */
const AGAIN_MS = 5 * 60_000;

/**
 * Tells the entity of one suspended endpoint by mail. The claim is a time in the future, so several processes send one
 * mail, and a killed one's is sent again. Returns true when there may be more.
 */
export async function tellSuspended(deps: TellDeps): Promise<boolean> {
  const { ledger, clock, log } = deps;
  const now = clock();
  const tellAt = new Date(now.getTime() + AGAIN_MS);
  const webhook = await ledger.webhooks
    .findOneAndUpdate(
      { status: 'suspended', tellAt: { $lte: now } },
      { $set: { tellAt } },
      { sort: { tellAt: 1 }, returnDocument: 'after' },
    )
    .lean<Webhook>();
  if (!webhook) return false;
  const to = deps.catalogue.entities.find(({ entity }) => entity === webhook.entity)?.operationsEmail;
  if (to && deps.mailer) await mailTo(to, webhook, deps.mailer, deps);
  else log.warn({ event: 'webhook_untold', entity: webhook.entity, reason: to ? 'no_relay' : 'no_address' });
  await ledger.webhooks.updateOne({ _id: webhook._id, tellAt }, { $set: { tellAt: null } });
  return true;
}

async function mailTo(to: string, webhook: Webhook, mailer: Mailer, deps: TellDeps): Promise<void> {
  const { host } = new URL(deps.sealer.open(webhook.url, 'webhook'));
  const { cursor } = await backlogOf(webhook, deps);
  const about = { host, id: webhook._id, why: webhook.reason ?? 'failing', last: webhook.last?.result ?? '-', cursor };
  await mailer.send({ to, ...suspendedMail(about) });
  deps.log.info({ event: 'webhook_told', entity: webhook.entity });
}
