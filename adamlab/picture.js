// A still PNG with an SVG layer above it. Python draws both; this only shows them.

function render({ model, el }) {
  const frame = document.createElement("div");
  frame.className = "adamlab-picture";
  frame.setAttribute("role", "img");
  const layer = document.createElement("div");
  frame.append(layer);
  el.append(frame);

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

  function showForeground() {
    layer.innerHTML = model.get("foreground");
  }

  function showSize() {
    const [width, height] = model.get("size");
    frame.style.maxWidth = `${width}px`;
    frame.style.aspectRatio = `${width} / ${height}`;
  }

  function showAlt() {
    frame.setAttribute("aria-label", model.get("alt"));
  }

  // The slider widgets give their handles no accessible name, so it is set from here. They may be
  // rendered later than the picture: look again for a while.
  function nameControls(patience = 20) {
    let missing = false;
    for (const [className, name] of Object.entries(model.get("names"))) {
      const controls = document.querySelectorAll(`.${className} .noUi-handle, .${className} input`);
      for (const control of controls) control.setAttribute("aria-label", name);
      missing ||= controls.length === 0;
    }
    if (missing && patience > 0) setTimeout(nameControls, 150, patience - 1);
  }

  const shows = {
    background: showBackground,
    foreground: showForeground,
    size: showSize,
    alt: showAlt,
    names: () => nameControls(),
  };
  for (const [name, show] of Object.entries(shows)) {
    model.on(`change:${name}`, show);
    show();
  }
}

export default { render };
