// Opens one step of a run up: what it carries, what it is given, what it makes of it. The twin of opened.py and of
// inside.py; stages and the places of all quantities come from there. A run's rows hold the step's own variables.

/**
 * @typedef {object} Source where the rows keep a quantity
 * @property {number} column
 * @property {boolean} before whether in the row before the step
 * @property {number | null} factor which input it is multiplied by
 * @property {boolean} root
 * @typedef {object} Stage
 * @property {string} label
 * @property {string} says
 * @property {string} first said of the first step
 * @property {string} besides said of a step that is not plain
 * @property {{ [arrow: string]: Source }} arrows
 * @property {{ [box: string]: Source }} boxes
 * @property {boolean} divided
 * @property {boolean} moved
 * @typedef {object} Told what is to be known of the step
 * @property {Stage[]} stages
 * @property {string[]} coordinates
 * @property {{ name: string, block: number, since: number, shows: Source | "ratio" | "move" | "rate" }[]} ledger
 * @property {Source} direction
 * @property {Source | null} divisor
 * @property {Source[]} sizes
 * @property {{ [usual: string]: number }} inputs
 * @property {Limits[]} window
 * @property {{ x: Axis, y: Axis, limits: Limits } | null} bars
 * @property {{ [name: string]: [number, number] }} names width and height of each label
 * @typedef {Plan & { inside: Told }} InsidePlan
 * @typedef {[number, number]} Point
 * @typedef {[number, number, number, number]} Rectangle left, top, right, bottom
 * @typedef {object} Arrow
 * @property {Point[][]} shaft
 * @property {Point[][]} head
 * @property {Point} tip
 * @property {Point} way
 * @property {number} length
 * @property {boolean} cut
 * @typedef {{ name: string, size: Point, anchor: Point, way: Point, box: boolean }} Place
 * @typedef {object} Shown what is drawn of a step, in points
 * @property {Point} start
 * @property {Point} ball
 * @property {{ [arrow: string]: Point }} arrows
 * @property {{ [box: string]: Point }} boxes
 * @property {Point | null} shares
 * @property {[number, boolean][] | null} bars
 * @typedef {{ name: string, block: number, values: string[], known: boolean }} Line of the ledger
 */

const ROOM = [0.12, 0.35]; // as in opened.py
const EDGE = 0.96;
const MOST = 8;
const NEARLY = 0.01;
const LONG = 10;
const MARGIN = 3; // as in inside.py
const SEEN = 4;
const BALL = 8;
const GAP = 4;
const FAR = 1e4;
const TURNS = [0, 50, -50, 100, -100, 150, -150, 180];
const ALONG = [[0.35, 2], [0.55, 2], [0.75, 2], [1, 4]];

/** @param {number} x @param {number} digits */
const said = (x, digits) => (Number.isNaN(x) ? "–" : general(x + 0, digits)); // 0 for −0

/** In the ledger, where a long number would push the others. @param {number} x */
function listed(x) {
  const text = said(x, 6);
  return text.length > LONG ? said(x, 4) : text;
}

/** @param {number[]} values */
const inRow = (values) => `(${values.map((x) => said(x, 4)).join(", ")})`;

/** Python's round: of two equally near whole numbers the even one. @param {number} x */
const whole = (x) => (x % 1 === 0.5 ? 2 * Math.round(x / 2) : Math.round(x));

/** A run whose steps can be opened. */
class Opened {
  /** @param {InsidePlan} plan @param {Float64Array} rows @param {number[]} values */
  constructor(plan, rows, values) {
    this.told = plan.inside;
    this.track = plan.tracks[0];
    this.ground = /** @type {Ground} */ (plan.ground);
    this.rows = rows;
    this.values = values;
    this.last = Math.max(reached(rows, this.track) - 1, 1);
    this.scale = this.chosen();
  }

  /** @param {number} row @param {number} column */
  numbers(row, column) {
    const first = row * this.track.width + column;
    return [...this.rows.subarray(first, first + this.track.n)];
  }

  /** What a source says at step t, for each coordinate. @param {Source} source @param {number} t */
  value({ column, before, factor, root }, t) {
    let found = this.numbers(t - (before ? 1 : 0), column);
    if (factor !== null) found = found.map((x) => x * this.values[factor]);
    return root ? found.map((x) => Math.sqrt(Math.abs(x))) : found;
  }

