// A still PNG with layers of SVG above it. Python draws all of it; this shows it, picks from what
// was sent ahead, and tells Python what the reader does.

function render({ model, el }) {
  const frame = document.createElement("div");
  frame.className = "adamlab-picture";
  frame.tabIndex = 0;
  frame.setAttribute("role", "img");
  el.append(frame);
  const layers = []; // one element for each entry of model.layers
  const sets = new Map(); // control -> the pictures of all its positions, and what they hold for
  const sliders = new Map(); // control -> the slider's own model in this page
  const shownAhead = new Map(); // layer -> control whose fragment is shown there
  const named = new Map(); // control -> its elements: looking for them in the whole page is dear
  const asked = new Map(); // control -> the state it was asked for
  const reducedMotion = matchMedia("(prefers-reduced-motion: reduce)");

  // The old picture stays until the new one is decoded, so there is never a blank frame.
  async function showBackground() {
    const image = new Image();
    image.alt = "";
    image.draggable = false;
    image.src = URL.createObjectURL(new Blob([model.get("background")], { type: "image/png" }));
    await image.decode();
    URL.revokeObjectURL(image.src);
    const old = frame.querySelector("img");
    if (old) old.replaceWith(image);
    else frame.prepend(image);
  }

  function showLayers() {
    model.get("layers").forEach((svg, i) => {
      if (!layers[i]) frame.append((layers[i] = document.createElement("div")));
      const control = shownAhead.get(i);
      // what Python drew is behind the slider as long as it was drawn for another position
      if (control && model.get("drawn")[control] !== sliders.get(control).get("value")) return;
      shownAhead.delete(i);
      if (layers[i].svg !== svg) layers[i].innerHTML = layers[i].svg = svg;
    });
    layers.splice(model.get("layers").length).forEach((layer) => layer.remove());
  }

  function holds({ version, others }) {
    const now = ([control, value]) => sliders.get(control)?.get("value") === value;
    return version === model.get("version") && Object.entries(others).every(now);
  }

  function pick(control) {
    const set = sets.get(control);
    if (!set || !holds(set)) return touch(control);
    const layer = layers[set.layer];
    layer.innerHTML = layer.svg = set.fragments[sliders.get(control).get("value")];
    shownAhead.set(set.layer, control);
  }

  function touch(control) {
    const set = sets.get(control);
    const rest = [...sliders].filter(([other]) => other !== control).map(([, s]) => s.get("value"));
    const state = `${model.get("version")} ${rest}`;
    if ((set && holds(set)) || asked.get(control) === state) return;
    asked.set(control, state);
    setTimeout(() => model.send({ kind: "touch", control })); // after the slider's own message
  }

  async function linkSliders() {
    for (const [control, reference] of Object.entries(model.get("sliders"))) {
      if (sliders.has(control)) continue;
      const slider = await model.widget_manager.get_model(reference);
      sliders.set(control, slider);
      slider.on("change:value", () => pick(control));
    }
  }

  // Slider widgets give their handles no accessible name, so it is set from here; they may be
  // rendered later than the picture: look again for a while.
  function nameControls(patience = 20) {
    let missing = false;
    for (const [control, name] of Object.entries(model.get("names"))) {
      let found = named.get(control) ?? [];
      if (!found.length || !found.every((element) => element.isConnected))
        found = [...document.querySelectorAll(`.${control} .noUi-handle, .${control} input`)];
      if (found.some((element) => element.matches(".noUi-handle"))) named.set(control, found);
      for (const element of found) {
        element.setAttribute("aria-label", name);
        if (!element.adamlab) for (const event of ["pointerdown", "focus"])
          element.addEventListener(event, () => touch(control));
        element.adamlab = true;
      }
      missing ||= found.length === 0;
    }
    if (missing && patience > 0) setTimeout(nameControls, 150, patience - 1);
  }

  function report(event) {
    if (event.type === "pointerdown") frame.setPointerCapture(event.pointerId);
    else if (!frame.hasPointerCapture(event.pointerId)) return;
    const box = frame.getBoundingClientRect();
    const [x, y] = [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
    model.send({ kind: "point", x, y, phase: event.type.replace("pointer", "") });
  }
  for (const type of ["pointerdown", "pointermove", "pointerup"]) frame.addEventListener(type, report);

  frame.addEventListener("keydown", (event) => {
    if (!/^(Arrow(Left|Right|Up|Down)|Home)$/.test(event.key)) return;
    event.preventDefault();
    event.stopPropagation();
    model.send({ kind: "key", key: event.key, fine: event.shiftKey });
  });

  function describeDisplay() {
    const { jpThemeLight, vscodeThemeKind } = document.body.dataset;
    const dark = jpThemeLight === "false" || /dark/.test(vscodeThemeKind ?? "");
    model.send({ kind: "display", ratio: window.devicePixelRatio, dark, still: reducedMotion.matches });
  }
  const themeWatch = new MutationObserver(describeDisplay);
  themeWatch.observe(document.body, { attributeFilter: ["data-jp-theme-light", "data-vscode-theme-kind"] });
  window.addEventListener("resize", describeDisplay);

  model.on("msg:custom", (message) => {
    asked.delete(message.control);
    sets.set(message.control, message);
  });
  const shows = {
    background: showBackground,
    layers: showLayers,
    sliders: linkSliders,
    names: () => nameControls(),
    alt: () => frame.setAttribute("aria-label", model.get("alt")),
    size: () => (frame.style.cssText = `max-width: ${model.get("size")[0]}px; aspect-ratio: ${model.get("size").join("/")}`),
  };
  for (const [name, show] of Object.entries(shows)) {
    model.on(`change:${name}`, show);
    show();
  }
  describeDisplay();
  return () => {
    themeWatch.disconnect();
    window.removeEventListener("resize", describeDisplay);
  };
}

export default { render };
