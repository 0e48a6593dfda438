// A panel on a page without a kernel: native controls, the engine plays, and the address can hold the state.

/**
 * @typedef {object} Part a picture is cut in two, so that a narrow page can put one below the other
 * @property {number} left in points
 * @property {number} width
 * @property {string} light
 * @property {string} dark
 * @property {string} lightImage
 * @property {string} darkImage
 * @typedef {object} PageScene one picture of the panel
 * @property {string} surface
 * @property {string} view
 * @property {number[]} family where the sliders of the surface stand
 * @property {Plan} plan
 * @property {number} code which of the functions play it
 * @property {Part[]} parts
 * @typedef {object} PageData
 * @property {PageScene[]} scenes
 * @property {Input[]} family
 * @property {number[][]} values at the opening
 * @property {number[]} start
 * @property {Extra} extra
 * @typedef {any[]} Functions
 */

const PLAY_EVERY = 60; // milliseconds
const OPENED_EVERY = 160; // there is more to be seen of a step that is taken apart
const READ_ALOUD = 600;
const NAMES = /** @type {("surface" | "view" | "steps")[]} */ (["surface", "view", "steps"]);
const DARK = matchMedia("(prefers-color-scheme: dark)");

/** A panel in a page. */
class Page {
  /** @param {HTMLElement} root @param {PageData} data @param {Functions[]} codes */
  constructor(root, data, codes) {
    this.root = root;
    this.data = data;
    this.codes = codes;
    /** Among others on a page of a website, whose address is not its own and whose switch says what is dark. */
    this.within = root.parentElement?.matches(".adamlab-live") ?? false;
    this.frame = /** @type {HTMLElement} */ (root.querySelector(".adamlab-picture"));
    this.lines = /** @type {HTMLElement} */ (root.querySelector(".adamlab-said"));
    this.status = /** @type {HTMLElement} */ (root.querySelector("[role=status]"));
    this.board = element("div", "adamlab-board");
    root.classList.add(`adamlab-${data.scenes[0].plan.kind}`);
    this.extra = data.extra;
    const [{ plan: told }] = data.scenes;
    for (const { plan } of data.scenes) plan.tracks.forEach((track, i) => (track.inputs ??= told.tracks[i].inputs));
    this.family = data.scenes[0].family.slice();
    this.scene = data.scenes[0];
    this.scene.parts.forEach((part, k) => this.known(part, this.frame.children[k]));
    this.player = this.played(data.values.map((values) => values.slice()), data.start.slice());
    /** @type {(() => void)[]} what has to follow the state */
    this.followers = [];
    this.controls();
    this.hands();
    const theme = new MutationObserver(() => this.draw());
    if (this.within) theme.observe(document.documentElement, { attributeFilter: ["data-theme"] });
    else DARK.addEventListener("change", () => this.draw());
    this.fromAddress();
    window.addEventListener("hashchange", () => this.fromAddress());
    this.draw();
    root.dataset.alive = "yes";
  }

  /** What the page holds already need not be sent twice. @param {Part} part @param {Element} place */
  known(part, place) {
    part.light = place.querySelector("svg.light")?.innerHTML ?? "";
    part.dark = place.querySelector("svg.dark")?.innerHTML ?? "";
    part.lightImage = place.querySelector("img.light")?.getAttribute("src") ?? "";
    part.darkImage = place.querySelector("img.dark")?.getAttribute("src") ?? "";
  }

  /** A player of the present scene. @param {number[][]} values @param {number[]} start */
  played(values, start) {
    const { plan, code } = this.scene;
    const tracks = plan.tracks.map((track, i) => ({ ...track, play: this.codes[code][i] }));
    const helpers = this.codes[code].slice(tracks.length);
    const player = new KINDS[plan.kind].player({ ...plan, tracks, helpers }, values, start);
    player.changed = () => this.tell();
    player.learn(this.extra);
    tracks.forEach((_, i) => player.run(i));
    return player;
  }

  /** Show the present scene in the present theme. */
  draw() {
    const dark = this.within ? document.documentElement.dataset.theme === "dark" : DARK.matches;
    const name = dark ? "dark" : "light";
    for (const still of this.frame.querySelectorAll(".adamlab-still")) still.remove();
    this.player.pictures.clear();
    const { plan } = this.player;
    this.below?.remove();
    const [{ left, width }] = this.scene.parts;
    const moving = new KINDS[plan.kind].moving(new Roots(this.frame.querySelectorAll(`svg.${name}`)), plan, [left, width]);
    this.below = moving.below;
    if (moving.below) this.frame.querySelector("svg")?.before(moving.below);
    this.player.add(moving);
    this.tell();
  }

