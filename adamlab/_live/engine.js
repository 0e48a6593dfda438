// Plays a run and fills its picture in. Matplotlib has drawn all that stands still, and has given what moves
// its colours, widths and markers; here are only coordinates. Nothing below knows a step, a surface or a colour.
//
// A run is one array, a row for each step: point, loss, gradient, memories. Lengths are points, y goes down.

/**
 * @typedef {(values: number[], start: number[], steps: number) => Float64Array} Play runs a step
 * @typedef {{ log: boolean, a: number, b: number }} Axis value (or its logarithm) × a + b = points
 * @typedef {[number, number]} Limits
 * @typedef {object} Ground the landscape
 * @property {Axis} x
 * @property {Axis} y
 * @property {[number, number, number, number]} box left, top, right, bottom
 * @property {[Limits, Limits]} reach how far from the window points are still drawn, in data
 * @property {number} tiny length of the stroke that is a dot
 * @typedef {object} Curves the picture at its side
 * @property {string} shows "loss", "rate", "memory", "output" or "sensitivity"
 * @property {number} memory which of them
 * @property {number[]} [inputs] of a model, along its curve
 * @property {Axis} x
 * @property {Axis} y
 * @property {[number, number, number, number]} box
 * @property {Limits} reach
 * @property {Limits} limits
 * @typedef {object} Setting a part of the sentence
 * @property {string} [text] as it stands
 * @property {string} [symbol]
 * @property {number} [input] which of the values
 * @property {number | null} [silent] a value that is not worth saying
 * @typedef {object} Track one step and its picture
 * @property {string} name
 * @property {string} title its name, and the surface's
 * @property {number} n coordinates
 * @property {number} width numbers in a row
 * @property {number[] | null} [at] the steps of the rows, where not all were kept
 * @property {Setting[]} settings
 * @property {Input[]} inputs
 * @property {number[][]} minima
 * @property {number | null} labelAt height at which its label was drawn
 * @property {Play | null} play
 * @property {Tried | null} tried
 * @typedef {object} Tried what a race tries with a step
 * @property {number[]} rates
 * @property {number} input which of the values they are
 * @property {(number | null)[] | null} losses what they lead to, where the step runs in Python
 * @typedef {object} Plan
 * @property {string} kind which player it is for
 * @property {string} name what the picture is of
 * @property {string} help
 * @property {number} steps
 * @property {[number, number]} size
 * @property {Ground | null} ground
 * @property {Curves} curves
 * @property {Track[]} tracks
 * @property {number[]} origin where Home leads
 * @property {number[]} [at] where the hand begins, if it is not the origin
 * @property {any[]} [helpers] what else was written for the steps
 * @property {Python} python
 * @property {Extra} [more] what other kinds have to know
 * @typedef {object} Python what the lines that make the picture need
 * @property {string[]} imports
 * @property {string} call the function that makes the panel
 * @property {string[]} steps
 * @property {string} surface
 * @property {{ [name: string]: number }} family
 * @property {number[]} startOf the start of the surface
 * @property {boolean} several
 * @property {string} view
 * @property {number} usual how many steps it takes unless told
 * @property {string[]} [axes] of a map
 * @property {string[]} also what else it is told, as it stands
 * @typedef {{ [name: string]: any }} Extra
 * @typedef {object} Input a value that has a slider
 * @property {string} name
 * @property {string} label
 * @property {string} unit
 * @property {number[]} scale value of each position
 * @property {number} standard the step's own default
 * @property {string} control CSS class of the widget
 * @typedef {{ d?: string, at?: number[] }} Shape an outline, or the place of a marker
 */

const DOT_SPACING = 0.8; // as in artists.py, along the path
const HEAD = 9;
const HEAD_SPACING = 60;
const LABEL_GAP = 15;
const HOME = 1e-6; // as Descent.arrived

/** A hundredth of a point is enough. @param {number} v */
const short = (v) => Math.round(v * 100) / 100;

/** @param {number} v @param {Limits} range */
const clipped = (v, [low, high]) => (v < low ? low : v > high ? high : v);

/** @param {Axis} axis */
const scale = ({ log, a, b }) => (/** @type {number} */ v) => a * (log ? Math.log10(v) : v) + b;

/** @param {Axis} axis */
const unscale = ({ log, a, b }) => (/** @type {number} */ at) => (log ? 10 ** ((at - b) / a) : (at - b) / a);

