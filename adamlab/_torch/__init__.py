"""Steps in PyTorch, and PyTorch models as problems. What is in here needs PyTorch; nothing else does."""

try:
    import torch  # noqa: F401
except ModuleNotFoundError:
    raise ModuleNotFoundError(
        "this needs PyTorch, which is not installed: pip install torch", name="torch"
    ) from None
