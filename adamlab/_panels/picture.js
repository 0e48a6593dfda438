// The picture in a notebook: the engine plays, the sliders are other widgets of the page, Python is told of clicks.
// One state for each panel, shared by all places that show it. What it looks for, it looks for in its own panel.

/**
 * @typedef {{ control: string, label: string, text: string }} Named what a control is called, and what it says
 * @typedef {Plan & { code: string, template: string, named: Named[] }} WidgetPlan
 * @typedef {object} State what Python sends
 * @property {WidgetPlan} plan
 * @property {DataView<ArrayBuffer>} background
 * @property {[number, number]} size
 * @property {{ [input: string]: string }} sliders
 * @property {{ [input: string]: [number, number] }} exact
 * @property {number[]} start
 * @property {number} heard
 * @property {(DataView | null)[]} rows
 * @property {(number[] | null)[]} values of the runs that `rows` holds
 * @property {(string | null)[]} said
 * @property {string[]} notes
 * @property {Extra} extra
 * @typedef {object} Slider
 * @property {(name: "value" | "index") => number} get
 * @property {(name: "value", value: number) => void} set
 * @property {() => void} save_changes
 * @property {(events: string, heard: () => void) => void} on
 * @property {(events: string, heard: () => void) => void} off
 * @typedef {object} Model
 * @property {<K extends keyof State>(name: K) => State[K]} get
 * @property {<K extends keyof State>(name: K, value: State[K]) => void} set
 * @property {(events: string, heard: () => void) => void} on
 * @property {(events: string, heard: () => void) => void} off
 * @property {(message: object) => void} send
 * @property {{ get_model: (reference: string) => Promise<Slider> }} widget_manager
 */

const LATER = 600; // milliseconds of rest before a sentence is read aloud

/** @param {string} code @returns {Promise<any[]>} the functions of a plan */
async function loaded(code) {
  const address = URL.createObjectURL(new Blob([code], { type: "text/javascript" }));
  try {
    return (await import(/* webpackIgnore: true */ address)).default;
  } finally {
    URL.revokeObjectURL(address);
  }
}

/** A picture as an address that holds it: strict servers allow no other. @param {DataView<ArrayBuffer>} picture */
function address(picture) {
  return /** @type {Promise<string>} */ (
    new Promise((done) => {
      const reader = new FileReader();
      reader.onload = () => done(/** @type {string} */ (reader.result));
      reader.readAsDataURL(new Blob([picture], { type: "image/png" }));
    })
  );
}

/** A row of doubles from Python. @param {DataView | null} view */
function doubles(view) {
  if (!view) return null;
  return new Float64Array(view.buffer.slice(view.byteOffset, view.byteOffset + view.byteLength));
}

/** What is the same in all places that show a panel. */
class Shared {
  /** @param {Model} model */
  constructor(model) {
    this.model = model;
    /** @type {Set<View>} */
    this.views = new Set();
    /** @type {Map<string, Slider>} */
    this.sliders = new Map();
    this.sent = this.model.get("heard"); // messages with a start
    /** @type {number[] | null} the newest start that Python has not been told of */
    this.pending = null;
    this.turn = 0;
    this.due = false; // whether it is about to speak
    /** @type {WidgetPlan | undefined} */
    this.plan = undefined;
    /** @type {Player | null} */
    this.player = null;
    model.on("change:plan", () => this.load());
    model.on("change:rows change:values", () => this.given());
    model.on("change:exact", () => this.exact());
    model.on("change:start change:heard", () => this.moved());
    model.on("change:said change:notes", () => this.tell());
    model.on("change:extra", () => this.learn());
    this.load();
  }

  async load() {
    const turn = ++this.turn;
    const plan = this.model.get("plan");
    if (!plan.tracks) return;
    const functions = await loaded(plan.code);
    await this.link();
    if (turn !== this.turn) return; // another plan has come meanwhile
    const tracks = plan.tracks.map((track, i) => ({ ...track, play: functions[i] }));
    this.plan = { ...plan, tracks, helpers: functions.slice(tracks.length) };
    const values = tracks.map((track, i) => track.inputs.map((_, j) => this.value(i, j)));
    const { player: Kind } = KINDS[plan.kind];
    const player = new Kind(this.plan, values, this.model.get("start"));
    player.changed = () => this.tell();
    player.learn(this.model.get("extra"));
    player.roll(this.sliders.get("film")?.get("value") ?? 0);
    player.reach(this.sliders.get("stage")?.get("index") ?? 0);
    const rows = this.model.get("rows");
    tracks.forEach((_, i) => player.run(i, doubles(rows[i])));
    this.player?.end();
    this.player = player;
    for (const view of this.views) view.mount();
    this.tell();
  }