/** How many rows of a run are there before it is lost. @param {Float64Array} rows @param {Track} track */
function reached(rows, { width }) {
  const count = rows.length / width;
  let row = 0;
  while (row < count && rows[row * width] === rows[row * width]) row++;
  return row;
}

/** The step of a row. @param {{ at?: number[] | null }} track @param {number} row */
const stepOf = ({ at }, row) => (at ? at[row] : row);

/** The row of a step, or of the last one kept before it. @param {Track} track @param {number} step */
const rowOf = ({ at }, step) => (at ? at.filter((kept) => kept <= step).length - 1 : step);

/**
 * The points of a run on the landscape, one after the other: x, y, x, y …
 * @param {Float64Array} rows
 * @param {Track} track
 * @param {Ground} ground
 */
function seen(rows, track, { x, y, reach }) {
  const [toX, toY] = [scale(x), scale(y)];
  const points = [];
  const end = reached(rows, track) * track.width;
  for (let k = 0; k < end; k += track.width) {
    points.push(toX(clipped(rows[k], reach[0])), toY(clipped(rows[k + 1], reach[1]))); // n = 1: the loss
  }
  return points;
}

/** A line through points; where a number is missing it is interrupted. @param {number[]} points */
function polyline(points) {
  let outline = "";
  let command = "M";
  for (let k = 0; k < points.length; k += 2) {
    if (Number.isNaN(points[k + 1])) {
      command = "M";
    } else {
      outline += `${command}${short(points[k])} ${short(points[k + 1])}`;
      command = "L";
    }
  }
  return outline;
}

/** A stroke of almost no length at each point; of those that would hide each other, one. */
function dots(/** @type {number[]} */ points, /** @type {number} */ tiny) {
  let outline = "";
  for (let k = 0, way = 0, last = -1; k < points.length; k += 2) {
    if (k) way += Math.hypot(points[k] - points[k - 2], points[k + 1] - points[k - 1]);
    const place = Math.floor(way / DOT_SPACING);
    if (place > last) outline += `M${short(points[k])} ${short(points[k + 1])}h${tiny}`;
    last = place;
  }
  return outline;
}

/** Arrowheads in the middle of a step, one about every HEAD_SPACING points of way. */
function heads(/** @type {number[]} */ points) {
  let outline = "";
  for (let k = 2, way = 0, passed = 0; k < points.length; k += 2) {
    const [dx, dy] = [points[k] - points[k - 2], points[k + 1] - points[k - 1]];
    const length = Math.hypot(dx, dy);
    way += length;
    const place = Math.floor((way - length / 2) / HEAD_SPACING + 0.5);
    if (place > passed && length > 1e-9) {
      const [ux, uy] = [dx / length, dy / length];
      const tipX = (points[k - 2] + points[k]) / 2 + (HEAD / 2) * ux;
      const tipY = (points[k - 1] + points[k + 1]) / 2 + (HEAD / 2) * uy;
      const [backX, backY] = [tipX - HEAD * ux, tipY - HEAD * uy];
      const [wideX, wideY] = [0.45 * HEAD * uy, -0.45 * HEAD * ux];
      outline += `M${short(tipX)} ${short(tipY)}L${short(backX + wideX)} ${short(backY + wideY)}`;
      outline += `L${short(backX - wideX)} ${short(backY - wideY)}Z`;
    }
    passed = place;
  }
  return outline;
}

/**
 * The worst loss of the last tenth, NaN where the run is lost: the twin of `judged` in tuning.py.
 * @param {Float64Array} rows
 * @param {{ width: number, n: number, at?: number[] | null }} track
 */
function judged(rows, track) {
  const { width, n } = track;
  const last = rows.length / width - 1;
  const steps = stepOf(track, last);
  let worst = -Infinity;
  for (let row = last; row >= 0 && stepOf(track, row) > steps - Math.max(1, Math.floor(steps / 10)); row--) {
    const loss = rows[row * width + n];
    if (Number.isNaN(loss)) return NaN;
    if (loss > worst) worst = loss;
  }
  return worst;
}

/** What the picture at the side shows of a run: an outline or two, and where the line ends. */
class Side {
  /** @param {Curves} curves */
  constructor(curves) {
    this.curves = curves;
    this.toX = scale(curves.x);
    this.toY = scale(curves.y);
  }