  /**
   * Another surface, view, number of steps or member of the family. Not all of them are there together: what is
   * asked for comes before what is kept.
   * @param {{ surface?: string, view?: string, steps?: number }} asked
   */
  turn(asked) {
    const { surface, view, plan } = this.scene;
    const present = { surface, view, steps: plan.steps };
    const missed = (/** @type {PageScene} */ scene) => {
      const has = { surface: scene.surface, view: scene.view, steps: scene.plan.steps };
      const misses = (/** @type {typeof asked} */ wanted) =>
        NAMES.filter((name) => wanted[name] !== undefined && wanted[name] !== has[name]).length;
      const far = scene.family.reduce((sum, value, i) => sum + Math.abs(value - this.family[i]), 0);
      return [misses(asked), misses(present), far];
    };
    const found = this.data.scenes
      .map((scene) => ({ scene, by: missed(scene) }))
      .reduce((best, one) => (before(one.by, best.by) ? one : best)).scene;
    if (found === this.scene) return;
    const moved = found.surface !== surface || found.family.some((value, i) => value !== this.scene.family[i]);
    const kept = found.plan.at ? found.view === this.scene.view : !moved; // a cell is one on any surface
    this.scene = found;
    const { step, stage } = this.player;
    this.player.end();
    this.player = this.played(this.player.settings(), kept ? this.player.at() : (found.plan.at ?? found.plan.origin).slice());
    this.player.learn({ ...this.extra, step, stage });
    if (!this.player.stages().length) this.player.step = step;
    found.parts.forEach((part, k) => {
      const place = this.frame.children[k];
      place.querySelector("img.light")?.setAttribute("src", part.lightImage);
      place.querySelector("img.dark")?.setAttribute("src", part.darkImage);
      for (const name of /** @type {("light" | "dark")[]} */ (["light", "dark"])) {
        const svg = place.querySelector(`svg.${name}`);
        if (!svg) continue;
        svg.innerHTML = part[name];
        svg.setAttribute("viewBox", `${part.left} 0 ${part.width} ${found.plan.size[1]}`);
      }
    });
    this.draw();
    this.follow();
  }

  hands() {
    const panel = {
      player: () => this.player,
      place: (/** @type {number[]} */ start) => this.place(start),
    };
    const [first] = this.frame.children;
    const { left, width } = this.scene.parts[0];
    if (this.scene.plan.ground || this.scene.plan.at)
      hand(this.frame, panel, /** @type {HTMLElement} */ (first), [left, 0, width, this.scene.plan.size[1]]);
  }

  /** @param {number[]} start */
  place(start) {
    this.player.place(start);
    this.told();
  }

  /** Set a value. @param {number} i the track @param {number} j @param {number} value */
  set(i, j, value) {
    this.player.values[i][j] = value;
    this.player.run(i);
    this.told();
  }

  /** The state has changed by hand: say so, and let the address hold it. */
  told() {
    this.tell();
    this.follow();
    clearTimeout(this.kept);
    if (this.within) return;
    this.kept = setTimeout(() => history.replaceState(null, "", this.address()), READ_ALOUD);
  }

  follow() {
    for (const follow of this.followers) follow();
  }

  tell() {
    const said = this.player.said();
    write(this.lines, said);
    tabulate(this.board, this.player.tables());
    const result = this.player.outcomes().join("; ");
    const { name, help } = this.player.plan;
    this.frame.setAttribute("aria-label", `${name} ${result}. ${help}`);
    clearTimeout(this.aloud);
    this.aloud = setTimeout(() => write(this.status, said), READ_ALOUD);
  }

  // The address -----------------------------------------------------------------------------------------

  /** The address that holds what is shown: everything that is not as it opened. */
  address() {
    const state = new URLSearchParams();
    const { plan, values } = this.player;
    const start = this.player.at();
    plan.tracks.forEach((track, i) =>
      track.inputs.forEach(({ name }, j) => {
        if (plan.python.axes?.includes(name)) return; // the cell tells them
        const key = plan.tracks.length > 1 ? `${track.name}.${name}` : name;
        if (values[i][j] !== this.data.values[i][j]) state.set(key, String(values[i][j]));
      }),
    );
    this.data.family.forEach(({ name }, k) => {
      if (this.family[k] !== this.data.scenes[0].family[k]) state.set(name, String(this.family[k]));
    });
    if (start.some((x, k) => x !== this.opening()[k])) state.set("start", start.join(","));
    if (this.scene.surface !== this.data.scenes[0].surface) state.set("surface", this.scene.surface);
    if (this.scene.view !== this.data.scenes[0].view) state.set("view", this.scene.view);
    if (plan.steps !== this.data.scenes[0].plan.steps) state.set("steps", String(plan.steps));
    for (const name of /** @type {("step" | "stage")[]} */ (this.opens ? ["step", "stage"] : [])) {
      if (this.player[name] !== this.data.extra[name]) state.set(name, String(this.player[name]));
    }
    const text = this.mark + state.toString();
    return location.href.split("#")[0] + (text && `#${text}`);
  }

