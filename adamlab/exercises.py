"""What a lesson hands to `check` besides steps: the references of its other exercises."""

from ._checking.exercises import gathered_weight, roll_down

__all__ = ["gathered_weight", "roll_down"]
