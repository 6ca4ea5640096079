import express, { type ErrorRequestHandler, type Router } from 'express';
import { createGatewayRoute, type GatewayDeps } from './gateway-route.ts';
import { answerFirehoseError, createSmsStatusRoute, type SmsStatusDeps } from './sms-status-route.ts';
import { createSnsRoute, type SnsDeps } from './sns-route.ts';

export type CallbacksDeps = SnsDeps & SmsStatusDeps & GatewayDeps & { maxBodyBytes?: number };

const MAX_SNS_BODY = 512 * 1024;
const MAX_GATEWAY_BODY = 256 * 1024;
const MAX_BODY = 8 * 1024 * 1024;

/**
 * The providers' callbacks as one router: `POST /callbacks/sns`, `/callbacks/sms-gateway` and
 * `/callbacks/sns-sms-status`. It reads bodies itself, as bytes, so it must come before any other body parser. Errors of
 * the first two are `Problem`s for the app's last handler; the third answers in its provider's form. 2xx only after `publish` resolved.
 */
export function createCallbacksApi(deps: CallbacksDeps): Router {
  const { now = Date.now, maxBodyBytes = MAX_BODY } = deps;
  const bytes = (limit: number) => express.raw({ type: () => true, limit });
  const router = express.Router();
  // SNS allows 256 KB a message; its JSON in JSON may double that.
  router.post('/callbacks/sns', bytes(Math.min(MAX_SNS_BODY, maxBodyBytes)), createSnsRoute(deps));
  router.post('/callbacks/sms-gateway', bytes(Math.min(MAX_GATEWAY_BODY, maxBodyBytes)), createGatewayRoute(deps));
  const firehoseErrors: ErrorRequestHandler = (error, req, res, _next) =>
    answerFirehoseError(error ?? {}, req.get('x-amz-firehose-request-id') ?? '', now(), res);
  const { guard, handler } = createSmsStatusRoute(deps);
  router.post('/callbacks/sns-sms-status', guard, bytes(maxBodyBytes), handler, firehoseErrors);
  return router;
}
