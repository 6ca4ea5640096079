import type { Request, Response } from 'express';
import type { PageLanguage } from './languages.ts';
import type { Values } from './text.ts';

/** One fault of a form; `key` is a message of the string table, `field` the id of the input it belongs to. */
export type FieldError = { field: string; key: string; values?: Values };

/** A page to show. `title` is a message key. */
export type Page = {
  view: string;
  title: string;
  titleValues?: Values;
  data?: Record<string, unknown>;
  errors?: FieldError[];
  status?: number;
  timeZone?: string;
};

/** Said once on the next page. */
export type Flash = { key: string; values?: Record<string, string> };

/** Another page to go to (without language), or an address outside. */
export type Move = { to: string; flash?: Flash } | { leave: URL };

/** A file to keep; `content` is sent as it is, piece by piece when it is large. */
export type Download = { file: { name: string; type: string; content: string | AsyncIterable<string> } };

/** An answer for programs. */
export type Data = { json: unknown; status?: number };

export type Reply = Page | Move | Download | Data;

/** One request for one page, as far as every service's pages have it. */
export type BaseVisit = {
  language: PageLanguage;
  session: { flash?: Flash };
  /** Address without language and query, such as `/contacts`. */
  path: string;
  query: Record<string, string>;
  params: Record<string, string>;
  /** Fields of a form, each once; of a repeated one the last counts (`list` has all). */
  fields: Record<string, string>;
  list(field: string): string[];
  req: Request;
  res: Response;
};

export type Handle<Visit> = (visit: Visit) => Promise<Reply> | Reply;

/** What a form shows: the fields as they were typed, and what is wrong with them. */
export type FormState = {
  fields: Record<string, string>;
  list(field: string): string[];
  typed: boolean;
  errors: FieldError[];
};

export type Form<Visit> = {
  show(visit: Visit, state: FormState): Promise<Reply> | Reply;
  /** Does what the form asks: where to go then, or everything that is wrong with it. */
  act(visit: Visit): Promise<Reply | { errors: FieldError[] }>;
};

/** How pages are added: addresses are without language; `:id` is a parameter. */
export type Verbs<Visit, Options> = {
  get(path: string, options: Options, handle: Handle<Visit>): void;
  post(path: string, options: Options, handle: Handle<Visit>): void;
  /** GET shows, POST acts; faults are shown with what was typed; the language can be switched without losing it. */
  form(path: string, options: Options, form: Form<Visit>): void;
};