  learn() {
    this.player?.learn(this.model.get("extra"));
    this.tell();
  }

  /** Give each method of a race the best rate; Python hears of it, and moves the sliders' numbers. */
  tune() {
    const { player, plan } = this;
    if (!player || !plan) return;
    player.tune();
    const exact = { ...this.model.get("exact") };
    plan.tracks.forEach(({ inputs }, i) =>
      inputs.forEach(({ scale }, j) => {
        const value = player.values[i][j];
        exact[`${i},${j}`] = [nearest(scale, value), value];
      }),
    );
    this.model.set("exact", exact);
    for (const [name, [position]] of Object.entries(exact)) this.sliders.get(name)?.set("value", position);
    this.model.send({ kind: "tuned", values: player.values });
    this.tell();
  }

  async link() {
    for (const [name, reference] of Object.entries(this.model.get("sliders"))) {
      if (this.sliders.has(name)) continue;
      const slider = await this.model.widget_manager.get_model(reference);
      if (this.sliders.has(name)) continue;
      this.sliders.set(name, slider);
      const [i, j] = name.split(",").map(Number);
      if (name === "stage") slider.on("change:index", () => this.reach(slider.get("index")));
      else if (name === "film") slider.on("change:value", () => this.roll(slider.get("value")));
      else slider.on("change:value", () => this.slid(i, j));
    }
  }

  /**
   * The value of an input: its slider's, or one between two positions that was typed.
   * @param {number} i the track
   * @param {number} j
   */
  value(i, j) {
    const position = this.sliders.get(`${i},${j}`)?.get("value") ?? NaN;
    const exact = this.model.get("exact")[`${i},${j}`];
    const { scale } = this.model.get("plan").tracks[i].inputs[j];
    return exact && exact[0] === position ? exact[1] : scale[position];
  }

  /** @param {number} i @param {number} j */
  slid(i, j) {
    if (!this.plan?.tracks[i].play) return; // its run comes from Python, with the values that it was made with
    const value = this.value(i, j);
    if (!this.player || value === undefined || value === this.player.values[i][j]) return;
    this.player.values[i][j] = value;
    this.player.run(i);
    this.tell();
  }

  exact() {
    this.plan?.tracks.forEach((track, i) => track.inputs.forEach((_, j) => this.slid(i, j)));
  }

  given() {
    const { player } = this;
    const rows = this.model.get("rows");
    const values = this.model.get("values");
    this.plan?.tracks.forEach((track, i) => {
      if (track.play || !player) return;
      player.values[i] = values[i] ?? player.values[i];
      player.run(i, doubles(rows[i]));
    });
    this.tell();
  }

  /** Python has another start, unless it has not yet heard of ours. */
  moved() {
    const { player } = this;
    if (!player) return;
    if (this.model.get("heard") < this.sent) return;
    if (this.pending) return this.send(this.pending);
    const start = this.model.get("start");
    if (start.every((x, i) => x === player.at()[i])) return;
    player.place(start);
    this.tell();
  }

  /** @param {number[]} start */
  place(start) {
    this.player?.place(start);
    this.tell();
    if (this.model.get("heard") < this.sent) this.pending = start; // one at a time: a busy kernel would fall behind
    else this.send(start);
  }

  /** @param {number[]} start */
  send(start) {
    this.pending = null;
    this.model.send({ kind: "start", start, number: ++this.sent });
  }

  /** @param {number} step */
  roll(step) {
    this.player?.roll(step);
    this.tell();
  }

  /** @param {number} stage */
  reach(stage) {
    this.player?.reach(stage);
    this.tell();
  }

  /** One stage further, or the first one of the next step. */
  next() {
    const { player } = this;
    if (!player) return;
    player.next();
    const widgets = { film: ["value", player.step], stage: ["index", player.stage] };
    for (const [name, [trait, value]] of Object.entries(widgets)) {
      const widget = this.sliders.get(name);
      widget?.set(/** @type {"value"} */ (trait), /** @type {number} */ (value));
      widget?.save_changes();
    }
    this.tell();
  }

  /** Say what is shown, after it was painted: words need not keep up with the hand. */
  tell() {
    if (this.due) return;
    this.due = true;
    const now = () => {
      if (!this.due) return;
      this.due = false;
      this.speak();
    };
    requestAnimationFrame(() => setTimeout(now));
    setTimeout(now, 200); // a page behind another one paints nothing
  }

