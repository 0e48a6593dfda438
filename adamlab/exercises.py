"""What a lesson hands to `check` besides steps: the references of its other exercises."""

from ._checking.exercises import averaging, gathered_weight, mean_of_squares, roll_down, sign_of_momentum

__all__ = ["averaging", "gathered_weight", "mean_of_squares", "roll_down", "sign_of_momentum"]
