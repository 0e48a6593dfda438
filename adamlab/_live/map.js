// A map: how thousands of runs end, computed beside the page, and its picture. The chosen run is played and drawn by
// the engine, with the same function on the same numbers, so its last loss is its cell's.
//
// Losses are one array: cell (i, j), counted along x and along y, is at i × (cells along y) + j. NaN: it diverged.

/**
 * @typedef {(values: number[], start: number[], steps: number) => number} One the loss at the end of a run
 * @typedef {(values: number[], other: number[], start: number[], steps: number) => [number, number]} Two
 * @typedef {{ one: One, two: Two | null }} Ends two at once, if that is possible, take less time than one by one
 * @typedef {object} Heat how losses become colours and signs
 * @property {Axis} x of cells
 * @property {Axis} y
 * @property {[number, number, number, number]} box
 * @property {string} colours six hexadecimal digits for each
 * @property {boolean} log whether heights or their logarithms are spread over the colours
 * @property {Limits} scale what has the first colour, and what has the last
 * @property {number} bottom the least height
 * @property {number} lowest the loss above which heights are counted
 * @property {number} atStart
 * @property {number | null} tolerance the loss below which a run has arrived
 * @property {{ higher: number[][], diverged: number[][] }} signs pixels of a cell, row by row from below
 * @property {[number, number]} inputs which of the values lie along x and along y
 * @property {[string, string]} symbols
 * @property {[number[], number[]]} values
 * @property {string} title
 * @property {{ [sign: string]: string }} legend
 * @typedef {Plan & { map: Heat }} MapPlan
 * @typedef {object} Wanted
 * @property {number} turn
 * @property {[number, number]} inputs
 * @property {[number[], number[]]} along
 * @property {number[]} values
 * @property {number[]} start
 * @property {number} steps
 * @typedef {{ turn: number, losses: Float64Array, done: boolean }} Answer
 * @typedef {{ cell: number[], worst: number }} Best a cell, and the worst loss of the last tenth of its run
 */

// The computing ----------------------------------------------------------------------------------------------

/**
 * Computes maps in small slices, coarse ones first. What is asked for last is done next; whatever was asked for
 * before it is forgotten, but for the map at hand, until some of it could be shown. Nothing from outside is used
 * here: the text of this class is all that a worker is given.
 */
class MapComputer {
  /**
   * @param {Ends} ends
   * @param {(answer: Answer) => void} tell
   * @param {(work: () => void) => void} later calls it after what else is due
   * @param {number} slice milliseconds
   */
  constructor(ends, tell, later, slice) {
    this.ends = ends;
    this.tell = tell;
    this.later = later;
    this.slice = slice;
    this.pause = 40; // milliseconds between two pictures of one map
    /** @type {Wanted | null} */
    this.next = null;
    /** @type {Iterator<boolean> | null} */
    this.job = null;
    this.told = false; // whether some of the map at hand has been shown
  }

  /** @param {Wanted} request */
  ask(request) {
    this.next = request;
    if (!this.job) this.later(() => this.work());
    this.job ??= [][Symbol.iterator](); // an empty one: the work is due
  }

  work() {
    const until = performance.now() + this.slice;
    let over = false;
    do over = this.job?.next().done ?? true;
    while (!over && performance.now() < until);
    if (this.next && (over || this.told)) {
      this.job = this.runs(this.next);
      this.next = null;
      this.told = over = false;
    }
    if (over) this.job = null;
    else this.later(() => this.work());
  }

  /** Stops after each few runs. @param {Wanted} request @returns {Generator<boolean>} */
  *runs({ turn, inputs, along, values, start, steps }) {
    const { one, two } = this.ends;
    const [width, height] = along.map((values) => values.length);
    const losses = new Float64Array(width * height);
    const [own, other] = [values.slice(), values.slice()];
    let shown = performance.now();
    for (const stride of [8, 4, 2, 1]) {
      const keep = (/** @type {number} */ i, /** @type {number} */ j, /** @type {number} */ loss) => {
        for (let k = i; k < Math.min(i + stride, width); k++)
          losses.fill(loss, k * height + j, k * height + Math.min(j + stride, height));
      };
      for (let i = 0; i < width; i += stride) {
        own[inputs[0]] = other[inputs[0]] = along[0][i];
        const known = stride < 8 && i % (2 * stride) === 0; // every other cell
        const next = known ? 2 * stride : stride;
        for (let j = known ? stride : 0; j < height; j += 2 * next) {
          own[inputs[1]] = along[1][j];
          if (two && j + next < height) {
            other[inputs[1]] = along[1][j + next];
            const [loss, second] = two(own, other, start, steps);
            keep(i, j, loss);
            keep(i, j + next, second);
          } else {
            keep(i, j, one(own, start, steps));
            if (j + next < height) {
              own[inputs[1]] = along[1][j + next];
              keep(i, j + next, one(own, start, steps));
            }
          }
          if (steps > 500) yield true;
        }
        yield true;
      }
      if (stride > 1 && performance.now() - shown < this.pause) continue;
      shown = performance.now();
      this.told = true;
      this.tell({ turn, losses: losses.slice(), done: stride === 1 });
    }
  }
}

