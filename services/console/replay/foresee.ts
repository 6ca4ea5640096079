import type { Catalogue } from '../../shared/catalogue.ts';
import type { NamedProvider } from '../../shared/controls/providers.ts';
import { judgeHold } from '../../shared/controls/scope.ts';
import type { Ledger } from '../../shared/ledger/index.ts';
import type { Contact, Control, Delivery } from '../../shared/ledger/types.ts';
import { type Checked, checkBeforeSending } from '../../shared/sending/check.ts';
import type { AddressKeys } from '../../shared/sending/listed.ts';
import { loadForSending } from '../../shared/sending/load.ts';
import type { Foreseen, ReplayTools } from './types.ts';

export type ForeseeDeps = AddressKeys & {
  ledger: Ledger;
  catalogue: Catalogue;
  staleAfterMs: number;
  /** All that there are: a pause of one counts where no other can send. */
  providers: NamedProvider[];
};

/** Asks the channel workers' own rules what they would do with each delivery now: one truth for both. */
export const createForesee =
  ({ ledger, catalogue, staleAfterMs, providers, ...keys }: ForeseeDeps): ReplayTools['foresee'] =>
  async (deliveries, now) => {
    const [loaded, controls] = await Promise.all([
      loadForSending(ledger, deliveries, now, keys),
      ledger.controls.find({ state: 'active' }).lean<Control[]>(),
    ]);
    return new Map(
      loaded.map((item) => {
        const directToContact = catalogue.type(item.delivery.type)?.type.directToContact ?? false;
        const checked = checkBeforeSending({ ...item, directToContact }, { now, staleAfterMs });
        return [item.delivery._id, foreseenOf(checked, item.delivery, { controls, providers, now })];
      }),
    );
  };

type Standing = { controls: Control[]; providers: NamedProvider[]; now: Date };

function foreseenOf(checked: Checked, delivery: Delivery, { controls, providers, now }: Standing): Foreseen {
  if (checked.kind === 'end') return { kind: 'refuse', reason: checked.reason };
  if (checked.kind === 'defer') return { kind: 'later', reason: checked.reason };
  // It would be put on its lane now: a drain that has begun holds it.
  const again = { ...delivery, queuedAt: now };
  const judged = judgeHold(again, namesFor(checked.contact, providers), controls, now);
  return judged.kind === 'hold' ? { kind: 'later', reason: 'paused', control: judged.control } : { kind: 'send' };
}

/** Who could send to a contact: of its channel any, but the kind of a device leaves no choice. */
function namesFor({ channel, kind }: Contact, providers: NamedProvider[]): string[] {
  const names = providers.filter((one) => one.channel === channel).map(({ name }) => name);
  return channel === 'push' ? names.filter((name) => (name === 'webpush') === (kind === 'webpush')) : names;
}
