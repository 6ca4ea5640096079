import { describe, expect, it } from '@jest/globals';
import { at, NOON, sampleControl, sampleDelivery } from '../ledger/samples.ts';
import type { Control, ControlScope } from '../ledger/types.ts';
import { controlId, describeScope, type Holdable, inForce, judgeHold, touchesCodes, weightsInForce } from './scope.ts';

const pause = (scope: ControlScope, more: Partial<Control> = {}): Control => {
  const kind = more.kind ?? 'pause';
  return sampleControl({ _id: controlId(kind, scope), scope, ...more });
};
const text = (more: Partial<Holdable> = {}): Holdable => sampleDelivery({ entity: 'health', ...more });
const PROVIDERS = ['sns-sms', 'sms-gateway'];
const heldBy = (delivery: Holdable, controls: Control[], now = NOON) => {
  const judged = judgeHold(delivery, PROVIDERS, controls, now);
  return judged.kind === 'hold' ? judged.control._id : null;
};
const code = text({ entity: 'notifyme', lane: 'urgent' });

describe('a pause', () => {
  it.each<[ControlScope, boolean]>([
    [{ channel: 'sms' }, true],
    [{ channel: 'email' }, false],
    [{ lane: 'normal' }, true],
    [{ lane: 'bulk' }, false],
    [{ entity: 'health' }, true],
    [{ entity: 'ofoq' }, false],
    [{ type: 'bh.gov.moic.sijilat.licence.renewed.v1' }, true],
    [{ type: 'bh.gov.moic.sijilat.licence' }, false],
    [{ channel: 'sms', entity: 'health' }, true],
    [{ channel: 'email', entity: 'health' }, false],
    [{}, true],
  ])('of %j holds a normal text of one entity: %s', (scope, holds) => {
    expect(heldBy(text(), [pause(scope)])).toBe(holds ? controlId('pause', scope) : null);
  });

  it('counts from the moment it stands until its end', () => {
    const ends = pause({ channel: 'sms' }, { until: at(60) });
    expect([59, 60].map((seconds) => heldBy(text(), [ends], at(seconds)) !== null)).toEqual([true, false]);
    expect(inForce({ state: 'releasing', until: null }, NOON)).toBe(false);
  });

  it('lets the platform’s own codes through unless it was told to hold them', () => {
    expect(heldBy(code, [pause({ channel: 'sms' })])).toBeNull();
    expect(heldBy(code, [pause({ channel: 'sms' }, { holdsCodes: true })])).not.toBeNull();
    expect(heldBy(text({ entity: 'notifyme' }), [pause({ channel: 'sms' })])).not.toBeNull();
  });

  it.each<[ControlScope, boolean]>([
    [{ channel: 'sms' }, true],
    [{ lane: 'urgent' }, true],
    [{ entity: 'notifyme' }, true],
    [{ provider: 'sns-sms' }, true],
    [{ lane: 'bulk' }, false],
    [{ entity: 'health' }, false],
  ])('of %j could meet those codes: %s', (scope, touches) => {
    expect(touchesCodes(scope)).toBe(touches);
  });
});

describe('a pause of a provider', () => {
  const [sns, gateway] = PROVIDERS.map((provider) => pause({ provider }));

  it('sends by the others, and holds only when there is none', () => {
    expect(judgeHold(text(), PROVIDERS, [sns!], NOON)).toEqual({ kind: 'go', avoid: ['sns-sms'] });
    expect(heldBy(text(), [sns!, gateway!])).toBe('hold:provider=sns-sms');
    expect(judgeHold(text(), ['smtp'], [sns!, gateway!], NOON)).toEqual({ kind: 'go', avoid: [] });
  });

  it('is avoided by what else the pause names only', () => {
    const bulk = pause({ provider: 'sns-sms', lane: 'bulk' });
    expect(judgeHold(text(), PROVIDERS, [bulk], NOON)).toEqual({ kind: 'go', avoid: [] });
    expect(judgeHold(text({ lane: 'bulk' }), PROVIDERS, [bulk], NOON)).toEqual({ kind: 'go', avoid: ['sns-sms'] });
  });

  it('does not touch notices of test keys, which go by no provider', () => {
    expect(judgeHold(text({ test: true }), PROVIDERS, [sns!, gateway!], NOON)).toEqual({ kind: 'go', avoid: [] });
    expect(heldBy(text({ test: true }), [pause({ channel: 'sms' })])).not.toBeNull();
  });
});

describe('a drain', () => {
  it('finishes what was on a lane when it began, and holds what came on one after', () => {
    const drain = pause({ channel: 'sms' }, { kind: 'drain', at: at(10) });
    const queued = [at(9), at(10), at(11), null].map((queuedAt) => heldBy(text({ queuedAt }), [drain]) !== null);
    expect(queued).toEqual([false, false, true, true]);
  });
});

describe('the id of a control', () => {
  it('is the same for the same scope in whatever order, and one for pause and drain', () => {
    const id = 'hold:channel=sms entity=health';
    expect(controlId('pause', { entity: 'health', channel: 'sms' })).toBe(id);
    expect(controlId('drain', { channel: 'sms', entity: 'health' })).toBe(id);
    expect(controlId('weight', { provider: 'smtp' })).toBe('weight:provider=smtp');
    expect(describeScope({})).toBe('');
  });
});

describe('a weight', () => {
  it('replaces that of the settings while it is in force, and holds nothing', () => {
    const some = [
      pause({ provider: 'smtp' }, { kind: 'weight', weight: 3 }),
      pause({ provider: 'smtp-2' }, { kind: 'weight', weight: 0, until: at(5) }),
    ];
    expect([...weightsInForce(some, NOON)]).toEqual([
      ['smtp', 3],
      ['smtp-2', 0],
    ]);
    expect([...weightsInForce(some, at(5))]).toEqual([['smtp', 3]]);
    expect(judgeHold(text({ channel: 'email' }), ['smtp'], some, NOON)).toEqual({ kind: 'go', avoid: [] });
  });
});
