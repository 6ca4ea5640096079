/**
 * Asks again and again until the answer passes, and returns it; throws the last failure when the deadline is over.
 * `look` may throw (an `expect` in it counts as "not yet").
 */
export async function eventually<T>(look: () => Promise<T> | T, withinMs = 20_000, everyMs = 50): Promise<T> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    try {
      return await look();
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, everyMs));
    }
  }
}
