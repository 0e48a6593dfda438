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

/** The position whose value is nearest. @param {number[]} scale @param {number} value */
function nearest(scale, value) {
  let best = 0;
  scale.forEach((one, k) => {
    if (Math.abs(one - value) < Math.abs(scale[best] - value)) best = k;
  });
  return best;
}

/** A table of words, its first row being the head. @param {Element} where @param {string[][]} rows */
function tabulate(where, rows) {
  const text = JSON.stringify(rows);
  const table = where.querySelector("table") ?? where.appendChild(document.createElement("table"));
  if (table.dataset.text === text) return;
  table.dataset.text = text;
  table.replaceChildren(
    ...rows.map((words, k) => {
      const row = document.createElement("tr");
      row.append(
        ...words.map((word, column) => {
          const cell = document.createElement(k && column ? "td" : "th");
          if (!k || !column) cell.scope = k ? "row" : "col";
          cell.textContent = word;
          return cell;
        }),
      );
      return row;
    }),
  );
}

/**
 * Let mouse, finger and keys move the start; or the chosen cell of a map.
 * @param {HTMLElement} frame the whole picture
 * @param {object} panel
 * @param {() => Player | null} panel.player
 * @param {(start: number[]) => void} panel.place
 * @param {HTMLElement} [part] what shows the landscape, if it is not the whole
 * @param {[number, number, number, number]} [shown] left, top, width, height of what it shows, in points
 */
function hand(frame, panel, part = frame, shown) {
  /** @type {number[] | null} where the start was when a hand took it */
  let before = null;
  /** @type {number[] | null} */
  let due = null;
  function at(/** @type {PointerEvent} */ event) {
    const box = part.getBoundingClientRect();
    const player = panel.player();
    if (!player) return null;
    const [left, top, width, height] = shown ?? [0, 0, ...player.plan.size];
    const across = left + ((event.clientX - box.left) / box.width) * width;
    const down = top + ((event.clientY - box.top) / box.height) * height;
    return player.pointed(across, down, before !== null);
  }
  function soon(/** @type {number[]} */ start) { // once a frame: more cannot be seen
    if (!due) requestAnimationFrame(() => { if (due) panel.place(due); due = null; });
    due = start;
  }
  part.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || !event.isPrimary) return;
    const place = at(event);
    if (!place) return;
    before = panel.player()?.at() ?? null;
    part.setPointerCapture(event.pointerId);
    if (event.pointerType !== "touch") panel.place(place); // a finger may be about to scroll
  });
  part.addEventListener("pointermove", (event) => {
    if (!before || !event.isPrimary) return;
    const place = at(event);
    if (place) soon(place);
  });
  part.addEventListener("pointerup", (event) => {
    if (!before || !event.isPrimary) return;
    const place = at(event);
    before = due = null;
    if (place) panel.place(place);
  });
  part.addEventListener("pointercancel", () => { // the page scrolls: the ball goes back
    due = null;
    if (before?.some((x, i) => x !== panel.player()?.at()[i])) panel.place(before);
    before = null;
  });
  frame.addEventListener("keydown", (event) => {
    const player = panel.player();
    if (!player || event.ctrlKey || event.altKey || event.metaKey) return;
    const start = event.key === "Home" ? player.home() : player.nudged(event.key, event.shiftKey);
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
  const { imports, call, steps, surface, family, startOf, several, usual, axes, also } = plan.python;
  const given = [];
  const point = start.map(literal).join(", ");
  if (start.some((x, i) => x !== startOf[i])) given.push(`start=(${point}${start.length === 1 ? "," : ""})`);
  if (plan.steps !== usual) given.push(`n_steps=${plan.steps}`);
  for (const [name, value] of Object.entries(family)) given.push(`${name}=${literal(value)}`);
  /** @type {string[]} */
  const own = [];
  plan.tracks.forEach((track, i) =>
    track.inputs.forEach(({ name, standard }, j) => {
      if (values[i][j] === standard || axes?.includes(name)) return;
      if (several) own.push(`panel.sliders[${JSON.stringify(track.name)}]["${name}"].value = ${literal(values[i][j])}`);
      else given.push(`${name}=${literal(values[i][j])}`);
    }),
  );
  given.push(...also);
  const line = `panel = ${call}(${[several ? `[${steps.join(", ")}]` : steps[0], surface, ...given].join(", ")})`;
  const view = plan.python.view === "loss" ? [] : [`panel.show(${JSON.stringify(plan.python.view)})`];
  return [...imports, line, ...own, ...view, ...player.python(), "panel"].join("\n");
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
