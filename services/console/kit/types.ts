import type { Runtime } from '../../shared/runtime.ts';
import type { BaseVisit, Flash, Handle as HandleOf, Verbs } from '../../shared/web/types.ts';
import type { May, Role } from '../access.ts';
import type { ConsoleSession, Operator } from './session.ts';

/** What pages are built from: open connections, keys, catalogue and clock. */
export type ConsoleContext = Omit<Runtime, 'close'>;

/** One request for one page. `operator` is null only on pages that are open to anybody. */
export type Visit = BaseVisit & {
  context: ConsoleContext;
  session: ConsoleSession;
  operator: Operator;
  signedIn: boolean;
  /** True when this operator may use the route, so that a page shows no button that would be refused. */
  may(method: 'GET' | 'POST', path: string): boolean;
  /** True when this operator has one of the roles. */
  is(...roles: Role[]): boolean;
};

export type Handle = HandleOf<Visit>;

/** Who may use the page; a page that does not say stops the start. */
export type PageOptions = { may: May };

/** A part of a page that changes by itself: a piece of `views/parts/` and what it shows. */
export type Live = {
  /** Milliseconds between two looks. */
  everyMs: number;
  piece: string;
  data(visit: Visit): Promise<Record<string, unknown>>;
};

/** Something every page must say on top; `to` leads to the page about it. */
export type Banner = Flash & { to: string | null };

/** How pages are added: addresses are without language; `:id` is a parameter. */
export type PageKit = Verbs<Visit, PageOptions> & {
  context: ConsoleContext;
  /** Server-sent events that bring a piece of a page anew; the page marks its place with `data-live`. */
  live(path: string, options: PageOptions, live: Live): void;
  /** What stands on top of every page of whoever signed in. Asked at every page, so it must be quick. */
  banner(ask: (visit: Visit) => Promise<Banner[]> | Banner[]): void;
};

/** One file of pages. */
export type AddPages = (kit: PageKit) => void;

export type { FieldError, FormState, Move, Page, Reply } from '../../shared/web/types.ts';
export type { Operator } from './session.ts';
