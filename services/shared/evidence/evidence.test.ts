import { describe, expect, it } from '@jest/globals';
import { concerns, readEvidence, writeEvidence } from './index.ts';

const evidence = (recipient: string | null, recipients: number) => ({
  source: 'smtp',
  recipient,
  recipients,
  raw: 'x',
});
const read = (recipient: string | null, recipients: number) =>
  readEvidence(writeEvidence(evidence(recipient, recipients)))!;

describe('evidence', () => {
  it('about one recipient concerns the delivery, also when mail was forwarded', () => {
    expect(concerns(read('elsewhere@example.org', 1), 'noor@example.com')).toBe(true);
  });

  it('C19 g: about several concerns only the address it names', () => {
    expect(concerns(read('other@example.com', 2), 'noor@example.com')).toBe(false);
    expect(concerns(read('Noor@Example.com', 2), 'noor@example.com')).toBe(true);
  });

  it('is cut at 32 KiB and says so', () => {
    const long = readEvidence(writeEvidence({ ...evidence(null, 1), raw: 'x'.repeat(40_000) }));
    expect([long?.raw.length, long?.truncated]).toEqual([32_768, true]);
  });

  it('of another form is read as none', () => {
    expect(['', '{}', 'null', '[1]', '{"raw":1}'].map(readEvidence)).toEqual(Array(5).fill(null));
  });
});