  /** How many η a step is. @param {number} t */
  ratio(t) {
    const direction = this.value(this.told.direction, t);
    if (!this.told.divisor) return direction;
    const divisor = this.value(this.told.divisor, t);
    return direction.map((x, i) => x / divisor[i]);
  }

  /** @param {number} t */
  move(t) {
    const before = this.numbers(t - 1, 0);
    return this.numbers(t, 0).map((x, i) => x - before[i]);
  }

  /** The η with which gradient descent would take the same step. @param {number} t */
  rate(t) {
    const slope = this.numbers(t - 1, this.track.n + 1);
    const rates = this.move(t).map((x, i) => (slope[i] === 0 ? NaN : -x / slope[i]));
    return rates.map((rate) => (rate >= 0 ? rate : NaN)); // uphill there is no such η
  }

  /** Whether the step is −η times the ratio, and nothing else. @param {number} t */
  isPlain(t) {
    if (this.told.inputs.eta === undefined) return false;
    const eta = this.values[this.told.inputs.eta];
    const ratio = this.ratio(t);
    return this.move(t).every((x, i) => x === 0 || Math.abs(x + eta * ratio[i]) <= NEARLY * Math.abs(eta * ratio[i]));
  }

  /** How far it is from the ball to the nearest edge, in data. @param {number} t */
  room(t) {
    return this.numbers(t - 1, 0).map((x, i) => {
      const [low, high] = this.told.window[i];
      const near = EDGE * Math.min(x - low, high - x);
      return Math.max(ROOM[0] * (high - low), Math.min(near, ROOM[1] * (high - low)));
    });
  }

  /** How long a slope of 1 is drawn, in data: one for the whole run. */
  chosen() {
    const { n, width } = this.track;
    const { rows, values } = this;
    const end = Math.min(this.last, rows.length / width - 1);
    const largest = new Float64Array(Math.max(end, 1));
    for (let t = 1; t <= end; t++) {
      const room = this.room(t);
      let most = 0;
      for (const { column, before, factor, root } of this.told.sizes) {
        const first = (before ? t - 1 : t) * width + column;
        for (let i = 0; i < n; i++) {
          let x = Math.abs(rows[first + i]);
          if (factor !== null) x *= values[factor];
          const share = (root ? Math.sqrt(x) : x) / room[i];
          if (most < share && share < Infinity) most = share;
        }
      }
      largest[t - 1] = most;
    }
    largest.sort();
    const most = largest[largest.length - 1];
    const top = Math.min(most, MOST * largest[Math.floor(0.5 * (largest.length - 1))]) || most;
    return top > 0 ? 1 / top : 1;
  }

  /** Where a row is on the landscape. @param {number} row @returns {Point} */
  place(row) {
    const { x, y, reach } = this.ground;
    const [across, down] = this.numbers(row, 0);
    return [x.a * clipped(across, reach[0]) + x.b, y.a * clipped(down, reach[1]) + y.b];
  }

  /** What is drawn of a step at a stage. @param {number} t @param {number} stage @returns {Shown} */
  drawn(t, stage) {
    const told = this.told.stages[stage];
    const [a, b] = [this.ground.x.a, this.ground.y.a];
    /** @type {{ [arrow: string]: Point }} */
    const arrows = {};
    for (const [name, source] of Object.entries(told.arrows)) {
      const [x, y] = this.value(source, t);
      arrows[name] = [-x * this.scale * a, -y * this.scale * b];
    }
    if (told.moved) {
      const [x, y] = this.move(t);
      arrows.step = [x * a, y * b];
    }
    /** @type {{ [box: string]: Point }} */
    const boxes = {};
    for (const [name, source] of Object.entries(told.boxes)) {
      const [x, y] = this.value(source, t);
      boxes[name] = [Math.abs(x * this.scale * a), Math.abs(y * this.scale * b)];
    }
    /** @type {Point | null} */
    let shares = null;
    if (told.divided && !told.moved) {
      const [x, y] = this.value(this.told.direction, t);
      shares = [-x * this.scale * a, -y * this.scale * b];
    }
    const bars = told.divided ? this.ratio(t).map((r) => this.bar(-r)) : null;
    const start = this.place(t - 1);
    const lost = Number.isNaN(this.numbers(t, 0)[0]);
    return { start, ball: told.moved && !lost ? this.place(t) : start, arrows, boxes, shares, bars };
  }

