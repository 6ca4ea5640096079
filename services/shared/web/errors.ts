export type PageStatus = 400 | 403 | 404 | 413 | 429 | 500 | 503;

/** A request that ends in an error page; `status` chooses its words (`error.<status>.title`). */
export class PageError extends Error {
  readonly code = 'page_error';
  readonly retryable: boolean;
  readonly status: PageStatus;
  constructor(status: PageStatus) {
    super(`page error ${status}`);
    this.name = 'PageError';
    this.status = status;
    this.retryable = status === 429 || status === 503;
  }
}
