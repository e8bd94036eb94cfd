/** How much may be under way at once, and how fast it may start. */
export interface Limits {
  /** Probes under way in total. */
  concurrency: number;
  /** Probes under way from one vantage point to one target. */
  perTarget: number;
  /** Pause between two starts to one target, from whatever vantage point, in milliseconds. */
  perTargetGapMs: number;
  /**
   * Probes under way to one network, from whatever vantage point: a /24 of IPv4, a /64 of IPv6; default no limit. So a
   * router that has to look for many absent hosts gets their packets one after the other and not all at once.
   */
  perNetwork?: number | undefined;
  /**
   * A probe unanswered for so long gives its turn at the target and its network to the next one, as long as half of the
   * total limit is free, in milliseconds; default 250, `Infinity` for never. A host or network that drops everything
   * then costs about one deadline, not the sum of all, and still cannot take the slots that the others need.
   */
  perTargetPatienceMs?: number | undefined;
  /** Starts per second in total; left out: as fast as the other limits allow. */
  ratePerSecond?: number | undefined;
}
