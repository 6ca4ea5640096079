import type { Replies, Reply } from './http.ts';

/** An error as the SNS query protocol writes it. */
export const snsError = (status: number, code: string, message = 'refused'): Reply => ({
  status,
  headers: { 'content-type': 'text/xml' },
  body: `<ErrorResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error><RequestId>r-1</RequestId></ErrorResponse>`,
});

/** The answer to a call, with the XML of its result. */
export const snsResult = (action: string, result: string): Reply => ({
  status: 200,
  headers: { 'content-type': 'text/xml' },
  body: `<${action}Response xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><${action}Result>${result}</${action}Result><ResponseMetadata><RequestId>r-1</RequestId></ResponseMetadata></${action}Response>`,
});

export const SNS_ACCEPTS: Reply = snsResult('Publish', '<MessageId>m-1</MessageId>');

/** How SNS answers in each mode, when `refuse` is its refusal for good. */
export const snsReplies = (refuse: Reply): Replies => ({
  accept: SNS_ACCEPTS,
  refuse,
  later: snsError(500, 'InternalError'),
  throttle: snsError(400, 'Throttling', 'Rate exceeded'),
  garbage: { status: 200, headers: { 'content-type': 'text/html' }, body: '<html>Welcome to the network' },
});