  /** What an address begins with that is for this panel. */
  get mark() {
    return this.within ? `${this.root.id}:` : "";
  }

  /** Whether a step is taken apart: then it is part of the state which one, and how far. */
  get opens() {
    return this.player.stages().length > 0;
  }

  /** Where the ball lies until it is moved. */
  opening() {
    const [{ surface, view, family }] = this.data.scenes;
    const { scene } = this;
    const same = scene.surface === surface && scene.family.every((value, k) => value === family[k]);
    const here = scene.plan.at ? scene.view === view : same; // a cell is one on any surface
    return here ? this.data.start : (this.player.plan.at ?? this.player.plan.origin);
  }

  /** Show what the address holds, all else as it opened; what is out of range or unknown is left out. */
  fromAddress() {
    const text = location.hash.slice(1);
    if (!text.startsWith(this.mark)) return this.follow(); // it is for something else on the page
    const state = new URLSearchParams(text.slice(this.mark.length));
    const { scenes } = this.data;
    const asked = (/** @type {Input} */ { name, scale }, /** @type {number} */ opening, owner = "") => {
      const value = Number(state.get(name) || state.get(`${owner}.${name}`) || NaN);
      return value >= scale[0] && value <= scale[scale.length - 1] ? value : opening;
    };
    const known = (/** @type {"surface" | "view"} */ kind) =>
      scenes.find((scene) => scene[kind] === state.get(kind))?.[kind] ?? scenes[0][kind];
    this.family = this.data.family.map((input, k) => asked(input, scenes[0].family[k]));
    const steps = Number(state.get("steps"));
    const offered = scenes.find((scene) => scene.plan.steps === steps) ?? scenes[0];
    this.turn({ surface: known("surface"), view: known("view"), steps: offered.plan.steps });
    const value = (/** @type {Track} */ { inputs, name }, /** @type {number} */ i) =>
      inputs.map((input, j) => asked(input, this.data.values[i][j], name));
    this.player.set(this.player.plan.tracks.map(value));
    const within = (/** @type {"step" | "stage"} */ name, /** @type {number} */ low, /** @type {number} */ high) => {
      const value = Number(state.get(name) || NaN);
      return Number.isInteger(value) && value >= low && value <= high ? value : this.data.extra[name];
    };
    const stages = this.player.stages().length;
    if (stages) this.player.learn({ step: within("step", 1, this.player.plan.steps), stage: within("stage", 0, stages - 1) });
    const start = (state.get("start") ?? "").split(",").map(Number);
    const fits = start.length === this.opening().length && start.every(Number.isFinite) && state.has("start");
    this.player.place(fits ? start : this.opening().slice());
    this.tell();
    this.follow();
  }

  // The controls ----------------------------------------------------------------------------------------

  controls() {
    const { plan } = this.player;
    const place = element("div", "adamlab-controls");
    if (this.opens) place.append(this.tools()); // its stages come before its numbers
    place.append(this.board);
    if (this.data.family.length) place.append(this.familyControls());
    plan.tracks.forEach((track, i) => {
      const group = element("div", "adamlab-sliders");
      track.inputs.forEach((input, j) => {
        const slider = this.slider(i, j, input, track.name);
        this.followers.push(() => (slider.hidden = this.player.plan.python.axes?.includes(input.name) ?? false));
        group.append(slider);
      });
      if (plan.tracks.length === 1) return place.append(group);
      const fold = /** @type {HTMLDetailsElement} */ (element("details", ""));
      const head = element("summary", "");
      head.textContent = track.name;
      fold.name = `${this.root.id}-sliders`; // one is open at a time
      fold.open = i === 0;
      fold.append(head, group);
      place.append(fold);
    });
    if (!this.opens) place.append(this.tools());
    this.root.append(place);
  }

