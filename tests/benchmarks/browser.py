"""From a key to a painted picture, in a real JupyterLab: python tests/benchmarks/browser.py

Not a test. Needs `pip install ipympl playwright` and a Chromium. Milliseconds differ from machine to
machine; ratios to the floor, a slider that only updates a label through the kernel, travel. All are
measured in turns and in the same way: from the key's timestamp to the first task after the frame in which
the picture (or the label) changed was painted. A drag is sixty moves, one a frame, which takes a second where
frames come at 60 Hz; a picture is a frame before which it changed. "Words" is when the sentence below the
picture has caught up.
"""

import asyncio
from statistics import median

from notebook_server import open_notebook

PRESSES, ROUNDS, DRAGS, MOVES = 10, 6, 3, 60

CELLS = [
    """
import ipywidgets as widgets
import matplotlib.pyplot as plt
from ipympl.backend_nbagg import Canvas, FigureManager
from IPython.display import display
from matplotlib.figure import Figure
from adamlab import plots
from adamlab import descend, explore, race
from adamlab import map as hypermap
from adamlab.steps import adagrad, adam, adamax, gradient_descent, momentum, nadam, rmsprop
from adamlab.surfaces import beale

panel = explore(adam, beale, n_steps=200, eta=0.05)
scale = panel.sliders["eta"].scale

def slider():
    return widgets.IntSlider(360, 0, 600, readout=False, description="η", layout={"width": "13.5em"},
                             style={"description_width": "2.2em"})

def shown(widget, name):
    widget.add_class(f"bench-{name}")
    display(widget)

label, knob = widgets.Label("54"), slider()
label.add_class("bench-label")
knob.observe(lambda change: setattr(label, "value", str(change.new)), "value")
shown(widgets.VBox([knob, label]), "floor")
""",
    """
again = widgets.Button(description="again")
again.add_class("bench-again")
again.on_click(lambda _: setattr(panel.picture, "version", panel.picture.version + 1))
shown(panel, "ours")
display(again)
""",
    """
%matplotlib inline
def picture(position):
    run = descend(adam, beale, n_steps=200, eta=scale.value(position))
    fig, (ground, curve) = plt.subplots(1, 2, figsize=(9.6, 3.9), width_ratios=[1.25, 1])
    plots.path(plots.landscape(ground, beale), run)
    plots.loss_curve(curve, run)
    plt.show()

shown(widgets.interactive(picture, position=slider()), "interact")
""",
    """
figure = Figure(figsize=(9.6, 3.9))
canvas = Canvas(figure)
manager = FigureManager(canvas, 0)
ground, curve = figure.subplots(1, 2, width_ratios=[1.25, 1])
run = descend(adam, beale, n_steps=200, eta=0.05)
plots.landscape(ground, beale)
plots.loss_axes(curve, beale, run.theta[0], 200)
(path,) = ground.plot(*run.theta.T, "o-", markersize=4)
(losses,) = curve.plot(run.loss)

def move(change):
    run = descend(adam, beale, n_steps=200, eta=scale.value(change.new))
    path.set_data(*run.theta.T)
    losses.set_ydata(run.loss)
    canvas.draw_idle()

knob2 = slider()
knob2.observe(move, "value")
shown(widgets.VBox([knob2, canvas]), "ipympl")
""",
    """
chart = hypermap(adam, beale, axes=("beta1", "beta2"), eta=0.05)
afresh = widgets.Button(description="again")
afresh.add_class("bench-afresh")
afresh.on_click(lambda _: setattr(chart.picture, "version", chart.picture.version + 1))
shown(chart, "map")
display(afresh)
""",
    """
seven = [gradient_descent, momentum, adagrad, rmsprop, adam, adamax, nadam]
contest = race(seven, beale, n_steps=300)
folded = [child for child in contest.children if isinstance(child, widgets.Accordion)]
next(child for child in folded if child.titles == ("adam",)).selected_index = 0
shown(contest, "race")
shown(widgets.Label("done"), "done")
""",
]

