// Stand-ins for the few things that the engine asks of a page: enough to be filled in, and to be read afterwards.

/** One element: its attributes and what is in it. */
class Standin {
  /** @param {string} name @param {string} attributes as written */
  constructor(name, attributes) {
    this.name = name;
    /** @type {{ [name: string]: string }} */
    this.attributes = {};
    for (const [, key, value] of attributes.matchAll(/([\w-]+)="([^"]*)"/g)) this.attributes[key] = value;
    /** @type {Standin[]} */
    this.inside = [];
  }

  /** @param {string} key */
  getAttribute(key) {
    return this.attributes[key] ?? null;
  }

  /** @param {string} key @param {string} value */
  setAttribute(key, value) {
    this.attributes[key] = value;
  }

  /** What has this name, or as "[name]" this attribute. @param {string} selector @returns {Standin[]} */
  querySelectorAll(selector) {
    const asked = selector.replace(/[[\]]/g, "");
    const fits = (/** @type {Standin} */ one) => (asked === selector ? one.name === asked : asked in one.attributes);
    return this.inside.flatMap((one) => [...(fits(one) ? [one] : []), ...one.querySelectorAll(selector)]);
  }
}

/** The elements of a drawing, in one that holds them all. @param {string} svg */
function parsed(svg) {
  const open = [new Standin("", "")];
  for (const [, end, name, attributes, alone] of svg.matchAll(/<(\/?)(\w+)([^>]*?)(\/?)>/g)) {
    if (end) {
      open.pop();
      continue;
    }
    const made = new Standin(name, attributes);
    open[open.length - 1].inside.push(made);
    if (!alone) open.push(made);
  }
  return open[0];
}

/** What each slot shows: the outline or the place of its paths; nothing if it is hidden. @param {Standin} root */
function filled(root) {
  /** @type {{ [slot: string]: string }} */
  const found = {};
  for (const slot of root.querySelectorAll("[data-slot]")) {
    const { "data-slot": name, visibility, transform } = slot.attributes;
    const parts = slot.querySelectorAll("path").map(({ attributes: { d, transform } }) => transform ?? d);
    if (!name.endsWith(".label") && new Set(parts).size !== 1) throw new Error(`${name}: its paths differ`);
    found[name] = visibility === "hidden" ? "" : name.endsWith(".label") ? transform : parts[0];
  }
  return found;
}
