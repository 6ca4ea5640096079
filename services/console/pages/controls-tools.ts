import { providersOf } from '../../shared/controls/providers.ts';
import type { ControlTools } from '../controls/index.ts';
import type { Visit } from '../kit/types.ts';

export const controlTools = ({ context }: Pick<Visit, 'context'>): ControlTools => {
  const { ledger, catalogue, settings, clock } = context;
  return { ledger, catalogue, clock, providers: providersOf(settings) };
};
