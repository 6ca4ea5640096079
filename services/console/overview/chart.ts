/** Server-made charts: shapes only, as SVG without any text; words and numbers stand around them as HTML. */

export type Series = { tone: Tone; values: number[] };
/** Names of colours in console.css; each line has a stroke of its own too, so that colour is not all that tells. */
export type Tone = 'plain' | 'info' | 'good' | 'bad' | 'warn';

const WIDTH = 600;
const HEIGHT = 160;

/** A round number at or above the largest value: 1, 2 or 5 times a power of ten. */
export function niceTop(most: number): number {
  if (most <= 1) return 1;
  const power = 10 ** Math.floor(Math.log10(most));
  return [1, 2, 5, 10].map((step) => step * power).find((top) => top >= most)!;
}

/** Lines over time, oldest on the left in every language, as clocks and ledgers of the trade have it. */
export function lineChart(series: Series[], top: number): string {
  const steps = Math.max(1, (series[0]?.values.length ?? 1) - 1);
  const x = (i: number) => round((i / steps) * WIDTH);
  const y = (value: number) => round(HEIGHT - 2 - (value / top) * (HEIGHT - 4));
  const grid = [0.25, 0.5, 0.75, 1].map((part) => `<path class="grid" d="M0 ${y(top * part)}H${WIDTH}"/>`);
  const lines = series.map(
    ({ tone, values }) =>
      `<polyline class="line ${tone}" points="${values.map((value, i) => `${x(i)},${y(value)}`).join(' ')}"/>`,
  );
  return svg(`0 0 ${WIDTH} ${HEIGHT}`, 'plot', [...grid, `<path class="ground" d="M0 ${y(0)}H${WIDTH}"/>`, ...lines]);
}

/** One column a value. */
export function columnChart(values: number[], tones: Tone[]): string {
  const top = niceTop(Math.max(...values));
  const step = WIDTH / values.length;
  const columns = values.map((value, i) => {
    const height = round((value / top) * (HEIGHT - 4));
    return `<rect class="bar ${tones[i]}" x="${round(i * step + step * 0.1)}" y="${round(HEIGHT - 2 - height)}" width="${round(step * 0.8)}" height="${height}"/>`;
  });
  return svg(`0 0 ${WIDTH} ${HEIGHT}`, 'plot', [...columns, `<path class="ground" d="M0 ${HEIGHT - 2}H${WIDTH}"/>`]);
}

/** Bars beside the numbers of a table's row, all rows to one scale; the stylesheet turns them round for Arabic. */
export function rowBars(series: { tone: Tone; value: number }[], top: number): string {
  const bars = series.map(
    ({ tone, value }, i) =>
      `<rect class="bar ${tone}" x="0" y="${i * 5}" width="${round((value / Math.max(1, top)) * 120)}" height="4"/>`,
  );
  return svg(`0 0 120 ${series.length * 5}`, 'bars', bars);
}

const svg = (viewBox: string, name: string, shapes: string[]): string =>
  `<svg class="${name}" viewBox="${viewBox}" preserveAspectRatio="none" aria-hidden="true" focusable="false">${shapes.join('')}</svg>`;

const round = (value: number): number => Math.round(value * 100) / 100;
