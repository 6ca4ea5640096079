import { randomUUID } from 'node:crypto';
import type { Catalogue } from '../../shared/catalogue.ts';
import type { NamedProvider } from '../../shared/controls/providers.ts';
import { describeScope, inForce } from '../../shared/controls/scope.ts';
import { insertNew, type Ledger } from '../../shared/ledger/index.ts';
import type { Control } from '../../shared/ledger/types.ts';
import { recordAct } from '../acts.ts';
import { type Asked, ControlError, readControl, type Wanted } from './request.ts';
import { stillDraining, type Waiting, waitingFor, wouldWait } from './waiting.ts';

export type ControlTools = {
  ledger: Pick<Ledger, 'controls' | 'deliveries' | 'connection'>;
  catalogue: Catalogue;
  providers: NamedProvider[];
  clock: () => Date;
};
/** What would happen; nothing has. `standing` is the control of the same scope that there is already. */
export type Effect = { wanted: Wanted; waiting: Waiting; byOthers: string[]; standing: Control | null };
/** A control with what waits for it; `draining` is what a drain has not finished yet. */
export type Standing = Control & { waiting: Waiting; draining: number };

/** Says what a control would do before it does it. Throws ControlError. */
export async function foreseeControl(asked: Asked, tools: ControlTools): Promise<Effect> {
  const { ledger, providers, catalogue, clock } = tools;
  const wanted = readControl(asked, { catalogue, providers, now: clock() });
  const [waiting, standing, byOthers] = await Promise.all([
    wouldWait(wanted.scope, providers, ledger),
    ledger.controls.findById(wanted._id).lean<Control>(),
    othersOf(wanted, tools),
  ]);
  return { wanted, waiting, byOthers, standing };
}

/**
 * Puts a control in place of what stands for the same scope: a drain becomes a pause, a weight another weight. The act is
 * written first. Throws ControlError `already` when the same stands, also when somebody else was quicker.
 */
export async function placeControl(asked: Asked, by: string, tools: ControlTools): Promise<Control> {
  const { ledger, clock } = tools;
  const { wanted, waiting, standing } = await foreseeControl(asked, tools);
  const now = clock();
  if (standing && inForce(standing, now) && isSame(standing, wanted)) throw new ControlError('already');
  await recordAct(ledger, { kind: wanted.kind, by, because: wanted.because, details: detailsOf(wanted, waiting) }, now);
  const control: Control = {
    ...{ ...wanted, by, at: now, state: 'active', endedAt: null, lookAt: null },
    token: randomUUID(),
  };
  if (!(await store(control, standing, ledger))) throw new ControlError('already');
  return control;
}

/** False when somebody else was quicker. */
async function store(control: Control, standing: Control | null, { controls }: ControlTools['ledger']) {
  if (!standing) return (await insertNew(controls.collection, [control])).duplicates === 0;
  const { _id, ...fields } = control;
  const seen = { _id: _id as never, token: standing.token };
  return (await controls.collection.updateOne(seen, { $set: fields })).modifiedCount === 1;
}

/** Ends a control; what waits for it is then let go at a bounded rate. The act is written first. Throws ControlError. */
export async function endControl(
  id: string,
  { by, because }: { by: string; because: string },
  { ledger, clock }: ControlTools,
): Promise<Standing> {
  const control = await ledger.controls.findOne({ _id: id, state: 'active' }).lean<Control>();
  if (!control) throw new ControlError('nothing_there');
  const now = clock();
  const waiting = await waitingFor(id, ledger);
  await recordAct(ledger, { kind: 'resume', by, because, details: detailsOf(control, waiting) }, now);
  const seen = { _id: id as never, state: 'active', token: control.token };
  const { collection } = ledger.controls;
  const done =
    control.kind === 'weight'
      ? (await collection.deleteMany(seen)).deletedCount
      : (await collection.updateOne(seen, { $set: { state: 'releasing', endedAt: now, lookAt: now } })).modifiedCount;
  if (done !== 1) throw new ControlError('nothing_there');
  return { ...control, waiting, draining: 0 };
}

/** What stands, oldest first, and what has ended but still lets things go. */
export async function listControls({ ledger, clock }: Pick<ControlTools, 'ledger' | 'clock'>): Promise<Standing[]> {
  const now = clock();
  const all = await ledger.controls.find().sort({ at: 1, _id: 1 }).lean<Control[]>();
  const counted = await Promise.all(all.map((control) => countFor(control, ledger)));
  return counted.filter((control) => inForce(control, now) || control.waiting.count > 0);
}

async function countFor(control: Control, ledger: ControlTools['ledger']): Promise<Standing> {
  const [waiting, draining] = await Promise.all([
    waitingFor(control._id, ledger),
    control.kind === 'drain' && control.state === 'active' ? stillDraining(control.scope, control.at, ledger) : 0,
  ]);
  return { ...control, waiting, draining };
}

/** By whom the messages go while one provider is paused; empty when there is nobody else, or no provider was named. */
async function othersOf({ kind, scope }: Wanted, { ledger, providers, clock }: ControlTools): Promise<string[]> {
  const named = providers.find(({ name }) => name === scope.provider);
  // The kind of the device decides who sends a push: there is never another.
  if (!named || named.channel === 'push' || kind === 'weight') return [];
  const standing = await ledger.controls.find({ state: 'active' }).lean<Control[]>();
  const paused = standing
    .filter((one) => one.kind !== 'weight' && inForce(one, clock()) && Object.keys(one.scope).length === 1)
    .map((one) => one.scope.provider);
  return providers
    .filter(({ name, channel }) => channel === named.channel && name !== named.name && !paused.includes(name))
    .map(({ name }) => name);
}

const isSame = (standing: Control, wanted: Wanted): boolean =>
  standing.kind === wanted.kind &&
  standing.weight === wanted.weight &&
  standing.holdsCodes === wanted.holdsCodes &&
  standing.until?.getTime() === wanted.until?.getTime();

const detailsOf = ({ _id, kind, scope, weight, holdsCodes, until }: Wanted, waiting: Waiting) => ({
  ...{ id: _id, kind, scope: describeScope(scope), waiting: waiting.count },
  ...(kind === 'weight' ? { weight } : { holdsCodes }),
  until: until?.toISOString() ?? null,
});
