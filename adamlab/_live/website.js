// The panels of a page of a website: each is started when it is about to be seen, so none keeps the page waiting.

/** @typedef {[string, PageData, () => Functions[]]} Described a panel's id, what it is, and its functions */

const AHEAD = "400px"; // of what is seen; what is folded away is not seen before it is unfolded

/** @type {Map<Element, Described>} */
const described = new Map();

const watcher = new IntersectionObserver(
  (entries) => entries.forEach(({ isIntersecting, target }) => isIntersecting && wake(target)),
  { rootMargin: AHEAD },
);

/** @param {Element} root */
function wake(root) {
  const panel = described.get(root);
  if (!panel) return;
  described.delete(root);
  watcher.unobserve(root);
  const [, data, functions] = panel;
  new Page(/** @type {HTMLElement} */ (root), data, functions());
}

/** @param {Described} panel */
function announce(panel) {
  const root = document.getElementById(panel[0]);
  if (!root) return;
  described.set(root, panel);
  watcher.observe(root);
}

/** Go to the panel that the address is for, unfold what it is in, and start it. */
function lead() {
  const [mark] = location.hash.slice(1).split(":");
  const root = location.hash.includes(":") ? document.getElementById(mark) : null;
  if (!root) return;
  for (let fold = root.closest("details"); fold; fold = fold.parentElement?.closest("details") ?? null) fold.open = true;
  wake(root);
  root.scrollIntoView();
}

const page = /** @type {{ adamlabPanels?: Described[] }} */ (/** @type {unknown} */ (window));
(page.adamlabPanels ?? []).forEach(announce);
lead();
window.addEventListener("hashchange", lead);
