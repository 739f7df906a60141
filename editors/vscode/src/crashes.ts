/** How often a server that ends by itself is started again. */

const MOST = 4;
const WITHIN_MILLISECONDS = 3 * 60 * 1000;

export class Crashes {
  private times: number[] = [];

  /** Notes that it ended at `now`, in milliseconds, and says whether to start it again. */
  mayRestart(now: number): boolean {
    this.times = [...this.times.filter((time) => now - time < WITHIN_MILLISECONDS), now];
    return this.times.length <= MOST;
  }
}
