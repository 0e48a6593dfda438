"""Every control of every panel on the screen has its own name, however many panels there are."""

import pytest
from lab_page import wait_until

IMPORTS = "from adamlab import *\nfrom adamlab import steps, surfaces\nimport adamlab"
# What each kind of panel calls its sliders. Two notebooks hold all of them, in other orders: what each kernel
# counts from 0, as the classes of the sliders, then stands for different things in them.
KINDS = {
    "explore": ("explore(steps.adam, surfaces.beale, eta=0.1)", ["η", "β1", "β2", "ε", "step to show"]),
    "race": ("race([steps.momentum, steps.rmsprop], surfaces.ravine)", ["η", "β1", "step to show"]),
    "map": ("adamlab.map(steps.adam, surfaces.beale, axes=('beta1', 'beta2'))", ["η", "ε"]),
    "anatomy": ("anatomy(steps.momentum, surfaces.ravine)", ["step to show", "η", "β1"]),
}
# The handles and number boxes of the panels in the page, as somebody hears them who does not see the page:
# for each panel the symbol that stands before a slider, the handle's name and the number box's.
NAMES = """() => {
    const named = (handle) => {
        const slider = handle.closest(".widget-slider");
        const number = slider.parentElement.querySelector(".adamlab-number input");
        return {
            symbol: slider.querySelector(".widget-label")?.textContent.trim() ?? "",
            handle: handle.getAttribute("aria-label"),
            number: number && number.getAttribute("aria-label"),
        };
    };
    const all = (root, what, work) =>
        [...root.querySelectorAll(what)].filter((one) => one.offsetParent).map(work);
    const panel = ".jp-OutputArea-output:has(.adamlab-picture)";
    return all(document, ".jp-Notebook", (notebook) =>
        all(notebook, panel, (one) => all(one, ".noUi-handle", named)));
}"""


def cells_of(kinds, prefix):
    return [IMPORTS, *(f"{prefix}{kind} = {KINDS[kind][0]}\n{prefix}{kind}" for kind in kinds)]


def named_right(panels, kinds):
    """Whether all controls of these panels bear their names, and each its own."""
    if [len(panel) for panel in panels] != [len(KINDS[kind][1]) for kind in kinds]:
        return False
    return all(
        (control["handle"] or "").startswith(name)
        and (control["handle"] or "").startswith(control["symbol"])
        and (control["number"] is None) == (name == "step to show")
        and (control["number"] or control["handle"]) == control["handle"]
        for kind, panel in zip(kinds, panels)
        for control, name in zip(panel, KINDS[kind][1])
    )


def all_named(page, *notebooks):
    def holds():
        found = page.evaluate(NAMES)
        return len(found) == len(notebooks) and all(map(named_right, found, notebooks))

    wait_until(holds, f"every control to have its name: {page.evaluate(NAMES)}", patience=30)


def test_in_two_notebooks_side_by_side(lab, browser):
    here, there = list(KINDS), list(KINDS)[::-1]
    with lab.open(browser, cells_of(there, "b"), viewport={"width": 2400, "height": 1600}) as notebook:
        name = notebook.page.evaluate("() => jupyterapp.shell.currentWidget.context.path")
        notebook.run_all()
    page_size = {"width": 2400, "height": 1600}
    with lab.open(browser, cells_of(here, "a"), viewport=page_size) as notebook:
        notebook.run_all()
        notebook.command("docmanager:open", path=name, options={"mode": "split-right"})
        notebook.page.wait_for_function(
            f"""() => jupyterapp.shell.currentWidget.context?.path === "{name}"
                && jupyterapp.shell.currentWidget.sessionContext.session?.kernel?.status === "idle" """
        )
        notebook.run_all()
        all_named(notebook.page, here, there)
        assert notebook.errors == []


@pytest.mark.parametrize("kind", KINDS)
def test_where_a_panel_is_shown_twice(lab, browser, kind):
    with lab.open(browser, [*cells_of([kind], "a"), f"a{kind}"]) as notebook:
        notebook.run_all()
        all_named(notebook.page, [kind, kind])


@pytest.mark.parametrize("kind", KINDS)
def test_below_a_panel_whose_kernel_is_gone(lab, browser, kind):
    with lab.open(browser, [*cells_of(KINDS, "a"), KINDS[kind][0]]) as notebook:
        notebook.run_all()
        all_named(notebook.page, [*KINDS, kind])
        restart = "() => jupyterapp.shell.currentWidget.sessionContext.session.kernel.restart()"
        notebook.page.evaluate(restart)
        notebook.python(IMPORTS)
        last = f"() => {{ jupyterapp.shell.currentWidget.content.activeCellIndex = {len(KINDS) + 1}; }}"
        notebook.page.evaluate(last)
        notebook.command("notebook:run-cell")
        all_named(notebook.page, [*KINDS, kind])
