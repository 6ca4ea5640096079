import { type MessageAttributeValue, PublishCommand } from '@aws-sdk/client-sns';
import type { Provider, SendRequest, SendResult } from '../provider.ts';
import { createSnsCaller, type SnsCaller, type SnsOptions } from '../sns/client.ts';

/** Characters that SNS takes in one publish to a telephone number. */
export const SNS_SMS_LIMIT = 1_600;

/** SMS by Amazon SNS, published straight to the E.164 number. `providerRef` is SNS's message id. */
export const createSnsSms = (options: SnsOptions): Provider => {
  const sns = createSnsCaller(options);
  return { name: 'sns-sms', channel: 'sms', send: (request) => publish(sns, request), close: sns.close };
};

const publish = async (sns: SnsCaller, request: SendRequest): Promise<SendResult> => {
  if (request.message.channel !== 'sms') throw new TypeError(`SMS was asked to send ${request.message.channel}`);
  const { text } = request.message;
  if (text.length > SNS_SMS_LIMIT) return { kind: 'refused', reason: 'too_large', code: 'TextLimit', contact: 'keep' };
  const command = new PublishCommand({
    PhoneNumber: request.address,
    Message: text,
    MessageAttributes: attributes(request),
  });
  const answer = await sns.call((client) => client.send(command));
  if (!answer.ok) return answer.failure;
  const providerRef = answer.output.MessageId;
  return providerRef ? { kind: 'accepted', providerRef, code: null } : { kind: 'unknown', code: 'NoMessageId' };
};

/** Only a campaign goes as promotional: operators may drop promotional texts, and do so at night. */
const attributes = ({ smsSender, lane, mandatory }: SendRequest): Record<string, MessageAttributeValue> => ({
  ...(smsSender && { 'AWS.SNS.SMS.SenderID': text(smsSender) }),
  'AWS.SNS.SMS.SMSType': text(lane === 'bulk' && !mandatory ? 'Promotional' : 'Transactional'),
});

const text = (StringValue: string): MessageAttributeValue => ({ DataType: 'String', StringValue });