/** Calls something after what else is due, without a pause. @returns {(work: () => void) => void} */
function turns() {
  const { port1, port2 } = new MessageChannel();
  /** @type {() => void} */
  let due;
  port1.onmessage = () => due();
  return (work) => {
    due = work;
    port2.postMessage(0);
  };
}

/** Computes beside the page; or, where there can be no worker, in the page itself, between other things. */
class Beside {
  /** @param {() => Ends} make needs nothing around it @param {(answer: Answer) => void} tell */
  constructor(make, tell) {
    this.make = make;
    this.tell = tell;
    /** @type {Wanted | null} what has not been answered */
    this.open = null;
    /** @type {Worker | null} */
    this.worker = null;
    /** @type {MapComputer | null} */
    this.here = null;
    const begin = `const computer = new MapComputer((${make})(), (answer) => postMessage(answer), (${turns})(), 12);`;
    const text = `"use strict";\n${MapComputer}\n${begin}\nonmessage = ({ data }) => computer.ask(data);`;
    this.address = URL.createObjectURL(new Blob([text], { type: "text/javascript" }));
    try {
      this.worker = new Worker(this.address);
      this.worker.onmessage = ({ data }) => this.heard(data);
      this.worker.onerror = (event) => {
        event.preventDefault();
        this.stay();
      };
    } catch {
      this.stay(); // the page forbids workers
    }
  }

  /** @param {Wanted} request */
  ask(request) {
    this.open = request;
    this.here?.ask(request);
    this.worker?.postMessage(request);
  }

  /** @param {Answer} answer */
  heard(answer) {
    if (this.open?.turn === answer.turn && answer.done) this.open = null;
    this.tell(answer);
  }

  stay() {
    this.end();
    this.here = new MapComputer(this.make(), (answer) => this.heard(answer), turns(), 6);
    if (this.open) this.here.ask(this.open);
  }

  end() {
    URL.revokeObjectURL(this.address);
    this.worker?.terminate();
    this.worker = null;
    if (this.here) this.here.tell = () => {};
  }
}

// The picture ------------------------------------------------------------------------------------------------

const CELL = 4; // pixels along a side, as in heatmap.py

/** @param {Heat} map @param {number} loss */
const isHigher = ({ atStart }, loss) => loss > atStart;

/** @param {Heat} map @param {number} loss */
const hasArrived = ({ tolerance }, loss) => tolerance !== null && loss < tolerance;

/** The colours of a map, from its upper left corner: red, green, blue, opacity. @param {Heat} map @param {Float64Array} losses */
function pixels(map, losses) {
  const [width, height] = map.values.map((along) => along.length);
  const { colours, log, lowest, bottom, signs } = map;
  const [first, last] = map.scale;
  const table = Array.from({ length: 256 }, (_, k) =>
    [0, 2, 4].map((at) => parseInt(colours.substr(6 * k + at, 2), 16)),
  );
  const all = new Uint8ClampedArray(4 * CELL * CELL * width * height);
  for (let i = 0; i < width; i++)
    for (let j = 0; j < height; j++) {
      const loss = losses[i * height + j];
      const up = Math.max(loss - lowest, bottom);
      const share = ((log ? Math.log10(up) : up) - first) / (last - first);
      const colour = table[clipped(Math.floor(256 * share), [0, 255])];
      const sign = Number.isNaN(loss) ? signs.diverged : isHigher(map, loss) ? signs.higher : null;
      for (let k = 0; k < CELL * CELL; k++) {
        const row = CELL * (height - j) - 1 - Math.floor(k / CELL);
        const [red, green, blue] = sign ? sign[k] : colour;
        const at = 4 * (row * CELL * width + CELL * i + (k % CELL));
        all[at] = red;
        all[at + 1] = green;
        all[at + 2] = blue;
        all[at + 3] = 255;
      }
    }
  return all;
}

