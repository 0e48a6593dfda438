// The picture in a notebook: the engine plays, the sliders are other widgets of the page, Python is told of clicks.
// One state for each panel, shared by all places that show it.

const LATER = 600; // milliseconds of rest before a sentence is read aloud

/** @param {string} code */
async function loaded(code) {
  const address = URL.createObjectURL(new Blob([code], { type: "text/javascript" }));
  try {
    return (await import(/* webpackIgnore: true */ address)).default;
  } finally {
    URL.revokeObjectURL(address);
  }
}

/** A row of doubles from Python. @param {DataView | null} view */
function doubles(view) {
  if (!view) return null;
  return new Float64Array(view.buffer.slice(view.byteOffset, view.byteOffset + view.byteLength));
}

/** What is the same in all places that show a panel. */
class Shared {
  /** @param {any} model */
  constructor(model) {
    this.model = model;
    this.views = new Set();
    this.sliders = new Map();
    this.sent = this.model.get("heard"); // messages with a start
    /** @type {number[] | null} the newest start that Python has not been told of */
    this.pending = null;
    this.turn = 0;
    /** @type {Player | null} */
    this.player = null;
    model.on("change:plan", () => this.load());
    model.on("change:rows", () => this.given());
    model.on("change:exact", () => this.exact());
    model.on("change:start change:heard", () => this.moved());
    model.on("change:said change:notes", () => this.tell());
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
    this.plan = { ...plan, tracks };
    const values = tracks.map((track, i) => track.inputs.map((_, j) => this.value(i, j)));
    this.player = new Player(this.plan, values, this.model.get("start"));
    this.player.step = this.sliders.get("film")?.get("value") ?? 0;
    const rows = this.model.get("rows");
    tracks.forEach((_, i) => this.player.run(i, doubles(rows[i])));
    for (const view of this.views) view.mount();
    this.tell();
  }

  async link() {
    for (const [name, reference] of Object.entries(this.model.get("sliders"))) {
      if (this.sliders.has(name)) continue;
      const slider = await this.model.widget_manager.get_model(reference);
      if (this.sliders.has(name)) continue;
      this.sliders.set(name, slider);
      const [i, j] = name.split(",").map(Number);
      if (name === "film") slider.on("change:value", () => this.roll(slider.get("value")));
      else slider.on("change:value", () => this.slid(i, j));
    }
  }

  /** The value of an input: its slider's, or one between two positions that was typed. */
  value(i, j) {
    const position = this.sliders.get(`${i},${j}`).get("value");
    const exact = this.model.get("exact")[`${i},${j}`];
    const { scale } = this.model.get("plan").tracks[i].inputs[j];
    return exact && exact[0] === position ? exact[1] : scale[position];
  }

  slid(i, j) {
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
    const rows = this.model.get("rows");
    this.plan?.tracks.forEach((track, i) => track.play || this.player.run(i, doubles(rows[i])));
    this.tell();
  }

  /** Python has another start, unless it has not yet heard of ours. */
  moved() {
    if (!this.player) return;
    if (this.model.get("heard") < this.sent) return;
    if (this.pending) return this.send(this.pending);
    const start = this.model.get("start");
    if (start.every((/** @type {number} */ x, /** @type {number} */ i) => x === this.player.start[i])) return;
    this.player.place(start);
    this.tell();
  }

  /** @param {number[]} start */
  place(start) {
    this.player.place(start);
    this.tell();
    if (this.model.get("heard") < this.sent) this.pending = start; // one at a time: a busy kernel would fall behind
    else this.send(start);
  }

  /** @param {number[]} start */
  send(start) {
    this.pending = null;
    this.model.send({ kind: "start", start, number: ++this.sent });
  }

  roll(step) {
    this.player?.roll(step);
    this.tell();
  }

  tell() {
    if (!this.player) return;
    const said = this.model.get("said");
    const notes = this.model.get("notes");
    const outcomes = this.player.outcomes();
    const lines = (/** @type {(string | null)[]} */ of) => [...of.map((line, i) => said[i] ?? line), ...notes];
    const shown = lines(this.player.said()).filter((line) => line);
    const result = lines(outcomes).filter((line) => line).join("; ");
    const messages = [...said, ...notes].filter((line) => line);
    for (const view of this.views) view.say(shown, result, messages);
  }
}

