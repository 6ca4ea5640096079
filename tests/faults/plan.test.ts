import { describe, expect, it } from '@jest/globals';
import { FAULTS, planFaults } from './plan.ts';

const slots = ['router-1', 'email-1', 'sms'];
const plan = (seed: number) => planFaults({ seed, seconds: 120, faults: FAULTS, slots });

describe('a plan of faults', () => {
  it('is the same for the same seed, and another for another', () => {
    expect(plan(7)).toEqual(plan(7));
    expect(plan(7)).not.toEqual(plan(8));
  });

  it('has every kind of fault, in the order of time', () => {
    const steps = plan(1);
    expect(new Set(steps.map(({ fault }) => fault))).toEqual(new Set(FAULTS.filter((fault) => fault !== 'poison')));
    expect(steps.map(({ at }) => at)).toEqual(steps.map(({ at }) => at).toSorted((a, b) => a - b));
  });

  it('lets consumers fail and fall silent in turn, and clocks run ahead and behind in turn', () => {
    const steps = planFaults({ seed: 1, seconds: 60, faults: ['crash', 'clock'], slots: ['ingest', ...slots] });
    const crashes = steps.filter((step) => step.fault === 'crash');
    expect(crashes.slice(0, 2).map(({ how }) => how)).toEqual(['silent', 'failing']);
    // The front door has no consumer.
    expect(crashes.map(({ target }) => target)).not.toContain('ingest');
    const clocks = steps.flatMap((step) => (step.fault === 'clock' ? step.offMs : []));
    expect(clocks.slice(0, 2).toSorted((a, b) => a - b)).toEqual([-120_000, 120_000]);
  });

  it('kills every worker every few seconds when it kills alone', () => {
    const steps = planFaults({ seed: 1, seconds: 60, faults: ['kill'], slots });
    expect(new Set(steps.flatMap((step) => ('target' in step ? step.target : [])))).toEqual(new Set(slots));
    expect(steps.length).toBeGreaterThan(10);
  });
});
