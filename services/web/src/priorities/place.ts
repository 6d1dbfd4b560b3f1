/** Scores are whole numbers from 1 to 10; the matrix draws them on a square of this size. */
export const SIDE = 520;
const LOW = 1;
const HIGH = 10;

export const scoreAt = (share: number): number => Math.min(HIGH, Math.max(LOW, Math.round(LOW + share * (HIGH - LOW))));
export const shareOf = (score: number): number => (score - LOW) / (HIGH - LOW);

interface Scored {
  impact_score: number;
  feasibility_score: number;
}

/** Points with the same scores stand side by side: return how far each is moved from its place, in dots. */
export function spread(points: readonly Scored[]): number[] {
  const seen = new Map<string, number>();
  const sizes = new Map<string, number>();
  const key = (point: Scored) => `${point.impact_score}:${point.feasibility_score}`;
  for (const point of points) sizes.set(key(point), (sizes.get(key(point)) ?? 0) + 1);
  return points.map((point) => {
    const nth = seen.get(key(point)) ?? 0;
    seen.set(key(point), nth + 1);
    return nth - ((sizes.get(key(point)) ?? 1) - 1) / 2;
  });
}

/** The curve of all places with one score (impact times ease), as a path; it runs through the square only. */
export function cutLine(product: number): string {
  const points: string[] = [];
  for (let ease = LOW; ease <= HIGH; ease += 0.1) {
    const impact = product / ease;
    if (impact > HIGH || impact < LOW) continue;
    points.push(`${(shareOf(ease) * SIDE).toFixed(1)},${((1 - shareOf(impact)) * SIDE).toFixed(1)}`);
  }
  return points.length > 1 ? `M${points.join("L")}` : "";
}