  /**
   * @param {Float64Array} rows
   * @param {Track} track
   * @param {number[]} values
   * @param {number[] | null} [scores] what each of the rates that a race tries leads to
   * @returns {{ [slot: string]: Shape }}
   */
  shapes(rows, track, values, scores) {
    const { shows } = this.curves;
    if (shows === "output") return {}; // it depends on where the ball stands
    if (shows === "loss") return this.ended(this.line(rows, track, (k) => rows[k + track.n], true));
    if (shows === "sensitivity") return this.sensitivity(rows, track, values, scores);
    const of = (/** @type {number} */ i) => this.line(rows, track, this.quantity(rows, track, i), false);
    return { line: { d: polyline(of(0)) }, second: { d: track.n > 1 ? polyline(of(1)) : "" } };
  }

  /** @param {Float64Array} rows @param {Track} track @param {number} i the coordinate */
  quantity(rows, track, i) {
    const { n, width } = track;
    if (this.curves.shows === "memory") {
      return (/** @type {number} */ k) => rows[k + 1 + 2 * n + this.curves.memory * n + i];
    }
    return (/** @type {number} */ k) => {
      const last = k / width;
      if (!k || stepOf(track, last) - stepOf(track, last - 1) > 1) return NaN;
      const rate = -(rows[k + i] - rows[k - width + i]) / rows[k - width + 1 + n + i];
      return rate > 0 ? rate : NaN; // where a step goes uphill there is no such rate
    };
  }

  /**
   * @param {Float64Array} rows
   * @param {Track} track
   * @param {(k: number) => number} quantity by the place of the row
   * @param {boolean} whole whether what is missing is left out, not a gap
   */
  line(rows, track, quantity, whole) {
    const points = [];
    for (let row = 0, k = 0; k < rows.length; row++, k += track.width) {
      const value = quantity(k);
      const step = stepOf(track, row);
      if (!Number.isNaN(value)) points.push(this.toX(step), this.toY(clipped(value, this.curves.reach)));
      else if (!whole) points.push(this.toX(step), NaN);
    }
    return points;
  }

  /**
   * The outputs of a model at a row: its function gives them; without one Python has put them into the row.
   * @param {Float64Array} rows
   * @param {Track} track
   * @param {number} place
   * @param {Play[]} helpers the function, if there is one
   */
  outputs(rows, { n, width }, place, [model]) {
    const { inputs = [], reach } = this.curves;
    const row = rows.subarray(place * width, (place + 1) * width);
    const output = (/** @type {number} */ input, /** @type {number} */ k) =>
      model ? model([], [...row.subarray(0, n), input], 0)[n + 1] : row[width - inputs.length + k];
    return inputs.flatMap((input, k) => [this.toX(input), this.toY(clipped(output(input, k), reach))]);
  }

  /** @param {number[]} points */
  ended(points) {
    return { line: { d: polyline(points) }, end: { at: points.slice(-2) } };
  }

  /**
   * @param {Float64Array} rows
   * @param {Track} track
   * @param {number[]} values
   * @param {number[] | null} [scores]
   */
  sensitivity(rows, track, values, scores) {
    /** @type {number[]} */
    const points = [];
    const { tried } = track;
    if (!tried || !scores || !rows.length) return { line: { d: "" }, end: { at: [] } };
    scores.forEach((loss, i) => {
      if (Number.isFinite(loss)) points.push(this.toX(tried.rates[i]), this.toY(clipped(loss, this.curves.reach)));
    });
    const loss = judged(rows, track);
    const place = [this.toX(values[tried.input]), this.toY(clipped(loss, this.curves.limits))];
    return { line: { d: polyline(points) }, end: { at: Number.isFinite(loss) ? place : [] } };
  }
}

// What is said ---------------------------------------------------------------------------------------------

/** The first step at which a minimum is near, or null. @param {Float64Array} rows @param {Track} track */
function arrived(rows, track) {
  const end = reached(rows, track);
  for (let row = 0, k = 0; row < end; row++, k += track.width) {
    for (const minimum of track.minima) {
      const gap = minimum.reduce((sum, place, i) => sum + (rows[k + i] - place) ** 2, 0);
      if (Math.sqrt(gap) < HOME) return stepOf(track, row);
    }
  }
  return null;
}

/**
 * The run in one line: the twin of `repr(descent)`, and when it came home.
 * @param {Float64Array} rows
 * @param {Track} track
 * @param {number[]} values
 */