# Watches one picture at a time. Whatever changes it calls changed(); a change counts as painted at the
# first task after its frame: the browser paints between the frame's callbacks and the next task.
PROBE = """
const bench = (window.bench = { big: [] });
bench.watch = (root, kind) => {
  Object.assign(bench, { root, kind, times: [], pictures: 0, last: 0, waiting: false });
  Object.assign(bench, { frames: 0, blank: 0, removed: 0, heights: new Set(), words: 0 });
  bench.observer?.disconnect();
  bench.observer = new MutationObserver(look);
  const inside = { childList: true, subtree: true, characterData: true };
  bench.observer.observe(root, { ...inside, attributeFilter: ["src"] });
};
function changed() {
  if (bench.due) return;
  bench.due = true;
  requestAnimationFrame(() => {
    bench.due = false;
    bench.pictures++;
    afterPaint.port1.postMessage(0);
  });
}
const afterPaint = new MessageChannel();
afterPaint.port2.onmessage = () => {
  bench.last = performance.now();
  if (bench.waiting) bench.times.push(bench.last - bench.pressed);
  bench.waiting = false;
};
function look(records) {
  const nodes = (list) => [...list].filter((node) => node.nodeType === 1);
  const images = (node) => (node.matches("img") ? [node] : [...node.querySelectorAll("img")]);
  for (const record of records) {
    bench.removed += nodes(record.removedNodes).flatMap(images).length;
    if (bench.kind === "text") changed();
    else if (bench.kind === "layers" && record.target.closest?.(".adamlab-picture")) changed();
    else if (record.target.querySelector?.("[role=status]")) bench.words = performance.now();
    else if (bench.kind === "image")
      for (const image of [record.target, ...nodes(record.addedNodes)].flatMap(images))
        image.decode().then(changed, () => 0);
  }
}
const drawImage = CanvasRenderingContext2D.prototype.drawImage;
CanvasRenderingContext2D.prototype.drawImage = function (...all) {
  if (bench.kind === "canvas" && bench.root.contains(this.canvas)) changed();
  return drawImage.apply(this, all);
};
const pressed = ({ timeStamp }) => Object.assign(bench, { pressed: timeStamp, waiting: true });
addEventListener("keydown", pressed, true);
addEventListener("pointermove", (event) => {
  bench.moved = event.timeStamp;
  bench.moves++;
}, true);
(function frame() {
  requestAnimationFrame(frame);
  if (!["layers", "image"].includes(bench.kind)) return;
  const image = bench.root.querySelector("img");
  const layers = [...bench.root.querySelectorAll(".adamlab-picture > div")];
  bench.frames++;
  const empty = layers.some((layer) => !layer.querySelector("svg"));
  bench.blank += empty || !image?.complete || !image.naturalWidth;
  bench.heights.add(Math.round(bench.root.getBoundingClientRect().height));
})();
window.WebSocket = class extends WebSocket {
  constructor(...all) {
    super(...all);
    this.addEventListener("message", ({ data }) => {
      if ((data.byteLength ?? data.length) > 2e5) setTimeout(() => bench.big.push(performance.now()));
    });
  }
};
"""

# One move a frame, as a browser passes on a hand's: sent from outside, they would arrive in clumps.
DRAG = """
async ([x, y, way, count]) => {
  const frame = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  Object.assign(bench, { pictures: 0, last: 0, words: 0, moves: 0 });
  await frame();
  const began = performance.now();
  for (let k = 1; k <= count; k++) {
    const [clientX, clientY] = [x + (k / count) * way, y];
    const hand = { clientX, clientY, buttons: 1, bubbles: true, cancelable: true, composed: true };
    const under = document.elementFromPoint(clientX, clientY);
    under.dispatchEvent(new PointerEvent("pointermove", { ...hand, pointerId: 1, pointerType: "mouse" }));
    under.dispatchEvent(new MouseEvent("mousemove", hand)); // to this one the slider listens
    await frame();
  }
  return (performance.now() - began) / 1000;
}
"""


class Demo:
    """One of the pictures: how to find it and how to see that it changed."""

    def __init__(self, page, name, kind):
        self.page, self.name, self.kind = page, name, kind
        self.root = f".bench-{name}" + {"text": " .bench-label", "image": " .widget-output"}.get(kind, "")
        self.handle = page.locator(f".bench-{name} .noUi-handle:visible").first
        self.times, self.drags, self.seen = [], [], []

    @property
    def dragged(self):
        """Medians of the drags: pictures a second, settled, words, moves a second."""
        return [median(column) for column in zip(*self.drags)]

    async def grip(self):
        """Take the slider in hand and wait until all is quiet."""
        await self.handle.scroll_into_view_if_needed()
        await self.handle.focus()
        watch = "([css, kind]) => bench.watch(document.querySelector(css), kind)"
        await self.page.evaluate(watch, [self.root, self.kind])
        await asyncio.sleep(1)

    async def press(self, key):
        count = await self.page.evaluate("bench.times.length")
        await self.page.keyboard.press(key)
        await self.page.wait_for_function(f"bench.times.length > {count}", polling=30, timeout=10_000)
        await asyncio.sleep(0.12)

    async def presses(self, turn):
        await self.grip()
        for _ in range(PRESSES):
            await self.press("ArrowLeft" if turn % 2 else "ArrowRight")
        self.times += await self.page.evaluate("bench.times")
        await self.note()

    async def note(self):
        """Remember what the frames looked like."""
        seen = "[bench.frames, bench.blank, bench.removed, bench.heights.size]"
        self.seen.append(await self.page.evaluate(seen))

    async def drag(self, fresh=None):
        """Sixty moves in a second along the slider; with `fresh`, from a slider that knows nothing yet."""
        await self.grip()
        await self.page.keyboard.press("Home")
        await asyncio.sleep(1.5)
        box = await self.handle.bounding_box()
        track = await self.handle.locator("xpath=../..").bounding_box()
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        if fresh:
            await self.page.evaluate("css => document.querySelector(css).click()", fresh)
            await asyncio.sleep(0.3)
        await self.page.mouse.move(x, y)
        await self.page.mouse.down()
        took = await self.page.evaluate(DRAG, [x, y, 0.9 * track["width"], MOVES])
        await asyncio.sleep(2.5)
        await self.page.mouse.up()
        pictures, last, words, moves = await self.page.evaluate(
            "[bench.pictures, bench.last - bench.moved, bench.words - bench.moved, bench.moves]"
        )
        self.drags.append((pictures / took, last, words, moves / took))
        await self.note()