/**
 * Where sides of cells lie side by side: both ends of each such line.
 * @param {number} lines
 * @param {number} length
 * @param {(line: number, at: number) => boolean} isSide
 * @param {(line: number, from: number, to: number) => void} found in cells
 */
function straight(lines, length, isSide, found) {
  for (let line = 0; line < lines; line++)
    for (let at = 0, from = -1; at <= length; at++) {
      const side = at < length && isSide(line, at);
      if (side && from < 0) from = at;
      if (side || from < 0) continue;
      found(line - 0.5, from - 0.5, at - 0.5);
      from = -1;
    }
}

/** A line around the runs that arrived: the twin of `_border`. @param {Heat} map @param {Float64Array} losses */
function border(map, losses) {
  const [width, height] = map.values.map((along) => along.length);
  const [toX, toY] = [scale(map.x), scale(map.y)];
  const inside = (/** @type {number} */ i, /** @type {number} */ j) =>
    i >= 0 && j >= 0 && i < width && j < height && hasArrived(map, losses[i * height + j]);
  let outline = "";
  const line = (/** @type {number[]} */ [x0, y0, x1, y1]) => {
    outline += `M${short(toX(x0))} ${short(toY(y0))}L${short(toX(x1))} ${short(toY(y1))}`;
  };
  const flat = (/** @type {number} */ j, /** @type {number} */ i) => inside(i, j) !== inside(i, j - 1);
  const upright = (/** @type {number} */ i, /** @type {number} */ j) => inside(i, j) !== inside(i - 1, j);
  straight(height + 1, width, flat, (y, from, to) => line([from, y, to, y]));
  straight(width + 1, height, upright, (x, from, to) => line([x, from, x, to]));
  return outline;
}

/** The picture of a map. Its colours are a canvas, which lies under the drawing. */
class MapMoving extends Moving {
  /**
   * @param {{ querySelectorAll: (selector: string) => Iterable<Element> }} root
   * @param {Plan} plan
   * @param {[number, number]} [part] left and width of the part with the map, in points
   */
  constructor(root, plan, part) {
    super(root, plan);
    this.map = /** @type {MapPlan} */ (plan).map;
    this.below = this.canvas = typeof document === "undefined" ? null : mapCanvas(this.map, plan.size, part);
  }

  /** @param {Float64Array | null} losses */
  paint(losses) {
    this.fill("around", { d: losses ? border(this.map, losses) : "" });
    const { canvas } = this;
    if (!canvas) return;
    canvas.hidden = !losses;
    if (!losses) return;
    const [width, height] = this.map.values.map((along) => CELL * along.length);
    if (canvas.width !== width) canvas.width = width;
    if (canvas.height !== height) canvas.height = height;
    canvas.getContext("2d")?.putImageData(new ImageData(pixels(this.map, losses), width, height), 0, 0);
  }

  /** @param {number[] | null} cell */
  ring(cell) {
    const { x, y } = this.map;
    this.fill("ring", { at: cell ? [scale(x)(cell[0]), scale(y)(cell[1])] : [] });
  }
}

/**
 * A canvas that lies where the map is in the picture, or in a part of it.
 * @param {Heat} map
 * @param {[number, number]} size of the whole
 * @param {[number, number]} [part] left and width, in points
 */
function mapCanvas(map, size, [left, width] = [0, size[0]]) {
  const canvas = /** @type {HTMLCanvasElement} */ (element("canvas", "adamlab-map"));
  const [x0, y0, x1, y1] = map.box;
  const percent = (/** @type {number} */ part, /** @type {number} */ whole) => `${(100 * part) / whole}%`;
  Object.assign(canvas.style, {
    position: "absolute",
    left: percent(x0 - left, width),
    top: percent(y0, size[1]),
    width: percent(x1 - x0, width),
    height: percent(y1 - y0, size[1]),
    imageRendering: "pixelated",
    pointerEvents: "none",
  });
  canvas.setAttribute("aria-hidden", "true");
  return canvas;
}

// The state --------------------------------------------------------------------------------------------------