  speak() {
    if (!this.player) return;
    const [given, notes] = [this.model.get("said"), this.model.get("notes")];
    const shown = [...this.player.said(given), ...notes];
    const result = [...this.player.outcomes(given), ...notes].join("; ");
    const messages = [...given.flatMap((line) => line ?? []), ...notes];
    for (const view of this.views) view.say(shown, result, messages, this.player.tables());
  }
}

/**
 * Notebook 7 takes arrow keys for itself, from whatever has the focus, unless that bears a mark.
 * @param {KeyboardEvent} event
 * @param {Element} panel
 */
function keepFromShortcuts(event, panel) {
  const { target, key } = event;
  if (!(target instanceof HTMLElement) || !key.startsWith("Arrow") || !panel.contains(target)) return;
  if (!target.matches(".noUi-handle, .adamlab-picture")) return;
  target.dataset.lmSuppressShortcuts = "true";
  setTimeout(() => delete target.dataset.lmSuppressShortcuts); // all other keys stay the notebook's
}

/** One place that shows a panel. */
class View {
  /** @param {Shared} shared @param {HTMLElement} el */
  constructor(shared, el) {
    this.shared = shared;
    this.el = el;
    /** @type {WeakSet<Element>} */
    this.called = new WeakSet();
    this.watching = new AbortController();
    this.frame = element("div", "adamlab-picture");
    this.frame.tabIndex = 0;
    this.frame.setAttribute("role", "img");
    this.note = element("div", "adamlab-note");
    this.lines = element("div", "adamlab-said");
    this.lines.setAttribute("aria-hidden", "true"); // it changes with each touch; below, what is read aloud
    this.status = element("div", "adamlab-unseen");
    this.status.setAttribute("role", "status");
    this.copy = element("button", "adamlab-copy");
    this.copy.textContent = "Copy as Python";
    this.copy.title = "Copy the lines that make this very picture";
    const foot = element("div", "adamlab-foot");
    foot.append(this.lines, this.copy);
    el.append(this.frame, foot, this.status);
    hand(this.frame, {
      player: () => this.shared.player,
      place: (start) => this.shared.place(start),
    });
    this.copy.addEventListener("click", () => {
      if (this.shared.player) copied(this.copy, asPython(this.shared.player));
    });
    this.background = this.background.bind(this);
    shared.model.on("change:background", this.background);
    shared.views.add(this);
    this.background();
    this.watch();
    if (shared.player) {
      this.mount();
      shared.tell();
    }
  }

  // The old picture stays until the new one is decoded, so there is never a blank frame.
  async background() {
    const turn = (this.stills = (this.stills ?? 0) + 1);
    const image = new Image();
    image.alt = "";
    image.draggable = false;
    image.src = await address(this.shared.model.get("background"));
    await image.decode();
    if (turn !== this.stills) return; // another has come meanwhile
    const old = this.frame.querySelector("img");
    if (old) old.replaceWith(image);
    else this.frame.prepend(image);
  }

