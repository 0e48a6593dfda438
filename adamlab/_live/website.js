// The panels of a page of a website: each is started when it is about to be seen, so none keeps the page waiting.

/** @typedef {[string, () => Functions[]]} Described a panel's id, and its functions */

const AHEAD = "400px"; // of what is seen; what is folded away is not seen before it is unfolded

/** @type {Map<Element, () => Functions[]>} */
const sleeping = new Map();

const watcher = new IntersectionObserver(
  (entries) => entries.forEach(({ isIntersecting, target }) => isIntersecting && wake(target)),
  { rootMargin: AHEAD },
);

/** @param {Element} root */
function wake(root) {
  const functions = sleeping.get(root);
  if (!functions) return;
  sleeping.delete(root);
  watcher.unobserve(root);
  new Page(/** @type {HTMLElement} */ (root), dataOf(root.id), functions());
}

/** @param {string} mark @returns {PageData} */
const dataOf = (mark) => JSON.parse(document.getElementById(`${mark}-data`)?.textContent ?? "");

/** @param {Described} panel */
function announce([mark, functions]) {
  const root = document.getElementById(mark);
  if (!root) return;
  sleeping.set(root, functions);
  watcher.observe(root);
}

/** Pictures that were not needed yet, so that the page is whole without a network from now on. */
function fetchAll() {
  for (const image of document.querySelectorAll("img")) image.loading = "eager";
  for (const data of document.querySelectorAll('script[id^="panel-"]')) {
    const { scenes } = /** @type {PageData} */ (JSON.parse(data.textContent));
    for (const { parts } of scenes.slice(1)) {
      for (const { lightImage, darkImage } of parts) [lightImage, darkImage].forEach((one) => (new Image().src = one));
    }
  }
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
const REST = 3000; // milliseconds after the page is there
window.addEventListener("load", () => setTimeout(fetchAll, REST));