/** The state of a map in the page. */
class MapPlayer extends Player {
  /**
   * @param {Plan} plan with one track
   * @param {number[][]} values of all its inputs; those along x and y are set by the chosen cell
   * @param {number[]} chosen
   */
  constructor(plan, values, chosen) {
    super(plan, values, plan.origin);
    this.map = /** @type {MapPlan} */ (plan).map;
    /** @type {(() => Ends) | null} null if the losses come from Python */
    const make = plan.helpers?.[0] ?? null;
    this.turn = 0;
    this.asked = "";
    this.complete = false; // whether `losses` are those of the present values
    /** @type {Float64Array | null} */
    this.losses = null;
    /** @type {Float64Array | null} for which losses the best cell is known */
    this.judged = null;
    /** @type {Best | null} */
    this.known = null;
    this.beside = make && new Beside(make, (answer) => this.heard(answer));
    /** @type {number[]} */
    this.chosen = [];
    /** @type {number[]} what the sliders along x and y say, while the chosen cell sets what is played */
    this.own = this.map.inputs.map((input) => values[0][input]);
    this.take(chosen);
  }

  settings() {
    const values = this.values[0].slice();
    this.map.inputs.forEach((input, way) => (values[input] = this.own[way]));
    return [values];
  }

  /** @param {number[][]} values */
  set(values) {
    super.set(values);
    this.own = this.map.inputs.map((input) => values[0][input]);
    this.take(this.chosen);
  }

  /** Let the values be those of a cell. @param {number[]} cell */
  take(cell) {
    this.chosen = cell.map((k, way) => clipped(Math.round(k), [0, this.map.values[way].length - 1]));
    this.map.inputs.forEach((input, way) => (this.values[0][input] = this.map.values[way][this.chosen[way]]));
  }

  /** Show the run of another cell. @param {number[]} cell @param {Float64Array | null} [given] rows from Python */
  choose(cell, given) {
    this.take(cell);
    this.run(0, given);
  }

  /** What the hand moves: the chosen cell. */
  at() {
    return this.chosen;
  }

  /** @param {number[]} cell */
  place(cell) {
    this.choose(cell);
  }

  /** Losses that Python has computed, and the best cell. @param {Extra} extra */
  learn({ losses, best, worst }) {
    if (this.beside || losses === undefined) return;
    this.known = best ? { cell: best, worst: worst ?? NaN } : null;
    this.given(losses && new Float64Array(losses.buffer.slice(losses.byteOffset, losses.byteOffset + losses.byteLength)));
  }

  python() {
    return [`panel.choose(${this.chosen.join(", ")})`];
  }

  /** @param {number} index @param {Float64Array | null} [given] */
  run(index, given) {
    this.take(this.chosen);
    super.run(index, given);
    this.ask();
  }

  /** Ask for the map of the present values, if it is another one. */
  ask() {
    if (!this.beside) return;
    const { inputs, values: along } = this.map;
    const values = this.values[0].map((value, k) => (inputs.includes(k) ? 0 : value));
    const key = [...values, ...this.start].join();
    if (key === this.asked) return;
    this.asked = key;
    this.complete = false;
    this.beside.ask({ turn: ++this.turn, inputs, along, values, start: this.start, steps: this.plan.steps });
  }

  /** @param {Answer} answer */
  heard({ turn, losses, done }) {
    this.losses = losses; // also those of a moment ago: better than none while a slider is dragged
    this.complete = done && turn === this.turn;
    this.paint();
  }

  /** Show losses from Python; null shows none. @param {Float64Array | null} losses */
  given(losses) {
    this.losses = losses;
    this.complete = losses !== null;
    this.paint();
  }

  paint() {
    for (const picture of this.pictures) /** @type {MapMoving} */ (picture).paint(this.losses);
    for (const picture of this.pictures) this.mark(/** @type {MapMoving} */ (picture));
    this.changed();
  }

  /** @param {MapMoving} picture */
  mark(picture) {
    picture.ring(this.losses || this.beside ? this.chosen : null);
  }

  /** @param {MapMoving} picture @param {number} index */
  draw(picture, index) {
    super.draw(picture, index);
    this.mark(picture);
  }

  /** @param {MapMoving} picture */
  add(picture) {
    super.add(picture);
    picture.paint(this.losses);
  }

  /** Let go of the worker. */
  end() {
    this.beside?.end();
  }

  /** The best cell, kept until there are other losses; null if every run diverged. @returns {Best | null} */
  best() {
    if (this.plan.tracks[0].play && this.judged !== this.losses) {
      this.judged = this.losses;
      this.known = this.losses && this.judge(this.losses);
    }
    return this.known;
  }