  mount() {
    const { plan, player } = this.shared;
    if (!plan || !player) return;
    const [width, height] = plan.size;
    if (this.moving) player.pictures.delete(this.moving);
    const root = element("div", "adamlab-moving");
    root.innerHTML = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}">${plan.template}</svg>`;
    this.moving?.below?.remove();
    this.moving = new KINDS[plan.kind].moving(root, plan);
    player.add(this.moving);
    for (const old of this.frame.querySelectorAll(".adamlab-moving")) old.remove();
    this.frame.append(...[this.moving.below, root, this.note].filter((one) => one !== null));
    this.el.classList.add(`adamlab-${plan.kind}`);
    this.frame.title = plan.help;
    this.frame.style.cssText = `max-width: ${this.shared.model.get("size")[0]}px; aspect-ratio: ${width} / ${height}`;
    this.name();
  }

  /** Slider widgets give their handles no accessible name; some are rendered later, when a section unfolds. */
  name() {
    const panel = this.el.closest(".adamlab-panel");
    const { plan } = this.shared;
    if (!panel || !plan) return;
    plan.tracks.forEach((track, i) =>
      track.inputs.forEach(({ control, label, unit }, j) => {
        const text = () => `${general(this.shared.player?.values[i][j] ?? NaN)}${unit}`;
        for (const one of panel.querySelectorAll(`.${control} .noUi-handle, .${control} input`))
          this.call(one, label, text);
      }),
    );
    for (const { control, label, text } of plan.named) {
      for (const one of panel.querySelectorAll(`.${control} .noUi-handle, .${control} input`))
        this.call(one, label, () => text);
    }
    for (const one of panel.querySelectorAll(".adamlab-film .noUi-handle"))
      one.setAttribute("aria-label", "step to show");
    for (const play of panel.querySelectorAll(".widget-play")) {
      ["Play or pause", "Back to the first step"].forEach((name, k) => {
        play.querySelectorAll("button")[k]?.setAttribute("title", name);
        play.querySelectorAll("button")[k]?.setAttribute("aria-label", name);
      });
    }
    for (const button of panel.querySelectorAll(".adamlab-tune, .adamlab-best, .adamlab-next")) {
      if (!this.called.has(button)) button.addEventListener("click", (event) => this.pressed(event), true);
      this.called.add(button);
    }
  }

  /**
   * Give a control its name, and the words for its value: the widget itself would read out a position.
   * @param {Element} one
   * @param {string} label
   * @param {() => string} text
   */
  call(one, label, text) {
    one.setAttribute("aria-label", label);
    if (!one.matches(".noUi-handle")) return;
    const speak = () => {
      if (one.getAttribute("aria-valuetext") !== text()) one.setAttribute("aria-valuetext", text());
    };
    speak();
    if (this.called.has(one)) return;
    this.called.add(one);
    new MutationObserver(speak).observe(one, { attributeFilter: ["aria-valuetext", "aria-valuenow"] });
  }

  /** What Python would do at a button, the page does itself, if it can. @param {Event} event */
  pressed(event) {
    const { player } = this.shared;
    const is = (/** @type {string} */ name) => /** @type {Element} */ (event.currentTarget).matches(name);
    const best = is(".adamlab-best") ? player?.home() : null;
    if (best) this.shared.place(best);
    else if (is(".adamlab-tune") && player?.tunes) this.shared.tune();
    else if (is(".adamlab-next") && player) this.shared.next();
    else return;
    event.stopImmediatePropagation();
  }

  /** Name what is rendered from now on. */
  watch() {
    const panel = this.el.closest(".adamlab-panel");
    if (!panel) return void (this.again = setTimeout(() => this.watch(), 100)); // it is not in the page yet
    this.rendered = new MutationObserver(() => {
      clearTimeout(this.again);
      this.again = setTimeout(() => this.name(), 100);
    });
    const { signal } = this.watching;
    window.addEventListener("keydown", (event) => keepFromShortcuts(event, panel), { capture: true, signal });
    this.rendered.observe(panel, { childList: true, subtree: true });
    this.name();
  }

  /** @param {string[]} lines @param {string} result @param {string[]} messages @param {string[][][]} tables */
  say(lines, result, messages, tables) {
    if (!this.shared.plan) return;
    const { name, help } = this.shared.plan;
    write(this.lines, lines);
    const board = this.el.closest(".adamlab-panel")?.querySelector(".adamlab-board");
    if (board) tabulate(board, tables);
    this.note.hidden = messages.length === 0;
    write(this.note, messages);
    this.frame.setAttribute("aria-label", `${name} ${result}. ${help}`);
    clearTimeout(this.aloud);
    this.aloud = setTimeout(() => {
      write(this.status, lines);
      this.name();
    }, LATER);
  }

  remove() {
    this.shared.model.off("change:background", this.background);
    this.shared.views.delete(this);
    if (this.moving) this.shared.player?.pictures.delete(this.moving);
    this.watching.abort();
    this.rendered?.disconnect();
    clearTimeout(this.again);
    clearTimeout(this.aloud);
  }
}

/** @param {Shared} shared @param {Model} model as this place has it @param {HTMLElement} el */
function render(shared, model, el) {
  const view = new View(shared, el);
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  function display() {
    const { jpThemeLight, vscodeThemeKind } = document.body.dataset;
    const dark = jpThemeLight === "false" || /dark/.test(vscodeThemeKind ?? "");
    el.classList.toggle("adamlab-dark", dark);
    model.send({ kind: "display", ratio: window.devicePixelRatio, dark, still: still.matches });
  }
  const theme = new MutationObserver(display);
  theme.observe(document.body, { attributeFilter: ["data-jp-theme-light", "data-vscode-theme-kind"] });
  window.addEventListener("resize", display);
  display();
  return () => {
    view.remove();
    theme.disconnect();
    window.removeEventListener("resize", display);
  };
}

// Called once for each panel; each place that shows it gets a model object of its own.
export default () => {
  /** @type {Shared} */
  let shared;
  return {
    initialize(/** @type {{ model: Model }} */ { model }) {
      shared = new Shared(model);
      return () => shared.player?.end(); // the panel is closed
    },
    render(/** @type {{ model: Model, el: HTMLElement }} */ { model, el }) {
      return render(shared, model, el);
    },
  };
};
