import type { Logger } from '../../../shared/log.ts';
import type { Renderer } from '../../../shared/render/index.ts';
import type * as web from '../../../shared/web/types.ts';
import type { Caller, Context } from '../../context.ts';
import type { PortalSession } from './session.ts';

export type { FieldError, Flash, FormState, Move, Page, Reply } from '../../../shared/web/types.ts';

/** What pages are built from. */
export type PortalContext = {
  context: Context;
  renderer: Pick<Renderer, 'inbox'>;
  log: Logger;
  /** The portal's name in each language. */
  name: Record<string, string>;
};

/** One request for one page. `caller` is null only on pages that are `open`. */
export type Visit = PortalContext &
  web.BaseVisit & {
    caller: Caller;
    signedIn: boolean;
    session: PortalSession;
  };

export type Handle = web.Handle<Visit>;
export type Form = web.Form<Visit>;

export type PageOptions = {
  /** Shown without sign-in too. */
  open?: boolean;
  /** Asks for a fresh and strong sign-in first; what was typed is kept meanwhile. */
  stepUp?: boolean;
  /** Where to come back to after the stronger sign-in, when the address itself has no page to show. */
  backTo?: string;
};

/** How pages are added: addresses are without language; `:id` is a parameter. */
export type PageKit = PortalContext & web.Verbs<Visit, PageOptions>;

/** One file of pages. */
export type AddPages = (kit: PageKit) => void;
