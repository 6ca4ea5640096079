/** What the gateway reports of a text, in its own words. */
export type Report = { status: string; error?: string };

/** How it reports: as it should, three times, before it answers, or signed by a stranger. */
export type Manner = 'plain' | 'repeats' | 'early' | 'forged';

export type GatewayFate = { report: Report; manner: Manner };

const failed = (error: string, status = 'undelivered'): GatewayFate => ({ report: { status, error }, manner: 'plain' });
const delivered = (manner: Manner): GatewayFate => ({ report: { status: 'delivered' }, manner });

/** 99 to 96 as on SNS; 95 to 93 only here. */
const FATES: Record<string, GatewayFate> = {
  '99': failed('opted_out'),
  '98': failed('invalid_number'),
  '97': failed('unreachable'),
  '96': failed('blocked', 'rejected'),
  '95': delivered('repeats'),
  '94': delivered('early'),
  '93': delivered('forged'),
};

/** What happens to a text for this number: its last two digits decide. */
export const gatewayFateOf = (number: string): GatewayFate => FATES[number.slice(-2)] ?? delivered('plain');