  /** How far a bar goes, and whether it is cut there. @param {number} ratio @returns {[number, boolean]} */
  bar(ratio) {
    if (!this.told.bars) return [0, false];
    const { x, limits } = this.told.bars;
    const share = Number.isNaN(ratio) ? 0 : ratio;
    const end = clipped(share, limits);
    return [x.a * end + x.b, end !== share];
  }

  /** What happens at a stage. @param {number} t @param {number} stage */
  sentence(t, stage) {
    const told = this.told.stages[stage];
    let says = t === 1 ? told.first : told.says;
    if (told.moved && !this.isPlain(t)) says = told.besides;
    /** @type {{ [word: string]: string }} */
    const words = { before: String(t - 1) };
    for (const [name, k] of Object.entries(this.told.inputs)) words[name] = general(this.values[k]);
    this.move(t).forEach((x, i) => (words[`d${i}`] = said(x, 3)));
    this.ratio(t).forEach((x, i) => (words[`r${i}`] = said(Math.abs(x), 3)));
    return says.replace(/\{(\w+)\}/g, (_, name) => words[name]);
  }

  /** How long things are drawn. @param {number} t @param {number} stage */
  remark(t, stage) {
    const { box, x } = this.ground;
    const { start, arrows, boxes } = this.drawn(t, stage);
    const inside = box[0] <= start[0] && start[0] <= box[2] && box[1] <= start[1] && start[1] <= box[3];
    if (!inside) return "The ball is outside the picture.";
    const across = (box[2] - box[0]) / Math.abs(x.a * this.scale);
    let text = `Drawn to one scale for the whole run: a slope of ${forPeople(across)} would be as long as the picture is wide.`;
    /** @type {string[]} */
    const cut = [];
    /** @type {string[]} */
    const small = [];
    for (const [name, way] of Object.entries(arrows)) {
      const found = arrow(start, way, box);
      const called = name === "step" ? "the step" : `−${name}`;
      if (found?.cut) cut.push(called);
      if (found && found.length < SEEN) small.push(called);
    }
    for (const [name, half] of Object.entries(boxes)) {
      const size = Math.max(...half);
      if (size > 0 && size < SEEN) small.push(`the box ${name}`);
    }
    if (cut.length) text += ` Longer than shown, and cut (//): ${cut.join(", ")}.`;
    if (small.length) text += ` Too small to be seen: ${small.join(", ")}.`;
    return text;
  }

  /** The step in one line. @param {number} t @param {number} stage */
  summary(t, stage) {
    const { label } = this.told.stages[stage];
    const numbers = `Δθ = ${inRow(this.move(t))}, effective η = ${inRow(this.rate(t))}`;
    return `step ${t} of ${this.track.title}, stage ${label}: ${numbers}`;
  }

  /** Every quantity of the step. @param {number} t @param {number} stage @returns {Line[]} */
  ledger(t, stage) {
    return this.told.ledger.map(({ name, block, since, shows }) => {
      const values = typeof shows === "string" ? this[shows](t) : this.value(shows, t);
      return { name, block, values: values.map(listed), known: stage >= since };
    });
  }
}

// Arrows, boxes, labels ------------------------------------------------------------------------------------

/** An arrow, cut where it leaves the window. @param {Point} start @param {Point} goes @param {Rectangle} window */
function arrow(start, [across, down], window) {
  const full = Math.sqrt(across * across + down * down);
  if (!Number.isFinite(full) || full === 0) return null;
  let share = 1;
  if (across) share = Math.min(share, ((across > 0 ? window[2] - MARGIN : window[0] + MARGIN) - start[0]) / across);
  if (down) share = Math.min(share, ((down > 0 ? window[3] - MARGIN : window[1] + MARGIN) - start[1]) / down);
  if (share <= 0) return null;
  const [u, w, length] = [across / full, down / full, share * full];
  /** @type {Point} */
  const tip = [start[0] + share * across, start[1] + share * down];
  /** @type {Arrow} */
  const found = { shaft: [], head: [], tip, way: [u, w], length, cut: share < 1 };
  if (found.cut) {
    found.shaft = [[start, tip], ...[6, 10].filter((back) => back < length).map((back) => stroke(tip, u, w, back))];
    return found;
  }
  const size = Math.min(HEAD, length);
  const [x, y] = [tip[0] - size * u, tip[1] - size * w];
  const wide = 0.45 * size;
  found.head = [[tip, [x + wide * w, y - wide * u], [x - wide * w, y + wide * u]]];
  if (length > HEAD) found.shaft = [[start, [x, y]]];
  return found;
}

