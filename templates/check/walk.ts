import type { Language } from '../../contracts/status.ts';
import type { Report } from './fault.ts';
import type { Schema } from './schema.ts';

/** What goes along while one part of a template is walked. */
export type Walk = { root: Schema; language: Language; report: Report; used: Set<string> };
