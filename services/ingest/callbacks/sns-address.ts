// The shape of a region keeps out look-alikes under the same domain, such as the bucket host `sns.s3-us-west-2.amazonaws.com`.
const HOST = /^sns\.[a-z]{2,3}(-[a-z]+){1,3}-\d{1,2}\.amazonaws\.com(\.cn)?$/;
const CERTIFICATE = /^https:\/\/([^/?#@:\\]+)\/[A-Za-z0-9_-]{1,100}\.pem$/;

/** True for `https://sns.<region>.amazonaws.com[.cn]/<name>.pem` and nothing else: no port, user, query or fragment. */
export function isCertificateUrl(url: string): boolean {
  const host = CERTIFICATE.exec(url)?.[1];
  return host !== undefined && HOST.test(host);
}

/**
 * The address that confirms a subscription, if it is one: an SNS host and the topic that the message is about.
 * @returns the address to visit, or null.
 */
export function confirmationUrl(url: string, topicArn: string): string | null {
  if (!URL.canParse(url)) return null;
  const { protocol, host, username, password, pathname, hash, searchParams, href } = new URL(url);
  const plain = protocol === 'https:' && username === '' && password === '' && pathname === '/' && hash === '';
  const ours = searchParams.get('Action') === 'ConfirmSubscription' && searchParams.get('TopicArn') === topicArn;
  return plain && ours && HOST.test(host) ? href : null;
}
