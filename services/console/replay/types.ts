import type { Channel, DeliveryStatus, Reason } from '../../../contracts/status.ts';
import type { Catalogue } from '../../shared/catalogue.ts';
import type { Sealer } from '../../shared/crypto/field.ts';
import type { Producer } from '../../shared/kafka/producer.ts';
import type { Ledger } from '../../shared/ledger/index.ts';
import type { Control, Delivery } from '../../shared/ledger/types.ts';

/** What is looked for. With `ids` also those that did not fail are found, to say why they are not sent. */
export type ReplayFilter = {
  ids?: string[];
  entity?: string;
  type?: string;
  channel?: Channel;
  provider?: string;
  reason?: Reason;
  since?: Date;
  until?: Date;
};

/** Dead letters that are looked for, of those that nobody has put back. */
export type LetterFilter = { ids?: string[]; reason?: string; topic?: string };

/** What the rules of sending would do with a delivery if it were sent now. */
export type Foreseen =
  | { kind: 'send' }
  | { kind: 'refuse'; reason: Reason }
  /** `control` when it would wait for what is paused. */
  | { kind: 'later'; reason: Reason; control?: Control };

/** What operators have paused, as it stood at the dry run, and how many would wait for it. */
export type Wait = Pick<Control, 'scope' | 'because' | 'until'> & { control: string; count: number };

/** Why a delivery is not in the set: a reason of the closed list, or one of these. */
export type Refusal = Reason | 'never_replay' | 'already_delivered' | 'under_way' | 'no_content';

/**
 * planning → planned → (awaiting_approval →) running ⇄ paused → done. Everything but done can be stopped, and a set that
 * nobody confirms for a week is.
 */
export type ReplayStatus = 'planning' | 'planned' | 'awaiting_approval' | 'running' | 'paused' | 'done' | 'stopped';

/** What a dry run found. `found` is `send` and everything in `refused`. */
export type ReplayPlan = {
  found: number;
  send: number;
  people: number;
  /** A few ids that would be sent. */
  sample: string[];
  /** SMS segments as last rendered, and how many SMS were never rendered. */
  smsSegments: number;
  smsUnmeasured: number;
  byReason: Record<string, number>;
  byStatus: Record<string, number>;
  byEntity: Record<string, number>;
  byChannel: Record<string, number>;
  /** How many would not be sent, by why. */
  refused: Record<string, number>;
  /** How many of `send` would wait, by why. */
  later: Record<string, number>;
  /** Those that would wait for a pause, by pause. Jobs of earlier versions have none. */
  waits?: Wait[];
};

/** Who said so, when and why. */
export type Word = { by: string; because: string; at: Date };

/** What became of deliveries that a job made due. */
export type ReplayResult = { status: DeliveryStatus; reason: string | null; count: number };

/** One replay, from its dry run on. `_id` is `j_<32 hex>`. */
export type ReplayJob = {
  _id: string;
  filter: ReplayFilter;
  /** Dead letters are put back instead of deliveries sent again; then `filter` is empty. */
  letters?: LetterFilter;
  status: ReplayStatus;
  /** The set is what had failed by this moment; what fails later is not in it. */
  at: Date;
  plan: ReplayPlan;
  /** Which making of the set counts; one that was broken off leaves pages of an earlier one. */
  attempt: number;
  perSecond: number;
  createdBy: string;
  confirmed: Word | null;
  approved: Word | null;
  /** The last pause, resumption or stop. */
  changed: Word | null;
  /** How many of the set were gone through, and how many of them this job made due. */
  done: number;
  started: number;
  /** How many of those have an end or a provider, and what it is. */
  settled: number;
  results: ReplayResult[];
  lookedAt: Date | null;
  /** There is work for a runner. */
  busy: boolean;
  /** When a runner looks at it next. */
  dueAt: Date;
  lease: string | null;
  leaseUntil: Date;
  createdAt: Date;
  endedAt: Date | null;
  /** The set was removed; its counts are what is left. */
  setGone?: boolean;
};

/** One of the set: `replays` is how often it had been sent again, and tells whether it stands as the dry run saw it. */
export type SetItem = { id: string; person: string; replays: number };

/** A page of the set, never changed. `_id` is `<job>/<attempt>/send/<number>`; every page but the last has `PAGE` items. */
export type SetPage = { _id: string; items: SetItem[] };

/** What became of the page of that number so far. `_id` is `<job>/<attempt>/look/<number>`. */
export type PageLook = {
  _id: string;
  /** All its deliveries were made due, and each has an end or a provider. */
  settled: boolean;
  results: ReplayResult[];
  lookedAt: Date | null;
};

/** A page of what the dry run refused. `_id` is `<job>/<attempt>/refused/<number>`. */
export type RefusedPage = { _id: string; items: { id: string; reason: Refusal }[] };

/** Sizes from which more than a click is asked for, and the pace. */
export type ReplayRules = { countFrom: number; approvalAbove: number; perSecond: number };

export type ReplayTools = {
  ledger: Ledger;
  catalogue: Catalogue;
  clock: () => Date;
  /** Asks the rules of sending about a page of deliveries, by id; one without an answer would be sent. */
  foresee(deliveries: Delivery[], now: Date): Promise<Map<string, Foreseen>>;
  rules: ReplayRules;
  /** What it takes to put dead letters back. */
  letters: { sealer: Sealer; producer(): Promise<Producer> };
};

export const PAGE = 1_000;
/** The highest pace that may be asked for, in deliveries a second. */
export const FASTEST = 10_000;
