/** An answer that was not expected; carries the problem document. */
export class ApiError extends Error {
  readonly status: number;
  readonly problem: { code?: string; errors?: { pointer: string }[] };
  constructor(status: number, problem: ApiError['problem'], place: string) {
    super(`${place} answered ${status}: ${JSON.stringify(problem)}`);
    this.status = status;
    this.problem = problem;
  }
}

/** One JSON call with a bearer token. Throws ApiError for anything but 2xx. */
export async function callApi<T>(
  origin: string,
  token: string,
  method: string,
  path: string,
  body?: unknown,
  contentType = 'application/json',
): Promise<T> {
  const response = await fetch(new URL(path, origin), {
    method,
    headers: { authorization: `Bearer ${token}`, ...(body !== undefined && { 'content-type': contentType }) },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const text = await response.text();
  const value = text === '' ? null : JSON.parse(text);
  if (!response.ok) throw new ApiError(response.status, value, `${method} ${path}`);
  return value as T;
}