function sentence(rows, track, values) {
  const last = rows.length / track.width - 1;
  const settings = track.settings
    .filter(({ input, silent }) => input === undefined || values[input] !== silent)
    .map(({ text, symbol, input }) => text ?? `${symbol}=${general(values[input ?? 0])}`);
  const loss = (/** @type {number} */ row) => forPeople(rows[row * track.width + track.n]);
  const head = `${[track.title, ...settings].join(", ")}: loss ${loss(0)}`;
  const end = reached(rows, track);
  if (end <= last) return `${head}, diverged at step ${stepOf(track, end)}`;
  const home = arrived(rows, track);
  const near = home === null ? "" : `, within 1e-6 of the minimum after ${home} steps`;
  return `${head} → ${loss(last)} in ${stepOf(track, last)} steps${near}`;
}

/**
 * Where a run stands at a step of the film.
 * @param {Float64Array} rows
 * @param {Track} track
 * @param {string} name
 * @param {number} step
 */
function standing(rows, track, name, step) {
  const place = rowOf(track, step);
  const row = rows.subarray(place * track.width, (place + 1) * track.width);
  const point = [...row.subarray(0, Math.min(track.n, 3))].map((value) => general(value, 4)).join(", ");
  return `step ${step} of ${name}: θ = (${point}), loss ${general(row[track.n], 4)}`;
}

// The picture ----------------------------------------------------------------------------------------------

/** What moves in one picture: it is filled in from rows. */
class Moving {
  /**
   * @param {{ querySelectorAll: (selector: string) => Iterable<Element> }} root where the slots are
   * @param {Plan} plan
   * @param {[number, number]} [_part] left and width of the first part, in points, if the picture is cut
   */
  constructor(root, plan, _part) {
    this.plan = plan;
    /** @type {HTMLElement | null} what lies below it */
    this.below = null;
    this.side = new Side(plan.curves);
    /** @type {Map<string, { group: Element, parts: Element[] }>} */
    this.slots = new Map();
    for (const group of root.querySelectorAll("[data-slot]")) {
      const parts = [...group.querySelectorAll("path")];
      this.slots.set(group.getAttribute("data-slot") ?? "", { group, parts });
    }
    /** @type {number[][]} where the line of each track ends */
    this.ends = plan.tracks.map(() => []);
  }

  /** @param {string} name @param {Shape} shape */
  fill(name, { d, at }) {
    const slot = this.slots.get(name);
    if (!slot) return;
    const empty = at ? at.length === 0 : !d;
    slot.group.setAttribute("visibility", empty ? "hidden" : "visible");
    if (empty) return;
    for (const part of slot.parts) {
      if (at) part.setAttribute("transform", `translate(${short(at[0])} ${short(at[1])})`);
      else part.setAttribute("d", d ?? "");
    }
  }

  /**
   * Show a run of a track; null shows nothing.
   * @param {number} index
   * @param {Float64Array | null} rows
   * @param {number[]} values
   * @param {number[] | null} [scores]
   */
  show(index, rows, values, scores) {
    const { ground, tracks } = this.plan;
    const track = tracks[index];
    const none = rows ?? new Float64Array();
    if (ground) {
      const points = seen(none, track, ground);
      const line = polyline(points);
      this.fill(`${index}.casing`, { d: line });
      this.fill(`${index}.path`, { d: line });
      this.fill(`${index}.dots`, { d: dots(points, ground.tiny) });
      this.fill(`${index}.heads`, { d: heads(points) });
      this.fill(`${index}.start`, { at: points.slice(0, 2) });
      this.fill(`${index}.ball`, { at: points.slice(-2) });
    }
    const shapes = this.side.shapes(none, track, values, scores);
    for (const [slot, shape] of Object.entries(shapes)) this.fill(`${index}.${slot}`, shape);
    this.ends[index] = (rows && shapes.end?.at) || [];
  }

  /** Move the labels of lines that end close together apart: the twin of `spread_labels`. */
  label() {
    const [, top, , bottom] = this.plan.curves.box;
    const ends = this.plan.tracks
      .map(({ labelAt }, index) => ({ index, labelAt, at: this.ends[index] }))
      .filter(({ labelAt }) => labelAt !== null);
    for (const { index, at } of ends) this.visible(`${index}.label`, at.length > 0);
    let height = -Infinity;
    const above = (/** @type {number[]} */ at) => clipped(bottom - at[1], [0, bottom - top]);
    const ended = ends.filter(({ at }) => at.length);
    for (const { index, labelAt, at } of ended.sort((one, other) => other.at[1] - one.at[1])) {
      height = Math.max(above(at), height + LABEL_GAP);
      const move = `translate(0 ${short(bottom - height - (labelAt ?? 0))})`;
      this.slots.get(`${index}.label`)?.group.setAttribute("transform", move);
    }
  }