/** One place that shows a panel. */
class View {
  /** @param {Shared} shared @param {HTMLElement} el */
  constructor(shared, el) {
    this.shared = shared;
    this.el = el;
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
      plan: () => this.shared.plan,
      start: () => this.shared.player.start,
      place: (start) => this.shared.place(start),
    });
    this.copy.addEventListener("click", () => copied(this.copy, asPython(this.shared.player)));
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
    const data = new Blob([this.shared.model.get("background")], { type: "image/png" });
    image.src = URL.createObjectURL(data);
    await image.decode();
    URL.revokeObjectURL(image.src);
    if (turn !== this.stills) return; // another has come meanwhile
    const old = this.frame.querySelector("img");
    if (old) old.replaceWith(image);
    else this.frame.prepend(image);
  }

  mount() {
    const { plan, player } = this.shared;
    const [width, height] = plan.size;
    if (this.moving) player.pictures.delete(this.moving);
    const root = element("div", "adamlab-moving");
    root.innerHTML = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}">${plan.template}</svg>`;
    this.moving = new Moving(root, plan);
    player.add(this.moving);
    for (const old of this.frame.querySelectorAll(".adamlab-moving")) old.remove();
    this.frame.append(root, this.note);
    this.frame.style.cssText = `max-width: ${this.shared.model.get("size")[0]}px; aspect-ratio: ${width} / ${height}`;
    this.name();
  }

  /** Slider widgets give their handles no accessible name; some are rendered later, when a section unfolds. */
  name() {
    const panel = this.el.closest(".adamlab-panel");
    if (!panel) return;
    const { plan, player } = this.shared;
    const named = plan.tracks.flatMap((track, i) =>
      track.inputs.map(({ control, label, unit }, j) => {
        return { control, label, text: `${general(player.values[i][j])}${unit}` };
      }),
    );
    for (const { control, label, text } of [...named, ...plan.named]) {
      for (const one of panel.querySelectorAll(`.${control} .noUi-handle, .${control} input`)) {
        one.setAttribute("aria-label", label);
        if (one.matches(".noUi-handle")) one.setAttribute("aria-valuetext", text);
      }
    }
    for (const one of panel.querySelectorAll(".adamlab-film .noUi-handle"))
      one.setAttribute("aria-label", "step to show");
  }

  /** Name what is rendered from now on. */
  watch() {
    const panel = this.el.closest(".adamlab-panel");
    if (!panel) return void (this.again = setTimeout(() => this.watch(), 100));
    this.rendered = new MutationObserver(() => {
      clearTimeout(this.again);
      this.again = setTimeout(() => this.shared.player && this.name(), 100);
    });
    this.rendered.observe(panel, { childList: true, subtree: true });
    if (this.shared.player) this.name();
  }

  /** @param {string[]} lines @param {string} result @param {string[]} messages */
  say(lines, result, messages) {
    const { tells, name, help } = this.shared.plan;
    write(this.lines, tells ? lines : []);
    this.note.hidden = messages.length === 0;
    write(this.note, messages);
    this.frame.setAttribute("aria-label", `${name} ${result}. ${help}`);
    clearTimeout(this.aloud);
    this.aloud = setTimeout(() => {
      write(this.status, tells ? lines : []);
      if (this.shared.player) this.name();
    }, LATER);
  }

  remove() {
    this.shared.model.off("change:background", this.background);
    this.shared.views.delete(this);
    if (this.moving) this.shared.player?.pictures.delete(this.moving);
    this.rendered?.disconnect();
    clearTimeout(this.again);
    clearTimeout(this.aloud);
  }
}

/** @param {Shared} shared @param {any} model as this place has it @param {HTMLElement} el */
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
    initialize({ model }) {
      shared = new Shared(model);
    },
    render({ model, el }) {
      return render(shared, model, el);
    },
  };
};
