"""The architectures whose programs run under qemu-user, as both call them."""

EMULATED = [
    "aarch64",
    "riscv64",
    "s390x",
]
