"""What `check` stands on: running a learner's code without harm, and judging it."""