/** A slanted stroke across an arrow. @returns {Point[]} */
function stroke(/** @type {Point} */ tip, /** @type {number} */ u, /** @type {number} */ w, /** @type {number} */ back) {
  const [x, y] = [tip[0] - back * u, tip[1] - back * w];
  const [across, along] = [5, 2];
  return [
    [x + across * w - along * u, y - across * u - along * w],
    [x - across * w + along * u, y + across * u + along * w],
  ];
}

/** The outline of a box around a place, by half its sides. @param {Point} centre @param {Point} half @returns {Point[][]} */
function boxed([x, y], [across, down]) {
  if (Number.isNaN(across) || Number.isNaN(down) || (across === 0 && down === 0)) return [];
  const [wide, high] = [Math.min(across, FAR), Math.min(down, FAR)];
  return [[[x - wide, y - high], [x + wide, y - high], [x + wide, y + high], [x - wide, y + high]]];
}

/** How far an arrow goes along each coordinate. @param {Point} start @param {Point} goes @returns {Point[][]} */
function shares([x, y], [across, down]) {
  if (Number.isNaN(across) || Number.isNaN(down)) return [];
  /** @type {Point[][]} */
  const lines = [];
  if (across) lines.push([[x, y], [x + clipped(across, [-FAR, FAR]), y]]);
  if (down) lines.push([[x, y], [x, y + clipped(down, [-FAR, FAR])]]);
  return lines;
}

/** Squares along an arrow that labels keep away from. @param {Point} start @param {Arrow} one @returns {Rectangle[]} */
function around(start, { length, way }) {
  return ALONG.map(([part, half]) => {
    const [x, y] = [start[0] + part * length * way[0], start[1] + part * length * way[1]];
    return [x - half, y - half, x + half, y + half];
  });
}

/** The area that two rectangles share. @param {Rectangle} one @param {Rectangle} other */
function overlap(one, other) {
  const wide = Math.min(one[2], other[2]) - Math.max(one[0], other[0]);
  const high = Math.min(one[3], other[3]) - Math.max(one[1], other[1]);
  return wide > 0 && high > 0 ? wide * high : 0;
}

/** Where a label might stand. @param {Place} place @param {Rectangle} window @returns {Point[]} */
function candidates({ size: [wide, high], anchor: [x, y], way, box }, window) {
  if (box) {
    const [left, right] = [Math.max(x - way[0], window[0]), Math.min(x + way[0], window[2])];
    const [top, bottom] = [Math.max(y - way[1], window[1]), Math.min(y + way[1], window[3])];
    const [beside, above] = [wide / 2 + GAP, high / 2 + 1];
    const corners = [[right, 1, top, -1], [left, -1, top, -1], [right, 1, bottom, 1], [left, -1, bottom, 1]];
    return [
      ...corners.map(([at, side, edge, out]) => /** @type {Point} */ ([at - side * beside, edge + out * above])),
      ...corners.map(([at, side, edge]) => /** @type {Point} */ ([at + side * beside, edge])),
      ...corners.map(([at, side, edge, out]) => /** @type {Point} */ ([at - side * beside, edge - out * above])),
    ];
  }
  return TURNS.map((turn) => {
    const [cos, sin] = [Math.cos((turn * Math.PI) / 180), Math.sin((turn * Math.PI) / 180)];
    const [a, b] = [way[0] * cos - way[1] * sin, way[0] * sin + way[1] * cos];
    const reach = (Math.abs(a) * wide) / 2 + (Math.abs(b) * high) / 2 + GAP;
    return [x + reach * a, y + reach * b];
  });
}

/**
 * Where the middle of each label stands: off what is there already, off each other, in the window.
 * @param {Place[]} places the first one chooses first
 * @param {Rectangle[]} taken
 * @param {Rectangle} window
 */
function placed(places, taken, window) {
  const full = [...taken];
  /** @type {Map<string, Point>} */
  const found = new Map();
  for (const place of places) {
    const [wide, high] = place.size;
    const rectangle = ([x, y] = /** @type {Point} */ ([0, 0])) =>
      /** @type {Rectangle} */ ([x - wide / 2, y - high / 2, x + wide / 2, y + high / 2]);
    /** @type {Point} */
    let best = [0, 0];
    let least = Infinity;
    for (const middle of candidates(place, window)) {
      const there = rectangle(middle);
      let cost = full.reduce((sum, other) => sum + overlap(there, other), 0);
      cost += 10 * (wide * high - overlap(there, window));
      if (whole(cost) < least) [best, least] = [middle, whole(cost)];
    }
    found.set(place.name, best);
    full.push(rectangle(best));
  }
  return found;
}

