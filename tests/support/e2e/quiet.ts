/** `HH:MM` on Bahrain's clock (UTC+3, no summer time). */
export const bahrainClock = (at: number): string => new Date(at + 3 * 3_600_000).toISOString().slice(11, 16);
