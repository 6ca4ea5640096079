import { describe, expect, it } from '@jest/globals';
import { readMailError } from './errors.ts';

describe('an error of the mail client without a reply of the relay', () => {
  it.each(['EAUTH', 'ENOAUTH', 'EOAUTH2', 'ECONFIG', 'EREQUIRETLS'])('%s is ours to mend', (code) => {
    expect(readMailError({ code }, 'nothing')).toEqual({ kind: 'retry', reason: 'provider_misconfigured', code });
  });

  it('means that the relay is not there, under a name of its own', () => {
    expect(readMailError({}, 'nothing')).toEqual({ kind: 'retry', reason: 'provider_unavailable', code: 'EUNKNOWN' });
    expect(readMailError({ code: 'ESOCKET' }, 'part')).toMatchObject({ kind: 'retry', code: 'ESOCKET' });
    expect(readMailError({ code: 'ESOCKET' }, 'all')).toEqual({ kind: 'unknown', code: 'ESOCKET' });
  });

  it('is too large a message only where the sender was being told its size', () => {
    const told = { code: 'EMESSAGE', command: 'MAIL FROM' };
    const tooLarge = { kind: 'refused', reason: 'too_large', code: 'EMESSAGE', contact: 'keep' };
    expect(readMailError(told, 'nothing')).toEqual(tooLarge);
    expect(readMailError({ ...told, command: 'DATA' }, 'nothing')).toMatchObject({ kind: 'retry' });
    expect(readMailError({ ...told, code: 'ETIMEDOUT' }, 'nothing')).toMatchObject({ kind: 'retry' });
  });
});