  /** @param {number} i @param {number} j @param {Input} input @param {string} track */
  slider(i, j, input, track) {
    const several = this.player.plan.tracks.length > 1;
    const label = several ? `${input.label} (${track})` : input.label;
    return this.ranged(
      { ...input, label },
      () => this.player.values[i][j],
      (value) => this.set(i, j, value),
      this.data.values[i][j],
    );
  }

  familyControls() {
    const group = element("div", "adamlab-sliders");
    this.data.family.forEach((input, k) => {
      const set = (/** @type {number} */ value) => {
        const { fair } = this.player; // then it stays so on the new surface
        this.family[k] = value;
        this.turn({});
        if (fair) this.tune();
        else this.told();
      };
      group.append(this.ranged(input, () => this.scene.family[k], set, this.data.scenes[0].family[k]));
    });
    return group;
  }

  /**
   * A slider with a box to type in.
   * @param {Input} input
   * @param {() => number} get
   * @param {(value: number) => void} set
   * @param {number} opening
   */
  ranged({ label, unit, scale }, get, set, opening) {
    const row = element("div", "adamlab-slider");
    const range = /** @type {HTMLInputElement} */ (element("input", ""));
    const box = /** @type {HTMLInputElement} */ (element("input", "adamlab-box"));
    const [symbol, ...meaning] = label.split(", ");
    const [low, high] = [scale[0], scale[scale.length - 1]];
    Object.assign(range, { type: "range", min: "0", max: String(scale.length - 1), step: "1" });
    Object.assign(box, { type: "text", inputMode: "decimal", autocomplete: "off" });
    range.setAttribute("aria-label", label);
    box.setAttribute("aria-label", `${label}, as a number`);
    const name = element("span", "adamlab-symbol");
    name.textContent = symbol;
    const below = element("small", "");
    below.setAttribute("aria-live", "polite"); // a refusal is read aloud
    const plain = `${general(low)} … ${general(high)}${unit}${meaning.length ? ` · ${meaning.join(", ")}` : ""}`;
    const undo = /** @type {HTMLButtonElement} */ (element("button", ""));
    undo.textContent = "↺";
    undo.setAttribute("aria-label", `${symbol} back to ${general(opening)}${unit}`);
    undo.title = `${symbol} back to ${general(opening)}${unit}`;
    const show = () => {
      range.value = String(nearest(scale, get()));
      box.value = `${general(get())}${unit}`;
      range.setAttribute("aria-valuetext", `${general(get())}${unit}`);
      below.className = "";
      write(below, [plain]); // what was refused is forgotten at the next change
    };
    range.addEventListener("input", () => set(scale[Number(range.value)]));
    undo.addEventListener("click", () => set(opening));
    box.addEventListener("change", () => {
      const typed = box.value;
      const value = number(typed, unit);
      show();
      if (value >= low && value <= high) return set(value);
      const limits = `${symbol} goes from ${general(low)} to ${general(high)}${unit}`;
      below.className = "adamlab-refused";
      below.textContent = Number.isNaN(value) ? `“${typed}” is not a number: ${limits}` : `${limits}, not ${typed}`;
    });
    this.followers.push(show);
    show();
    row.append(name, range, box, undo, below);
    return row;
  }

  tools() {
    const row = element("div", "adamlab-tools");
    const { scenes } = this.data;
    const choose = (/** @type {"surface" | "view" | "steps"} */ kind) => {
      const of = (/** @type {PageScene} */ scene) => (kind === "steps" ? String(scene.plan.steps) : scene[kind]);
      const all = [...new Set(scenes.map(of))];
      if (all.length < 2) return;
      if (kind === "steps") all.sort((one, other) => Number(one) - Number(other));
      const label = element("label", "");
      const menu = /** @type {HTMLSelectElement} */ (document.createElement("select"));
      for (const one of all) menu.append(new Option(one, one));
      label.append(`${kind} `, menu);
      menu.addEventListener("change", () => {
        this.turn({ [kind]: kind === "steps" ? Number(menu.value) : menu.value });
        this.told();
      });
      this.followers.push(() => (menu.value = of(this.scene)));
      row.append(label);
    };
    choose("surface");
    choose("view");
    choose("steps");
    if (this.player.plan.at) {
      const title = "Show the run that stays lowest in its last tenth";
      row.append(this.button("Go to best run", title, () => this.place(this.player.home() ?? this.player.at())));
    }
    if (this.player.tunes) {
      const title = "For each method, the best of the same learning rates";
      row.append(this.button("Tune all fairly", title, () => this.tune()));
    }
    row.append(...this.stages());
    if (!this.player.plan.at) row.append(...this.film());
    row.append(
      this.button("Reset all", "Set everything back to its opening value", () => this.reset()),
      this.button("Copy as Python", "Copy the lines that make this very picture", (button) =>
        copied(button, asPython(this.player)),
      ),
      this.button("Copy link", "Copy the address of this very picture", (button) =>
        copied(button, this.address()),
      ),
    );
    return row;
  }

