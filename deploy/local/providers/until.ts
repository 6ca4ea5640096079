/** Polls until `met()` is true; for tests. @throws after `withinMs` milliseconds. */
export async function until(met: () => boolean, withinMs = 5_000): Promise<void> {
  const deadline = Date.now() + withinMs;
  while (!met()) {
    if (Date.now() > deadline) throw new Error(`not met within ${withinMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