  /** @param {string} name @param {boolean} yes */
  visible(name, yes) {
    this.slots.get(name)?.group.setAttribute("visibility", yes ? "visible" : "hidden");
  }

  /**
   * Let the ball stand at a step of the film; at step 0 there is none.
   * @param {number} index
   * @param {Float64Array | null} rows
   * @param {number} step
   */
  roll(index, rows, step) {
    const { ground, curves, tracks } = this.plan;
    const track = tracks[index];
    const place = rowOf(track, step);
    const gone = !rows || !step || place >= reached(rows, track);
    const row = gone ? new Float64Array() : rows.subarray(place * track.width, (place + 1) * track.width);
    if (ground) this.fill(`${index}.rolling`, { at: gone ? [] : seen(row, track, ground) });
    const loss = clipped(row[track.n], curves.limits);
    this.fill(`${index}.rolled`, { at: gone ? [] : [this.side.toX(step), this.side.toY(loss)] });
    if (curves.shows === "output") this.bend(index, rows ?? new Float64Array(), step);
  }

  /**
   * The curve of a model at the start, and where the ball stands; at step 0 of the film, where the run ended.
   * @param {number} index
   * @param {Float64Array} rows
   * @param {number} step
   */
  bend(index, rows, step) {
    const track = this.plan.tracks[index];
    const end = reached(rows, track);
    const curve = (/** @type {number} */ place) =>
      place >= 0 && place < end ? polyline(this.side.outputs(rows, track, place, this.plan.helpers ?? [])) : "";
    this.fill(`${index}.first`, { d: curve(0) });
    this.fill(`${index}.line`, { d: curve(step ? rowOf(track, step) : end - 1) });
  }
}

/** A panel's state in the page, and the picture of it. */
class Player {
  /** @param {Plan} plan @param {number[][]} values @param {number[]} start */
  constructor(plan, values, start) {
    this.plan = plan;
    /** @type {() => void} called when something has changed that nobody moved */
    this.changed = () => {};
    this.values = values;
    this.start = start;
    this.step = 0;
    this.stage = 0;
    /** @type {(Float64Array | null)[]} */
    this.rows = plan.tracks.map(() => null);
    /** @type {Set<Moving>} every place that shows it */
    this.pictures = new Set();
  }

  /** Run a track and show it. @param {number} index @param {Float64Array | null} [given] rows from Python */
  run(index, given) {
    const { play } = this.plan.tracks[index];
    if (play) this.rows[index] = play(this.values[index], this.start, this.plan.steps);
    else if (given !== undefined) this.rows[index] = given;
    for (const picture of this.pictures) this.draw(picture, index);
  }

  /** @param {Moving} picture @param {number} index */
  draw(picture, index) {
    const scores = this.plan.curves.shows === "sensitivity" ? this.scores(index) : null;
    picture.show(index, this.rows[index], this.values[index], scores);
    picture.roll(index, this.rows[index], this.step);
    if (this.plan.tracks.length > 1) picture.label();
  }

  /** What the rates that are tried lead to; only a race tries any. @param {number} _index @returns {number[] | null} */
  scores(_index) {
    return null;
  }

  /** Show everything in one more place. @param {Moving} picture */
  add(picture) {
    this.pictures.add(picture);
    this.plan.tracks.forEach((_, index) => this.draw(picture, index));
  }

  /** Run all tracks from another start. @param {number[]} start */
  place(start) {
    this.start = start;
    this.plan.tracks.forEach((_, index) => this.run(index));
  }

  /** Show another step of the film. @param {number} step */
  roll(step) {
    this.step = step;
    for (const picture of this.pictures) this.rows.forEach((rows, index) => picture.roll(index, rows, step));
  }

  /**
   * Where the start is put from a place of the picture, in points; null where it cannot be put from there.
   * @param {number} across
   * @param {number} down
   * @param {boolean} held whether the ball is in the hand already: then it is kept in the window
   * @returns {number[] | null}
   */
  pointed(across, down, held) {
    return pointed(this.plan, across, down, held);
  }

