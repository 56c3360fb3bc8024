/** Where the questions of redirected phones go. */
export interface RedirectPlace {
  /** The address of this machine that phones ask; null for each of them. */
  readonly address: string | null;
  /** The port where they are answered. */
  readonly port: number;
}