  /**
   * The cell whose last tenth stays lowest: the twin of `best_judged` in tuning.py. No run is judged lower than it ends.
   * @param {Float64Array} losses
   * @returns {Best | null}
   */
  judge(losses) {
    const { play, ...track } = this.plan.tracks[0];
    if (!play) return null;
    const { inputs, values: along } = this.map;
    const order = [...losses.keys()].filter((k) => !Number.isNaN(losses[k]));
    order.sort((j, k) => losses[j] - losses[k] || j - k);
    const values = this.values[0].slice();
    /** @type {Best | null} */
    let best = null;
    for (const k of order) {
      if (best && !(losses[k] < best.worst)) break;
      const cell = [Math.floor(k / along[1].length), k % along[1].length];
      inputs.forEach((input, way) => (values[input] = along[way][cell[way]]));
      const worst = judged(play(values, this.start, this.plan.steps), track);
      if (!best || worst < best.worst) best = { cell, worst };
    }
    return best;
  }

  // The hand, as `hand` asks for it --------------------------------------------------------------------------

  /** @param {number} across @param {number} down @param {boolean} held @returns {number[] | null} */
  pointed(across, down, held) {
    const { x, y, box, values } = this.map;
    const inside = across >= box[0] && across <= box[2] && down >= box[1] && down <= box[3];
    if (!inside && !held) return null;
    return [unscale(x)(across), unscale(y)(down)].map((k, way) =>
      clipped(Math.round(k), [0, values[way].length - 1]),
    );
  }

  /** @param {string} key @param {boolean} fine @returns {number[] | null} */
  nudged(key, fine) {
    const way = /** @type {{ [key: string]: number[] }} */ (WAYS)[key];
    if (!way) return null;
    return this.chosen.map((k, i) => {
      const { length } = this.map.values[i];
      return clipped(k + way[i] * (fine ? 1 : Math.max(1, Math.floor(length / 25))), [0, length - 1]);
    });
  }

  home() {
    return this.best()?.cell ?? null;
  }

  // What is said ---------------------------------------------------------------------------------------------

  /** The map in one line: the twin of `sentence` in map_view.py. @returns {string | null} */
  summary() {
    const { losses, complete, map, plan } = this;
    if (!losses || !complete) return null;
    const { symbols, values, title } = map;
    const sizes = values.map(({ length }) => length).join(" × ");
    const head = `map of ${title}, ${sizes} runs over ${symbols.join(" × ")}, ${plan.steps} steps`;
    const best = this.best();
    if (!best) return `${head}: ${losses.every(Number.isNaN) ? "all diverged" : "not judged in time"}`;
    const at = best.cell.map((k, way) => `${symbols[way]}=${general(values[way][k], 4)}`).join(", ");
    const tenth = Math.max(1, Math.floor(plan.steps / 10));
    const until = `last ${tenth > 1 ? `${tenth} steps` : "step"}`;
    const lost = losses.filter(Number.isNaN).length;
    const higher = losses.filter((loss) => isHigher(map, loss)).length;
    const more = higher ? `, ${higher} ended higher than ${higher === 1 ? "it" : "they"} began` : "";
    return `${head}: best ${at}, at most ${forPeople(best.worst)} in the ${until}; ${lost} diverged${more}`;
  }

  /** The words for the signs that are on the map. */
  legend() {
    const losses = this.losses ?? new Float64Array();
    /** @type {{ [sign: string]: (loss: number) => boolean }} */
    const marked = {
      arrived: (loss) => hasArrived(this.map, loss),
      higher: (loss) => isHigher(this.map, loss),
      diverged: Number.isNaN,
    };
    const said = Object.entries(this.map.legend).filter(([sign]) => !marked[sign] || losses.some(marked[sign]));
    return said.map(([, words]) => words).join(" ");
  }

  /** @returns {string | null} */
  ring() {
    const [run] = super.outcomes();
    return run && (this.losses || this.beside) ? `At the ring: ${run}` : null;
  }

  /** The map, and the chosen run. @param {(string | null)[]} [given] */
  outcomes(given = []) {
    return [given[0] ?? [this.summary(), this.ring()].flatMap((line) => line ?? []).join(". ")];
  }

  /** The same, and the legend; while a map is computed, what was said of the last one stays. */
  said(/** @type {(string | null)[]} */ given = []) {
    const summary = this.summary();
    if (summary) this.last = [summary, this.legend()];
    const [map, legend] = this.last ?? [null, null];
    const ring = this.ring();
    return given[0] ? [given[0]] : [map, ring && `${ring}.`, legend].flatMap((line) => line ?? []);
  }
}

KINDS.map = { player: MapPlayer, moving: MapMoving };
