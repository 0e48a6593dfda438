// What a hand does on a picture, and small things of the page; for the widget and for saved pages.

/** @param {string} tag @param {string} name */
function element(tag, name) {
  const made = document.createElement(tag);
  made.className = name;
  return made;
}

/** Lines of text; whatever they say, it is text. @param {Element} where @param {string[]} lines */
function write(where, lines) {
  const text = lines.join("\n");
  if (where.textContent !== text) where.textContent = text; // CSS keeps the line ends
}

/**
 * Let mouse, finger and keys move the start; or the chosen cell of a map.
 * @param {HTMLElement} frame the whole picture
 * @param {object} panel
 * @param {() => Plan | undefined} panel.plan
 * @param {() => number[]} panel.start
 * @param {(start: number[]) => void} panel.place
 * @param {(across: number, down: number, held: boolean) => number[] | null} [panel.pointed] where that leads to
 * @param {(key: string, fine: boolean) => number[] | null} [panel.pressed]
 * @param {HTMLElement} [part] what shows the landscape, if it is not the whole
 * @param {[number, number, number, number]} [shown] left, top, width, height of what it shows, in points
 */
function hand(frame, panel, part = frame, shown) {
  const aim = panel.pointed ?? ((across, down, held) => pointed(panel.plan(), across, down, held));
  /** @type {number[] | null} where the start was when a hand took it */
  let before = null;
  /** @type {number[] | null} */
  let due = null;
  function at(/** @type {PointerEvent} */ event) {
    const box = part.getBoundingClientRect();
    const [left, top, width, height] = shown ?? [0, 0, ...(panel.plan()?.size ?? [1, 1])];
    return [
      left + ((event.clientX - box.left) / box.width) * width,
      top + ((event.clientY - box.top) / box.height) * height,
    ];
  }
  function soon(/** @type {number[]} */ start) { // once a frame: more cannot be seen
    if (!due) requestAnimationFrame(() => { if (due) panel.place(due); due = null; });
    due = start;
  }
  part.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || !event.isPrimary) return;
    const [across, down] = at(event);
    const place = aim(across, down, false);
    if (!place) return;
    before = panel.start();
    part.setPointerCapture(event.pointerId);
    if (event.pointerType !== "touch") panel.place(place); // a finger may be about to scroll
  });
  part.addEventListener("pointermove", (event) => {
    if (!before || !event.isPrimary) return;
    const [across, down] = at(event);
    const place = aim(across, down, true);
    if (place) soon(place);
  });
  part.addEventListener("pointerup", (event) => {
    if (!before || !event.isPrimary) return;
    const [across, down] = at(event);
    const place = aim(across, down, true);
    before = due = null;
    if (place) panel.place(place);
  });
  part.addEventListener("pointercancel", () => { // the page scrolls: the ball goes back
    due = null;
    if (before && before.some((x, i) => x !== panel.start()[i])) panel.place(before);
    before = null;
  });
  frame.addEventListener("keydown", (event) => {
    const plan = panel.plan();
    if (!plan || event.ctrlKey || event.altKey || event.metaKey) return;
    const home = event.key === "Home" ? plan.origin : null;
    const start = panel.pressed
      ? panel.pressed(event.key, event.shiftKey)
      : (home ?? nudged(plan, panel.start(), event.key, event.shiftKey));
    if (!start) return;
    event.preventDefault();
    event.stopPropagation();
    panel.place([...start]);
  });
}

/** @param {number} x a number as Python reads it */
const literal = (x) => (Number.isFinite(x) ? String(x) : `float("${x}")`);

/** The lines that make the picture that is shown. @param {Player} player */
function asPython(player) {
  const { plan, values, start } = player;
  const { imports, call, steps, surface, family, startOf, several } = plan.python;
  const given = [];
  const point = start.map(literal).join(", ");
  if (start.some((x, i) => x !== startOf[i])) given.push(`start=(${point}${start.length === 1 ? "," : ""})`);
  if (plan.steps !== 100) given.push(`n_steps=${plan.steps}`);
  for (const [name, value] of Object.entries(family)) given.push(`${name}=${literal(value)}`);
  /** @type {string[]} */
  const own = [];
  plan.tracks.forEach((track, i) =>
    track.inputs.forEach(({ name, standard }, j) => {
      if (values[i][j] === standard) return;
      if (several) own.push(`panel.sliders[${JSON.stringify(track.name)}]["${name}"].value = ${literal(values[i][j])}`);
      else given.push(`${name}=${literal(values[i][j])}`);
    }),
  );
  const line = `panel = ${call}(${[several ? `[${steps.join(", ")}]` : steps[0], surface, ...given].join(", ")})`;
  const view = plan.python.view === "loss" ? [] : [`panel.show(${JSON.stringify(plan.python.view)})`];
  return [...imports, line, ...own, ...view, "panel"].join("\n");
}

/** Copy a text, and say that it was done. @param {Element} button @param {string} text */
async function copied(button, text) {
  const before = button.textContent;
  try {
    await navigator.clipboard.writeText(text);
    button.textContent = "Copied";
  } catch {
    window.prompt("Copy these lines:", text); // a page that may not write to the clipboard
  }
  setTimeout(() => (button.textContent = before), 1500);
}
