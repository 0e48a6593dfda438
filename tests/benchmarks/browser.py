"""From a key to a painted picture, in a real JupyterLab: python tests/benchmarks/browser.py

Not a test. Needs `pip install ipympl playwright` and a Chromium. Milliseconds differ from machine to
machine; ratios to the floor, a slider that only updates a label through the kernel, travel. All are
measured in turns and in the same way: from the key's timestamp to the first task after the frame in which
the picture (or the label) changed was painted. A drag is sixty moves, one a frame, which takes a second where
frames come at 60 Hz; a picture is a frame before which it changed. Bytes are those of the messages between
the page and the server.
"""

import asyncio
import tempfile
from pathlib import Path
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
shown(panel, "ours")
""",
    """
long = explore(adam, beale, n_steps=2000, eta=0.05)
shown(long, "long")
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
shown(hypermap(adam, beale, axes=("beta1", "beta2"), eta=0.05), "map")
""",
    """
seven = [adam, gradient_descent, momentum, adagrad, rmsprop, adamax, nadam]
shown(race(seven, beale, n_steps=300), "race")
""",
    """
shown(explore(adam, beale, n_steps=200, eta=0.05), "opened")
""",
    """
panel.save_page(PAGE)
shown(widgets.Label("done"), "done")
""",
]
OPENED = len(CELLS) - 2

# Watches one picture at a time. Whatever changes it calls changed(); a change counts as painted at the
# first task after its frame: the browser paints between the frame's callbacks and the next task.
PROBE = """
const bench = (window.bench = { bytes: 0 });
bench.watch = (root, kind) => {
  Object.assign(bench, { root, kind, times: [], pictures: 0, last: 0, waiting: false });
  Object.assign(bench, { frames: 0, blank: 0, removed: 0, heights: new Set() });
  bench.observer?.disconnect();
  bench.observer = new MutationObserver(look);
  const inside = { childList: true, subtree: true, characterData: true };
  bench.observer.observe(root, { ...inside, attributeFilter: ["src", "d", "transform", "visibility"] });
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
const putImageData = CanvasRenderingContext2D.prototype.putImageData;
CanvasRenderingContext2D.prototype.putImageData = function (...all) {
  if (bench.kind === "colours" && bench.root.contains(this.canvas)) changed();
  return putImageData.apply(this, all);
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
  bench.frames++;
  const drawn = bench.kind === "image" || bench.root.querySelector(".adamlab-picture svg path");
  bench.blank += !drawn || !image?.complete || !image.naturalWidth;
  bench.heights.add(Math.round(bench.root.getBoundingClientRect().height));
})();
const size = (data) => data.byteLength ?? data.size ?? data.length;
window.WebSocket = class extends WebSocket {
  constructor(...all) {
    super(...all);
    this.addEventListener("message", ({ data }) => (bench.bytes += size(data)));
  }
  send(data) {
    bench.bytes += size(data);
    super.send(data);
  }
};
"""

# One move a frame, as a browser passes on a hand's: sent from outside, they would arrive in clumps.
DRAG = """
async ([x, y, way, count]) => {
  const frame = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  Object.assign(bench, { pictures: 0, last: 0, moves: 0 });
  await frame();
  const began = performance.now();
  for (let k = 1; k <= count; k++) {
    const [clientX, clientY] = [x + (k / count) * way, y];
    const hand = { clientX, clientY, buttons: 1, bubbles: true, cancelable: true, composed: true };
    const pointer = { pointerId: 1, pointerType: "mouse", isPrimary: true };
    const under = document.elementFromPoint(clientX, clientY);
    under.dispatchEvent(new PointerEvent("pointermove", { ...hand, ...pointer }));
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
        self.handles = page.locator(f".bench-{name} .noUi-handle:visible")
        self.times, self.drags, self.seen, self.touches = [], [], [], []

    @property
    def handle(self):
        return self.handles.first

    @property
    def dragged(self):
        """Medians of the drags: pictures a second, settled, moves a second."""
        return [median(column) for column in zip(*self.drags)]

    async def grip(self):
        """Take the slider in hand and wait until all is quiet."""
        await self.handle.scroll_into_view_if_needed()
        await self.handle.focus()
        watch = "([css, kind]) => bench.watch(document.querySelector(css), kind)"
        await self.page.evaluate(watch, [self.root, self.kind])
        await asyncio.sleep(1)

    async def press(self, key, rest=0.12):
        count = await self.page.evaluate("bench.times.length")
        await self.page.keyboard.press(key)
        await self.page.wait_for_function(f"bench.times.length > {count}", polling=30, timeout=10_000)
        await asyncio.sleep(rest)

    async def presses(self, turn):
        await self.grip()
        before = await self.page.evaluate("bench.bytes")
        for k in range(PRESSES):
            await self.prepare(k)
            await self.press("ArrowLeft" if turn % 2 else "ArrowRight")
        self.times += (await self.page.evaluate("bench.times"))[self.first :: self.first + 1]
        self.touches.append((await self.page.evaluate("bench.bytes") - before) / PRESSES)
        await self.note()

    first = 0  # which of the presses counts; others prepare it

    async def prepare(self, k):
        """What happens before each press."""

    async def note(self):
        """Remember what the frames looked like."""
        seen = "[bench.frames, bench.blank, bench.removed, bench.heights.size]"
        self.seen.append(await self.page.evaluate(seen))

    async def drag(self):
        """Sixty moves in a second along the slider."""
        await self.grip()
        await self.page.keyboard.press("Home")
        await asyncio.sleep(1.5)
        x, y, way = await self.way()
        await self.page.mouse.move(x, y)
        await self.page.mouse.down()
        took = await self.page.evaluate(DRAG, [x, y, way, MOVES])
        await asyncio.sleep(2.5)
        await self.page.mouse.up()
        pictures, last, moves = await self.page.evaluate(
            "[bench.pictures, bench.last - bench.moved, bench.moves]"
        )
        self.drags.append((pictures / took, last, moves / took))
        await self.note()

    async def way(self):
        """Where a drag begins, and how far it goes."""
        box = await self.handle.bounding_box()
        track = await self.handle.locator("xpath=../..").bounding_box()
        return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, 0.9 * track["width"]


class Changing(Demo):
    """Another slider at each press."""

    async def prepare(self, k):
        await self.handles.nth((k + 1) % 3).focus()


class Ball(Demo):
    """A press right after the ball was moved; and the ball dragged."""

    first = 1

    async def prepare(self, k):
        await self.page.locator(f".bench-{self.name} .adamlab-picture").focus()
        await self.press("ArrowRight" if k % 2 else "ArrowLeft", rest=0)
        await self.handle.focus()

    async def way(self):
        picture = await self.page.locator(f".bench-{self.name} .adamlab-picture").bounding_box()
        return picture["x"] + 0.1 * picture["width"], picture["y"] + picture["height"] / 2, 300


class Saved(Demo):
    """The same panel in a page without a kernel."""

    def __init__(self, page):
        super().__init__(page, "page", "layers")
        self.root, self.handles = "main", page.locator(".adamlab-slider input[type=range]")

    async def drag(self):
        """The ball, for a hand that does not exist moves no native slider."""
        await super().drag()

    async def way(self):
        part = await self.page.locator(".part0").bounding_box()
        return part["x"] + 0.2 * part["width"], part["y"] + part["height"] / 2, 300


async def opening(page):
    """Bytes that go to and fro when a cell opens a panel."""
    await page.evaluate(f"() => (jupyterapp.shell.currentWidget.content.activeCellIndex = {OPENED})")
    await asyncio.sleep(1)
    before = await page.evaluate("bench.bytes")
    await page.evaluate("() => jupyterapp.commands.execute('notebook:run-cell')")
    await asyncio.sleep(3)
    return await page.evaluate("bench.bytes") - before


async def measure(page, saved):
    await saved.bring_to_front()
    await saved.wait_for_selector("main[data-alive=yes]")
    demos = {
        "label only, the floor": Demo(page, "floor", "text"),
        "explore, slider in hand": Demo(page, "ours", "layers"),
        "explore, another slider": Changing(page, "ours", "layers"),
        "explore, the ball": Ball(page, "ours", "layers"),
        "explore, 2000 steps": Demo(page, "long", "layers"),
        "a saved page": Saved(saved),
        "interact + pyplot": Demo(page, "interact", "image"),
        "ipympl": Demo(page, "ipympl", "canvas"),
        "race of seven": Demo(page, "race", "layers"),
    }
    for turn in range(ROUNDS):
        for demo in demos.values():
            await demo.page.bring_to_front()
            await demo.presses(turn)
    demos["map of 50 × 50 × 100 steps"] = Demo(page, "map", "colours")
    for _ in range(DRAGS):
        for demo in demos.values():
            await demo.page.bring_to_front()
            await demo.drag()
    await page.bring_to_front()
    return demos, await opening(page)


def report(demos, opened):
    floor, hand, other, ball, long, saved, interact, ipympl, contest, chart = demos.values()
    base, settled = median(floor.times), floor.dragged[1]
    print(f"{'':27}press → painted        drag of {MOVES} moves, one a frame")
    print(f"{'':31}ms  × floor   pictures/s  moves/s  settled ms  × floor   bytes a touch")
    for name, demo in demos.items():
        pressed = f"{median(demo.times):6.1f}{median(demo.times) / base:9.2f}" if demo.times else " " * 15
        rate, last, moves = demo.dragged
        touch = f"{median(demo.touches):14.0f}" if demo.touches else ""
        print(f"{name:27}{pressed}{rate:13.0f}{moves:9.0f}{last:12.0f}{last / settled:9.2f}{touch}")
    took = median(hand.times)
    for text, value, target in [
        ("slider in hand / floor", took / base, "≤ 0.5"),
        ("another slider / floor", median(other.times) / base, "≤ 0.5"),
        ("after the ball / floor", median(ball.times) / base, "≤ 0.5"),
        ("saved page / floor", median(saved.times) / base, "≤ 0.4"),
        ("2000 steps / 200 steps", median(long.times) / took, "≤ 1.5"),
        ("interact / slider in hand", median(interact.times) / took, "≥ 8"),
        ("ipympl / slider in hand", median(ipympl.times) / took, "≥ 5"),
        ("drag, pictures a second", hand.dragged[0], "≥ 50"),
        ("ball, pictures a second", ball.dragged[0], "≥ 50"),
        ("page, pictures a second", saved.dragged[0], "≥ 50"),
        ("drag, settled / floor", hand.dragged[1] / settled, "≤ 0.2"),
        ("race, pictures a second", contest.dragged[0], "≥ 45"),
        ("map, pictures a second", chart.dragged[0], "≥ 5"),
        ("opening a panel, kB", opened / 1e3, "≤ 150"),
    ]:
        print(f"{text:28}{value:6.2f}   target {target}")
    for name, demo in demos.items():
        frames, blank, removed, heights = (sum(column) for column in zip(*demo.seen))
        if frames:
            height = "constant" if heights == len(demo.seen) else "CHANGED"
            print(f"{name:27}{frames:5} frames, {blank} blank; {removed} images removed; height {height}")


async def main():
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "panel.html")
        cells = [cell.replace("PAGE", repr(str(path))) for cell in CELLS]
        async with open_notebook(cells, PROBE) as page:
            saved = await page.context.browser.new_page(viewport=page.viewport_size, bypass_csp=True)
            await saved.add_init_script(PROBE)
            await saved.goto(path.as_uri())
            results = await measure(page, saved)
    report(*results)


if __name__ == "__main__":
    asyncio.run(main())
