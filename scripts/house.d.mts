export interface Import {
  readonly from: string;
  readonly to: string;
}
export type Arrows = ReadonlyMap<string, ReadonlySet<string>>;
export function readImports(root?: string): readonly Import[];
export function homelessIn(root?: string): readonly string[];
export function arrowsOf(imports: readonly Import[], layer: string | null, root?: string): Arrows;
export function floorsOf(arrows: Arrows): ReadonlyMap<string, number>;
export function circlesOf(arrows: Arrows): readonly string[];
export function drawHouse(root?: string): string;
