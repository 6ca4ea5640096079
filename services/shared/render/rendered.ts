/** What a template becomes for one channel. */
export type RenderedMessage =
  | { channel: 'sms'; text: string; segments: number }
  | { channel: 'email'; subject: string; html: string; text: string }
  | { channel: 'push'; title: string; body: string };