/** @param {Point[][]} lines @param {boolean} [closed] */
function outlined(lines, closed = false) {
  const text = lines.map((line) => line.map(([x, y]) => `${short(x)} ${short(y)}`).join("L") + (closed ? "Z" : ""));
  return text.length ? `M${text.join("M")}` : "";
}

/** The picture of one step opened up. */
class AnatomyMoving extends Moving {
  /** @param {{ querySelectorAll: (selector: string) => Iterable<Element> }} root @param {Plan} plan */
  constructor(root, plan) {
    super(root, plan);
    this.told = /** @type {InsidePlan} */ (plan).inside;
    const named = (/** @type {string} */ end) =>
      [...this.slots.keys()].flatMap((slot) => (slot.endsWith(end) ? [slot.slice(2, -end.length)] : []));
    this.arrows = named(".shaft");
    this.boxes = named(".box");
  }

  /** Open a step of the run; null shows nothing. @param {Opened | null} opened @param {number} t @param {number} stage */
  open(opened, t, stage) {
    const window = /** @type {Ground} */ (this.plan.ground).box;
    const drawn = opened?.drawn(t, stage);
    /** @type {Place[]} */
    const places = [];
    /** @type {Rectangle[]} */
    const taken = (drawn ? [drawn.start, drawn.ball] : []).map(([x, y]) => [x - BALL, y - BALL, x + BALL, y + BALL]);
    for (const name of this.arrows) {
      const way = drawn?.arrows[name];
      const found = drawn && way ? arrow(drawn.start, way, window) : null;
      this.fill(`0.${name}.shaft`, { d: outlined(found?.shaft ?? []) });
      this.fill(`0.${name}.head`, { d: outlined(found?.head ?? [], true) });
      if (!drawn || !found) continue;
      taken.push(...around(drawn.start, found));
      const place = { name, size: this.told.names[name], anchor: found.tip, way: found.way, box: false };
      if (found.length >= SEEN) places.push(place);
    }
    for (const name of this.boxes) {
      const half = drawn?.boxes[name];
      const outline = drawn && half ? boxed(drawn.start, half) : [];
      this.fill(`0.${name}.box`, { d: outlined(outline, true) });
      if (!drawn || !half || !outline.length || Math.max(...half) < SEEN) continue;
      places.push({ name, size: this.told.names[name], anchor: drawn.start, way: half, box: true });
    }
    this.divide(drawn);
    this.call(placed(places, taken, window));
    this.stand(opened, t, stage);
  }

  /** Names in their places. @param {Map<string, Point>} found */
  call(found) {
    for (const name of [...this.arrows, ...this.boxes]) {
      const at = found.get(name);
      this.visible(`0.${name}.label`, at !== undefined);
      const move = at && `translate(${short(at[0])} ${short(at[1])})`;
      if (move) this.slots.get(`0.${name}.label`)?.group.setAttribute("transform", move);
    }
  }

  /** What is divided, as bars and on the landscape. @param {Shown | undefined} drawn */
  divide(drawn) {
    if (!this.told.bars) return;
    const { x, y } = this.told.bars;
    /** @type {Point[][]} */
    const cuts = [];
    for (const i of [0, 1]) {
      const [end, cut] = drawn?.bars?.[i] ?? [x.b, false];
      const height = y.a * (1 - i) + y.b;
      this.fill(`0.bar${i}`, { d: end === x.b ? "" : outlined([[[x.b, height], [end, height]]]) });
      const side = end < x.b ? 1 : -1;
      for (const k of cut ? [8, 13] : []) cuts.push([[end + side * k - 2, height + 8], [end + side * k + 2, height - 8]]);
    }
    this.fill("0.cuts", { d: outlined(cuts) });
    this.fill("0.shares", { d: drawn?.shares ? outlined(shares(drawn.start, drawn.shares)) : "" });
  }