  /** A button for each stage of a step that is taken apart, and one for the next. */
  stages() {
    const names = this.player.stages();
    if (!names.length) return [];
    const reach = (/** @type {number} */ k) => {
      this.player.reach(k);
      this.told();
    };
    const buttons = names.map((name, k) => this.button(name, `Show stage ${name}`, () => reach(k)));
    this.followers.push(() =>
      buttons.forEach((button, k) => button.setAttribute("aria-pressed", String(k === this.player.stage))),
    );
    const next = this.button("Next stage ▸", "One stage further, or on to the next step", () => {
      this.player.next();
      this.told();
    });
    return [...buttons, next];
  }

  film() {
    const label = element("label", "");
    const range = /** @type {HTMLInputElement} */ (element("input", "adamlab-film"));
    const first = this.opens ? 1 : 0;
    const limits = { min: String(first), max: String(this.player.plan.steps) };
    Object.assign(range, { type: "range", ...limits, value: String(this.player.step) });
    const shown = element("output", "");
    this.followers.push(() => {
      range.max = String(this.player.plan.steps);
      range.value = String(this.player.step);
      shown.textContent = range.value;
    });
    range.setAttribute("aria-label", "step to show");
    label.append("step ", range, ...(this.opens ? [shown] : []));
    const roll = () => {
      this.player.roll(Number(range.value));
      if (this.opens) this.told();
      else this.tell();
    };
    let timer = 0;
    const play = this.button("▶ Play", "Let the ball roll step by step", () => (timer ? stop() : begin()));
    const stop = () => {
      clearInterval(timer);
      timer = 0;
      play.textContent = "▶ Play";
    };
    const begin = () => {
      if (Number(range.value) >= this.player.plan.steps) range.value = String(first);
      play.textContent = "❚❚ Pause";
      timer = setInterval(() => {
        range.value = String(Number(range.value) + 1);
        roll();
        if (Number(range.value) >= this.player.plan.steps) stop();
      }, this.opens ? OPENED_EVERY : PLAY_EVERY);
    };
    range.addEventListener("input", () => {
      stop();
      roll();
    });
    this.rewind = () => {
      stop();
      this.player.learn(this.data.extra);
      range.value = String(first && this.player.step);
      roll();
    };
    return [play, label];
  }

  /** @param {string} text @param {string} title @param {(button: HTMLButtonElement) => void} press */
  button(text, title, press) {
    const made = /** @type {HTMLButtonElement} */ (element("button", ""));
    Object.assign(made, { type: "button", textContent: text, title });
    made.addEventListener("click", () => press(made));
    return made;
  }

  tune() {
    this.player.tune();
    this.extra = this.player.extra();
    this.told();
  }

  reset() {
    const { surface, view, family, plan } = this.data.scenes[0];
    this.family = family.slice();
    this.extra = this.data.extra;
    this.turn({ surface, view, steps: plan.steps });
    this.player.learn(this.extra);
    this.player.set(this.data.values);
    this.rewind?.();
    this.place(this.data.start.slice());
  }
}

/** Whether one list of numbers comes before another of the same length. @param {number[]} one @param {number[]} other */
function before(one, other) {
  const k = one.findIndex((value, i) => value !== other[i]);
  return k >= 0 && one[k] < other[k];
}

/** Several elements that are searched as one. */
class Roots {
  /** @param {NodeListOf<Element>} roots */
  constructor(roots) {
    this.roots = [...roots];
  }

  /** @param {string} selector */
  querySelectorAll(selector) {
    return this.roots.flatMap((root) => [...root.querySelectorAll(selector)]);
  }
}

/** What was typed, as a number: 0.5, 0,5, 1e-3 or 1/3; NaN for anything else. */
function number(/** @type {string} */ typed, /** @type {string} */ unit) {
  const text = typed.trim().replace(unit, "").trim().replace(",", ".");
  const one = /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i;
  const [above, below, ...more] = text.split("/").map((part) => part.trim());
  if (!one.test(above) || more.length || (below !== undefined && !one.test(below))) return NaN;
  return below === undefined ? Number(above) : Number(above) / Number(below);
}
