// A race: the engine's runs, tuned and ranked. The twin of _core/tuning.py and of the table in _panels/race.py.

/**
 * @typedef {object} Contest what a race has to know beside its runs
 * @property {string} on the surface
 * @property {number} scene which surface, and how many steps; others have other numbers
 * @property {(number | null)[]} opened the rates it was opened with, if they were given and not tuned
 * @property {number | null} tolerance the loss that counts as arrived, if it was given
 * @property {number} lowest the lowest loss that is known
 * @property {number} arrived what part of the height may be left
 * @property {number | null} ground a loss so low that there is no lowest point; null where one is known
 * @property {string[]} heads of the table
 * @property {{ ground: string, fair: string, other: string, given: string, hand: string }} how
 * @typedef {object} Tuned for what the rates were tuned
 * @property {number[][]} values
 * @property {number[]} start
 * @property {number} scene
 * @typedef {object} Row a method in the table
 * @property {string} name
 * @property {number | null} rate
 * @property {number} worst loss of the last tenth
 * @property {number[]} spread the lowest and highest, over several seeds
 * @property {number | null} steps until it had arrived
 */

class RacePlayer extends Player {
  /** @param {Plan} plan @param {number[][]} values @param {number[]} start */
  constructor(plan, values, start) {
    super(plan, values, start);
    this.race = /** @type {Contest} */ (plan.more);
    /** @type {Tuned | null} */
    this.tuned = null;
    /** @type {{ key: string, losses: number[] }[]} */
    this.known = [];
    /** @type {number[][] | null} for each method the mean, lowest and highest over several seeds */
    this.spread = null;
  }

  /**
   * How the run of each rate that is tried is judged; null where a method has no rate.
   * @param {number} index
   * @returns {number[] | null}
   */
  scores(index) {
    const { play, tried, ...track } = this.plan.tracks[index];
    if (!tried) return null;
    if (!play) return tried.losses?.map((loss) => loss ?? NaN) ?? null; // it runs in Python
    const values = this.values[index].slice();
    values[tried.input] = 0;
    const key = [...values, ...this.start].join();
    if (this.known[index]?.key !== key) {
      const losses = tried.rates.map((rate) => {
        values[tried.input] = rate;
        return judged(play(values, this.start, this.plan.steps), track);
      });
      this.known[index] = { key, losses };
    }
    return this.known[index].losses;
  }

  /** @param {Extra} extra */
  learn({ tuned, spread }) {
    this.tuned = tuned ?? null;
    this.spread = spread ?? null;
  }

  extra() {
    return { tuned: this.tuned, spread: this.spread };
  }

  get fair() {
    return JSON.stringify(this.tuned) === JSON.stringify(this.state());
  }

  /** Whether all that has a rate can be tuned here. */
  get tunes() {
    return this.plan.tracks.every(({ play, tried }) => play || !tried);
  }

  /** Give each method the best of the same rates. */
  tune() {
    this.plan.tracks.forEach(({ tried }, index) => {
      const losses = this.scores(index) ?? [];
      const best = losses.reduce((best, loss, k) => (loss < (losses[best] ?? Infinity) ? k : best), -1);
      if (!tried || best < 0) return;
      this.values[index][tried.input] = tried.rates[best];
      this.run(index);
    });
    this.tuned = this.state();
  }

  /** @returns {Tuned} */
  state() {
    const values = this.values.map((inputs) => inputs.slice());
    return { values, start: this.start.slice(), scene: this.race.scene };
  }

  /** @param {number[][]} values @returns {(number | null)[]} */
  rates(values) {
    return this.plan.tracks.map(({ tried }, i) => (tried ? values[i][tried.input] : null));
  }

  get tolerance() {
    const { tolerance, lowest, arrived } = this.race;
    if (tolerance !== null) return tolerance;
    const first = this.rows.findIndex((rows) => rows);
    const height = first < 0 ? lowest : /** @type {Float64Array} */ (this.rows[first])[this.plan.tracks[first].n];
    return lowest + arrived * (height - lowest);
  }

  /** @returns {Row[]} in the order of the methods */
  results() {
    const { tolerance } = this;
    return this.plan.tracks.flatMap((track, index) => {
      const rows = this.rows[index];
      if (!rows) return [];
      let steps = 0;
      while (steps * track.width < rows.length && !(rows[steps * track.width + track.n] < tolerance)) steps++;
      const never = steps * track.width >= rows.length;
      const rate = this.rates(this.values)[index];
      const [worst, ...spread] = this.spread ? (this.spread[index] ?? []) : [judged(rows, track)];
      const arrived = never ? null : stepOf(track, steps);
      return [{ name: track.name, rate, worst: worst ?? NaN, spread, steps: arrived }];
    });
  }

  /** How the rates were found. @param {Row[]} results */
  how(results) {
    const { how, ground, opened } = this.race;
    if (ground !== null && results.some(({ worst }) => worst < ground)) return how.ground;
    if (this.fair) return how.fair;
    const now = JSON.stringify(this.rates(this.values));
    if (this.tuned && now === JSON.stringify(this.rates(this.tuned.values))) return how.other;
    return now === JSON.stringify(opened) ? how.given : how.hand;
  }

  tables() {
    return [this.table()];
  }

  /** The table, as words. @returns {string[][]} */
  table() {
    const results = this.results();
    const { how, heads } = this.race;
    const ranked = this.how(results) !== how.ground;
    const height = (/** @type {Row} */ { worst }) => (Number.isFinite(worst) ? worst : Infinity);
    if (ranked) results.sort((a, b) => (a.steps ?? Infinity) - (b.steps ?? Infinity) || height(a) - height(b));
    const rows = results.map(({ name, rate, worst, spread, steps }) => [
      name,
      rate === null ? "" : forPeople(rate),
      ended(worst, spread),
      ...(ranked ? [steps === null ? "never" : String(steps)] : []),
    ]);
    return [[...heads, ...(ranked ? [`steps until below ${forPeople(this.tolerance)}`] : [])], ...rows];
  }

  /** @param {(string | null)[]} [given] */
  said(given = []) {
    const how = this.how(this.results());
    const ranked = how === this.race.how.ground ? "" : ", in the order of arrival";
    return [`Race on ${this.race.on}${ranked}: ${how}.`, ...given.flatMap((line) => line ?? [])];
  }

  /** @param {(string | null)[]} [given] */
  outcomes(given = []) {
    const results = this.results();
    const ends = results.map(({ name, worst, spread }) => `${name} ${ended(worst, spread)}`).join(", ");
    const head = `race on ${this.race.on}, ${this.plan.steps} steps`;
    return [`${head}, ${this.how(results)}: ${ends}`, ...given.flatMap((line) => line ?? [])];
  }
}

/** @param {number} worst @param {number[]} spread */
const ended = (worst, [low, high]) =>
  Number.isFinite(worst) ? forPeople(worst) + (high === undefined ? "" : ` (${forPeople(low)} to ${forPeople(high)})`) : "diverged";

KINDS.race = { player: RacePlayer, moving: Moving };