  /** The start after a key, or null. @param {string} key @param {boolean} fine @returns {number[] | null} */
  nudged(key, fine) {
    return nudged(this.plan, this.start, key, fine);
  }

  /** What the sliders say; what is played, unless something else sets a part of it. */
  settings() {
    return this.values;
  }

  /** Let the sliders say this. @param {number[][]} values */
  set(values) {
    this.values.splice(0, Infinity, ...values.map((inputs) => inputs.slice()));
  }

  /** What the hand moves: the start. */
  at() {
    return this.start;
  }

  /** Where Home leads. @returns {number[] | null} */
  home() {
    return this.plan.origin;
  }

  /** What Python or the page knows beside values, start and step. @param {Extra} _extra */
  learn(_extra) {}

  /** The lines of Python that, after the one that makes the panel, show what it shows. @returns {string[]} */
  python() {
    return [];
  }

  /** It is not shown any more. */
  end() {}

  /** What `learn` has to be told so that it is as it is now. @returns {Extra} */
  extra() {
    return {};
  }

  /** Words below the picture, as tables. @returns {string[][][]} */
  tables() {
    return [];
  }

  /** What the stages of a step that is taken apart are called. @returns {string[]} */
  stages() {
    return [];
  }

  /** Show another stage, from 0. @param {number} _stage */
  reach(_stage) {}

  /** One stage further. */
  next() {}

  /** Whether it can choose the best rates by itself; only a race does. */
  get tunes() {
    return false;
  }

  /** Whether each rate is the best of those that are tried. */
  get fair() {
    return false;
  }

  tune() {}

  /**
   * The run of each track in one line, or what is said in place of it.
   * @param {(string | null)[]} [given]
   * @returns {string[]}
   */
  outcomes(given = []) {
    return this.plan.tracks.flatMap((track, i) => {
      const rows = this.rows[i];
      return given[i] ?? (rows ? sentence(rows, track, this.values[i]) : []);
    });
  }

  /** What is shown: the outcomes, or where each run stands while its ball is on the way. */
  said(/** @type {(string | null)[]} */ given = []) {
    const { steps, tracks } = this.plan;
    return tracks.flatMap((track, i) => {
      const rows = this.rows[i];
      if (given[i] || !rows) return given[i] ?? [];
      const on = this.step > 0 && this.step < steps && rowOf(track, this.step) < reached(rows, track);
      return on ? standing(rows, track, track.name, this.step) : sentence(rows, track, this.values[i]);
    });
  }
}

/** @type {{ [kind: string]: { player: typeof Player, moving: typeof Moving } }} other scripts add theirs */
const KINDS = { explore: { player: Player, moving: Moving } };

/**
 * The point of the landscape under the pointer, or null beside it.
 * @param {Plan} plan
 * @param {number} across in points
 * @param {number} down
 * @param {boolean} held whether the ball is in the hand already: then it is kept in the window
 * @returns {number[] | null}
 */
function pointed(plan, across, down, held) {
  if (!plan.ground) return null;
  const { x, y, box } = plan.ground;
  const inside = across >= box[0] && across <= box[2] && down >= box[1] && down <= box[3];
  if (!inside && !held) return null;
  const place = [unscale(x)(clipped(across, [box[0], box[2]])), unscale(y)(clipped(down, [box[1], box[3]]))];
  return place.slice(0, plan.tracks[0].n);
}

/**
 * The start after a key: an arrow moves it by a fortieth of the window, with Shift by a 200th.
 * @param {Plan} plan
 * @param {number[]} start
 * @param {string} key
 * @param {boolean} fine
 * @returns {number[] | null}
 */
function nudged(plan, start, key, fine) {
  const way = /** @type {{ [key: string]: number[] }} */ (WAYS)[key];
  if (!way || !plan.ground) return null;
  const { x, y, box } = plan.ground;
  const sides = [
    [unscale(x)(box[0]), unscale(x)(box[2])],
    [unscale(y)(box[3]), unscale(y)(box[1])],
  ];
  return start.map((value, i) => {
    const [low, high] = sides[i];
    const moved = value + (way[i] * (high - low)) / (fine ? 200 : 40);
    return way[i] ? clipped(moved, [Math.min(low, value), Math.max(high, value)]) : value;
  });
}

const WAYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
