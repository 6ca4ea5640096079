/** The part of oidc-provider that is used here; the package brings no types of its own. */
declare module 'oidc-provider' {
  import type { IncomingMessage, ServerResponse } from 'node:http';

  export type Interaction = {
    uid: string;
    prompt: { name: string; reasons: string[] };
    params: Record<string, string | undefined>;
    session?: { accountId: string };
  };
  export type KoaContext = {
    body: unknown;
    type: string;
    status: number;
    set(name: string, value: string): void;
    oidc: {
      params: Record<string, string | undefined>;
      acr: string | undefined;
      result?: { login?: { acr?: string; accountId?: string } };
      session: { accountId?: string; grantIdFor(clientId: string): string | undefined };
      client: { clientId: string };
      provider: Provider;
    };
  };
  export class Provider {
    constructor(issuer: string, configuration: object);
    Grant: new (about: {
      clientId: string;
      accountId: string | undefined;
    }) => {
      addOIDCScope(scope: string): void;
      save(): Promise<string>;
    };
    callback(): (req: IncomingMessage, res: ServerResponse) => void;
    interactionDetails(req: IncomingMessage, res: ServerResponse): Promise<Interaction>;
    interactionFinished(req: IncomingMessage, res: ServerResponse, result: object, options?: object): Promise<void>;
  }
  export const interactionPolicy: {
    base(): { get(name: string): { checks: { add(check: unknown): void } }; remove(name: string): void };
    Check: (new (
      reason: string,
      description: string,
      check: (ctx: KoaContext) => boolean,
    ) => unknown) & { REQUEST_PROMPT: boolean; NO_NEED_TO_PROMPT: boolean };
  };
  export default Provider;
}