  /** The ball, on the landscape and on the curve. @param {Opened | null} opened @param {number} t @param {number} stage */
  stand(opened, t, stage) {
    const { curves, tracks } = this.plan;
    const row = this.told.stages[stage].moved ? t : t - 1;
    const loss = opened ? opened.rows[row * tracks[0].width + tracks[0].n] : NaN;
    const gone = !opened || Number.isNaN(loss);
    this.fill("0.rolling", { at: gone ? [] : opened.place(row) });
    this.fill("0.rolled", { at: gone ? [] : [this.side.toX(row), this.side.toY(clipped(loss, curves.limits))] });
  }
}

/** A run, one step of which is open. */
class AnatomyPlayer extends Player {
  /** @param {Plan} plan @param {number[][]} values @param {number[]} start */
  constructor(plan, values, start) {
    super(plan, values, start);
    this.inside = /** @type {InsidePlan} */ (plan);
    this.step = 1;
    this.stage = 0;
    /** @type {{ rows: Float64Array | null, opened: Opened | null }} */
    this.made = { rows: null, opened: null };
  }

  /** The run that is shown; null where there is none. */
  get opened() {
    const rows = this.rows[0];
    if (rows !== this.made.rows) {
      const some = rows && reached(rows, this.inside.tracks[0]);
      this.made = { rows, opened: rows && some ? new Opened(this.inside, rows, [...this.values[0]]) : null };
    }
    return this.made.opened;
  }

  /** The step that is shown: one that is lost is the last that is not. */
  get shown() {
    return Math.max(1, Math.min(this.step, this.opened?.last ?? 1));
  }

  /** @param {AnatomyMoving} picture @param {number} index */
  draw(picture, index) {
    picture.show(index, this.rows[index], this.values[index]);
    picture.open(this.opened, this.shown, this.stage);
  }

  /** Show another step. @param {number} step */
  roll(step) {
    this.step = step;
    this.turn();
  }

  /** Show another stage, from 0. @param {number} stage */
  reach(stage) {
    this.stage = stage;
    this.turn();
  }

  /** One stage further; after the last one, the first stage of the next step. */
  next() {
    const { stages } = this.inside.inside;
    if (this.stage < stages.length - 1) {
      this.stage++;
    } else if (this.opened && this.shown < this.opened.last) {
      this.stage = 0;
      this.step = this.shown + 1;
    }
    this.turn();
  }

  turn() {
    for (const picture of this.pictures) {
      if (picture instanceof AnatomyMoving) picture.open(this.opened, this.shown, this.stage);
    }
  }

  /** @param {(string | null)[]} [given] */
  outcomes(given = []) {
    if (given[0] || !this.opened) return [given[0] ?? ""];
    return [this.opened.summary(this.shown, this.stage)];
  }

  /** What happens, and how it is drawn. @param {(string | null)[]} [given] */
  said(given = []) {
    if (given[0] || !this.opened) return [given[0] ?? ""];
    const { stages } = this.inside.inside;
    const lines = [`${stages[this.stage].label.slice(2)}: ${this.opened.sentence(this.shown, this.stage)}`];
    if (Number.isNaN(this.opened.numbers(this.shown, 0)[0])) lines.push("The run is lost at its first step.");
    else if (this.step > this.shown) lines.push(`The run is lost after step ${this.shown}.`);
    return [...lines, this.opened.remark(this.shown, this.stage)];
  }

  /** @returns {Line[]} */
  ledger() {
    return this.opened ? this.opened.ledger(this.shown, this.stage) : [];
  }

  /** The ledger: what comes in, what is worked out, and the step; of what is not known yet, or lost, the names. */
  tables() {
    const { ledger, coordinates } = this.inside.inside;
    const now = this.ledger();
    const rows = ledger.map(({ name }, k) => [name, ...(now[k]?.known ? now[k].values : coordinates.map(() => "·"))]);
    return ["comes in", "worked out", "the step"].flatMap((head, block) => {
      const own = rows.filter((_, k) => ledger[k].block === block);
      return own.length ? [[[head, ...coordinates], ...own]] : [];
    });
  }

  stages() {
    return this.inside.inside.stages.map(({ label }) => label);
  }

  python() {
    const { step, stage } = this;
    const lines = step > 1 ? [`panel.step.value = ${step}`] : [];
    return stage > 0 ? [...lines, `panel.stage.value = ${stage}`] : lines;
  }

  /** @param {Extra} extra */
  learn({ step, stage }) {
    this.step = step ?? this.step;
    this.stage = stage ?? this.stage;
  }
}

KINDS.anatomy = { player: AnatomyPlayer, moving: AnatomyMoving };
