import { PublishCommand } from '@aws-sdk/client-sns';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type HttpFarSide, openHttpFarSide, type Replies } from '../far-sides/http.ts';
import { snsError, snsReplies } from '../far-sides/sns.ts';
import { createSnsCaller, type SnsCaller } from './client.ts';
import { SNS_ERRORS } from './errors.ts';

const dead = (reason: string) => ({ kind: 'refused', reason, contact: 'dead' });
const keep = (reason: string) => ({ kind: 'refused', reason, contact: 'keep' });
const optedOut = { kind: 'refused', reason: 'opted_out', contact: 'opted_out' };
const misconfigured = { kind: 'retry', reason: 'provider_misconfigured' };
const unavailable = { kind: 'retry', reason: 'provider_unavailable' };
const throttled = { kind: 'throttled' };

/** Errors as SNS writes them on the wire: status, code, message, and what they mean for us. */
const table: [status: number, code: string, message: string, meaning: object][] = [
  [400, 'OptedOut', 'The number opted out', optedOut],
  [400, 'InvalidParameter', 'Invalid parameter: Phone number is opted out', optedOut],
  [400, 'InvalidParameter', 'Invalid parameter: PhoneNumber Reason: not valid', dead('invalid_number')],
  [400, 'InvalidParameter', 'Phone number does not meet the E164 format', dead('invalid_number')],
  [400, 'InvalidParameter', 'Invalid parameter: PlatformApplicationArn Reason: wrong endpoint', misconfigured],
  [400, 'InvalidParameter', 'Invalid parameter: SenderID', misconfigured],
  [400, 'InvalidParameter', 'Invalid parameter: TargetArn Reason: No endpoint found', dead('endpoint_gone')],
  [400, 'InvalidParameter', 'Invalid parameter: Token Reason: must be hexadecimal', dead('endpoint_gone')],
  [400, 'InvalidParameter', 'Invalid parameter: Message too long', keep('too_large')],
  [400, 'InvalidParameter', 'Invalid parameter: Message Reason: empty', keep('provider_refused')],
  [400, 'EndpointDisabled', 'Endpoint is disabled', dead('endpoint_gone')],
  [404, 'NotFound', 'Endpoint does not exist', dead('endpoint_gone')],
  [404, 'NotFound', 'PlatformApplication of the endpoint does not exist', misconfigured],
  [404, 'NotFound', 'Topic does not exist', misconfigured],
  [400, 'InvalidParameterValue', 'no', keep('provider_refused')],
  [400, 'ParameterValueInvalid', 'no', keep('provider_refused')],
  [400, 'ValidationException', 'no', keep('provider_refused')],
  [400, 'UserError', 'no', keep('provider_refused')],
  [429, 'Throttled', 'Rate exceeded', throttled],
  [400, 'Throttling', 'Rate exceeded', throttled],
  [400, 'ThrottlingException', 'Rate exceeded', throttled],
  [429, 'TooManyRequestsException', 'Rate exceeded', throttled],
  [400, 'RequestLimitExceeded', 'Rate exceeded', throttled],
  [400, 'KMSThrottling', 'Rate exceeded', throttled],
  [403, 'AuthorizationError', 'not authorized', misconfigured],
  [403, 'AccessDenied', 'no', misconfigured],
  [403, 'InvalidClientTokenId', 'no', misconfigured],
  [403, 'UnrecognizedClientException', 'no', misconfigured],
  [403, 'SignatureDoesNotMatch', 'no', misconfigured],
  [400, 'IncompleteSignature', 'no', misconfigured],
  [403, 'MissingAuthenticationToken', 'no', misconfigured],
  [403, 'InvalidSecurity', 'no', misconfigured],
  [403, 'ExpiredToken', 'no', misconfigured],
  [403, 'RequestExpired', 'no', misconfigured],
  [403, 'OptInRequired', 'no', misconfigured],
  [400, 'KMSAccessDenied', 'no', misconfigured],
  [400, 'KMSDisabled', 'no', misconfigured],
  [400, 'KMSInvalidState', 'no', misconfigured],
  [400, 'KMSNotFound', 'no', misconfigured],
  [403, 'KMSOptInRequired', 'no', misconfigured],
  [400, 'PlatformApplicationDisabled', 'no', misconfigured],
  [400, 'InvalidAction', 'no', misconfigured],
  [500, 'InternalError', 'no', unavailable],
  [500, 'InternalFailure', 'no', unavailable],
  [503, 'ServiceUnavailable', 'no', unavailable],
  [400, 'NobodyKnows', 'no', keep('provider_refused')],
  [418, 'NobodyKnows', 'no', misconfigured],
  [413, 'NobodyKnows', 'no', keep('too_large')],
  [429, 'NobodyKnows', 'no', throttled],
  [502, 'NobodyKnows', 'no', unavailable],
  [504, 'NobodyKnows', 'no', { kind: 'unknown' }],
];

describe('errors of SNS', () => {
  let far: HttpFarSide;
  let sns: SnsCaller;
  const replies: Replies = snsReplies(snsError(400, 'unset'));
  beforeAll(async () => {
    far = await openHttpFarSide('refuses for good', replies);
    const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
    sns = createSnsCaller({ region: 'me-south-1', endpoint: far.url, credentials });
  });
  afterAll(async () => {
    await sns.close();
    await far.stop();
  });
  const failure = async () => {
    const command = new PublishCommand({ PhoneNumber: '+97336001234', Message: 'x' });
    const answer = await sns.call((client) => client.send(command));
    return answer.ok ? null : answer.failure;
  };

  it.each(table)('%i %s (%s)', async (status, code, message, meaning) => {
    replies.refuse = snsError(status, code, message);
    // The SDK has one error under another name.
    const name = code === 'ParameterValueInvalid' ? 'InvalidParameterValue' : code.replace(/Exception$/, '');
    expect(await failure()).toEqual({ ...meaning, code: name === 'NobodyKnows' ? `HTTP ${status}` : name });
  });

  it('has a line here for every row of the table', () => {
    const names = table.map(([, code]) => code.replace(/Exception$/, ''));
    const ofTheSdk = ['CredentialsProviderError'];
    expect(new Set([...names, ...ofTheSdk])).toEqual(new Set([...SNS_ERRORS.map(({ name }) => name), 'NobodyKnows']));
  });

  it('hands on how long to wait', async () => {
    replies.refuse = { ...snsError(429, 'Throttled'), headers: { 'retry-after': '7' } };
    expect(await failure()).toEqual({ kind: 'throttled', code: 'Throttled', retryAfterMs: 7000 });
  });

  it('asks SNS once, whatever it answers', async () => {
    replies.refuse = snsError(500, 'InternalError');
    const before = far.taken.length;
    await failure();
    expect(far.taken.length - before).toBe(1);
  });

  it('names a want of credentials as ours to mend', async () => {
    const failing = async () => {
      throw Object.assign(new Error('none found'), { name: 'CredentialsProviderError' });
    };
    const caller = createSnsCaller({ region: 'me-south-1', endpoint: far.url, credentials: failing });
    const command = new PublishCommand({ PhoneNumber: '+97336001234', Message: 'x' });
    const answer = await caller.call((client) => client.send(command));
    expect(answer).toMatchObject({ ok: false, failure: misconfigured });
    await caller.close();
  });
});