async def first_touch(demo, turn):
    """Presses at which nothing was sent ahead that holds; also milliseconds until it has arrived."""
    page, arrivals = demo.page, []
    await demo.grip()
    for _ in range(PRESSES):
        await page.evaluate("document.querySelector('.bench-again').click()")
        await asyncio.sleep(0.4)
        await page.evaluate("bench.big = []")
        await demo.press("ArrowLeft" if turn % 2 else "ArrowRight")
        await page.wait_for_function("bench.big.length", polling=50)
        arrivals.append(await page.evaluate("bench.big[0] - bench.pressed"))
        await asyncio.sleep(0.2)
    await demo.note()
    return await page.evaluate("bench.times"), arrivals


async def measure(page):
    kinds = {"floor": "text", "ours": "layers", "interact": "image", "ipympl": "canvas", "race": "layers"}
    floor, ours, interact, ipympl, contest = demos = [Demo(page, *demo) for demo in kinds.items()]
    fresh = Demo(page, "ours", "layers")
    chart, first_chart = Demo(page, "map", "layers"), Demo(page, "map", "layers")
    arrivals = []
    for turn in range(ROUNDS):
        for demo in demos[:4]:
            await demo.presses(turn)
        times, arrived = await first_touch(fresh, turn)
        fresh.times += times
        arrivals += arrived
    for _ in range(DRAGS):
        for demo in demos:
            await demo.drag()
        await fresh.drag(".bench-again")
        await chart.drag()
        await first_chart.drag(".bench-afresh")
    return floor, ours, fresh, interact, ipympl, contest, chart, first_chart, arrivals


def report(floor, ours, fresh, interact, ipympl, contest, chart, first_chart, arrivals):
    rows = {
        "label only, the floor": floor,
        "ours, slider in hand": ours,
        "ours, first touch": fresh,
        "interact + pyplot": interact,
        "ipympl": ipympl,
        "ours, race of seven": contest,
        "map of 50 × 50 × 100 steps": chart,
        "map, first touch": first_chart,
    }
    base, (_, settled, *_) = median(floor.times), floor.dragged
    print(f"{'':27}press → painted        drag of {MOVES} moves, one a frame")
    print(f"{'':31}ms  × floor   pictures/s  moves/s  settled ms  × floor  words ms")
    for name, demo in rows.items():
        pressed = f"{median(demo.times):6.1f}{median(demo.times) / base:9.2f}" if demo.times else " " * 15
        rate, last, words, moves = demo.dragged
        words = f"{words:10.0f}" if words > 0 else ""
        print(f"{name:27}{pressed}{rate:13.0f}{moves:9.0f}{last:12.0f}{last / settled:9.2f}{words}")
    hand = median(ours.times)
    for text, value, target in [
        ("slider in hand / floor", hand / base, "≤ 0.7"),
        ("interact / slider in hand", median(interact.times) / hand, "≥ 8"),
        ("ipympl / slider in hand", median(ipympl.times) / hand, "≥ 5"),
        ("drag, pictures a second", ours.dragged[0], "≥ 45"),
        ("drag, settled / floor", ours.dragged[1] / settled, "≤ 0.5"),
        ("first touch / floor", median(fresh.times) / base, "≤ 1.25"),
        ("fragments have arrived, s", median(arrivals) / 1e3, "≤ 0.5"),
        ("race, pictures a second", contest.dragged[0], "≥ 30"),
        ("map, pictures a second", chart.dragged[0], "≥ 5"),
        ("map, at first touch", first_chart.dragged[0], "≥ 5"),
    ]:
        print(f"{text:28}{value:6.2f}   target {target}")
    for name, demo in rows.items():
        frames, blank, removed, heights = (sum(column) for column in zip(*demo.seen))
        if frames:
            height = "constant" if heights == len(demo.seen) else "CHANGED"
            print(f"{name:27}{frames:5} frames, {blank} blank; {removed} images removed; height {height}")


async def main():
    async with open_notebook(CELLS, PROBE) as page:
        results = await measure(page)
    report(*results)


if __name__ == "__main__":
    asyncio.run(main())
