export type TemplateErrorCode =
  | 'missing_variable'
  | 'bad_value'
  | 'bad_link'
  | 'missing_arm'
  | 'unknown_type'
  | 'no_template'
  | 'bad_template';

/**
 * Why a message could not be made. It is the same on every attempt, so never retryable.
 * `variable` is the path in `data` (such as `owner.name`); the value itself is never part of the message.
 */
export class TemplateError extends Error {
  override name = 'TemplateError';
  readonly retryable = false;
  readonly code: TemplateErrorCode;
  readonly variable: string | null;

  constructor(code: TemplateErrorCode, message: string, variable: string | null = null) {
    super(message);
    this.code = code;
    this.variable = variable;
  }
}
