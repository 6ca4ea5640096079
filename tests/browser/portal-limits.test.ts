import { describe, expect, it } from '@jest/globals';
import { WITH_SIGN_IN } from '../support/browser/visitor.ts';
import { useStage } from '../support/e2e/stage.ts';

describe('too many requests from one address', () => {
  const stage = useStage({ env: { ...WITH_SIGN_IN.env, PORTAL_REQUESTS_PER_MINUTE: '3' } });

  it('get a page that says so in their language, and when to try again', async () => {
    for (let n = 0; n < 3; n++) expect((await fetch(`${stage.url}/ar`)).status).toBe(200);
    const limited = await fetch(`${stage.url}/ar`);
    expect(limited.status).toBe(429);
    expect(Number(limited.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await limited.text()).toContain('<h1>طلبات كثيرة</h1>');
  });

  it('do not stop the stylesheet', async () => {
    const css = /href="([^"]+\.css)"/.exec(await (await fetch(`${stage.url}/en`)).text())![1]!;
    expect((await fetch(stage.url + css)).status).toBe(200);
  });
});

describe('without a sign-in service', () => {
  const stage = useStage({ env: { OIDC_ISSUER: '' } });

  it('there is no portal, and the register answers all the same', async () => {
    expect((await fetch(`${stage.url}/en`)).status).toBe(404);
    expect((await fetch(`${stage.url}/v1/me`)).status).toBe(401);
  });
});

describe('with a sign-in service that is away', () => {
  const stage = useStage({
    env: {
      OIDC_ISSUER: 'http://127.0.0.1:9/',
      OIDC_CLIENT_ID: 'portal',
      OIDC_CLIENT_SECRET: 'secret',
      SESSION_KEY: 'k'.repeat(32),
    },
  });

  it('pages stand, and the sign-in says that it cannot be reached', async () => {
    expect((await fetch(`${stage.url}/en`)).status).toBe(200);
    const begun = await fetch(`${stage.url}/en/sign-in`, { method: 'POST', headers: { origin: stage.url } });
    expect(begun.status).toBe(503);
    expect(await begun.text()).toContain('The service cannot be reached');
  });
});
